/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "cac/aca-edge.h"
#include "cac/bare-edge.h"
#include "cac/cac1-edge.h"
#include "cac/cac2-edge.h"
#include "cac/card-edge.h"
#include "cac/card-name.h"
#include "cac/card.h"
#include "cac/piv-edge.h"

struct part {
	const struct card_edge *edge;
	void *state;
	size_t first; /* of its containers */
	size_t count;
};

/* What the last reading of a container has proved. */
struct known {
	bool read;
	struct buf der; /* empty: there is no certificate */
};

struct card {
	struct cac_io io;
	struct part parts[CARD_PARTS];
	size_t part_count;
	struct card_info info;
	struct known known[CARD_PARTS * CARD_CONTAINERS_MAX];
};

/* A card has at most one of these. */
static const struct card_edge *const applet_edges[] = {
    &cac2_edge,
    &aca_edge,
    &bare_edge,
    &cac1_edge,
};

#define APPLET_EDGES (sizeof(applet_edges) / sizeof(applet_edges[0]))

static err_t
try_edge(struct card *card, const struct card_edge *edge)
{
	struct part part = {.edge = edge, .first = card->info.count};
	err_t err = edge->probe(&card->io, &card->info, &part.state);

	if (err != 0) {
		trace_text(reader_id(card->io.r), TRACE_CARD, '-',
		    "not read as %s: %s, %s", edge->model, err_name(err),
		    err_text(err));
		return err;
	}
	part.count = card->info.count - part.first;
	card->parts[card->part_count++] = part;
	trace_text(reader_id(card->io.r), TRACE_CARD, '-', "%s, %zu containers",
	    edge->model, part.count);
	return 0;
}

/* CARD_ERR_UNDECODABLE: one of ours, which none of them can use. */
static err_t
try_applets(struct card *card)
{
	err_t result = CARD_ERR_UNKNOWN, err;

	for (size_t i = 0; i < APPLET_EDGES && !card->io.senseless; i++) {
		err = try_edge(card, applet_edges[i]);
		if (err == CARD_ERR_UNDECODABLE)
			result = err;
		else if (err != CARD_ERR_UNKNOWN)
			return err;
	}
	return result;
}

/* For cards that say nothing of themselves: their first certificate. */
static err_t
name_by_certificate(struct card *card)
{
	struct deadline until = card->io.until;
	struct buf der;
	err_t err = CARD_ERR_EMPTY;

	buf_init(&der, CARD_CERT_MAX);
	for (size_t i = 0; err != 0 && i < card->info.count; i++) {
		err = card_read_certificate(card, i, until, &der);
		if (err != 0 && !card_err_is_absence(err))
			goto out;
	}
	card_name_checksum(&card->info, buf_bytes(&der));
	err = 0;
out:
	buf_clear(&der);
	return err;
}

static err_t
try_parts(struct card *card)
{
	err_t err = try_applets(card), piv;

	if (err != 0 && err != CARD_ERR_UNKNOWN && err != CARD_ERR_UNDECODABLE)
		return err;
	/* CAC containers come first: users know their card in that order. */
	piv = try_edge(card, &piv_edge);
	if (piv != 0 && piv != CARD_ERR_UNKNOWN)
		return piv;
	if (card->part_count == 0)
		return err == CARD_ERR_UNDECODABLE ? CARD_ERR_DATA : err;
	return 0;
}

static void
forget_parts(struct card *card)
{
	for (size_t i = 0; i < card->part_count; i++)
		card->parts[i].edge->free(card->parts[i].state);
	card->part_count = 0;
	memset(&card->info, 0, sizeof(card->info));
}

/*
 * A foreign card is not asked twice. Once it has shown to be ours, what was
 * passed over for an unusual status word is worth another question.
 */
static err_t
recognise(struct card *card)
{
	err_t err = try_parts(card);

	if (err == 0 && card->io.unusual) {
		forget_parts(card);
		card->io.found = true;
		card->io.unusual = card->io.no_applet = false;
		err = try_parts(card);
	}
	if (err == 0 && card->info.serial[0] == '\0')
		err = name_by_certificate(card);
	return err;
}

err_t
card_open(struct reader *r, struct deadline until, struct card **out)
{
	struct card *card = calloc(1, sizeof(*card));
	err_t err;

	*out = NULL;
	if (card == NULL)
		return ERR_MEMORY;
	cac_io_init(&card->io);
	card->io.r = r;
	card->io.until = until;
	for (size_t i = 0; i < CARD_PARTS * CARD_CONTAINERS_MAX; i++)
		buf_init(&card->known[i].der, CARD_CERT_MAX);
	err = recognise(card);
	if (err == 0)
		*out = card;
	else
		card_free(&card);
	return err;
}

err_t
card_verify(struct card *card, struct deadline until)
{
	struct card *again;
	err_t err = card_open(card->io.r, until, &again);

	/* Other applets are selected now. */
	card->io.selection = CAC_SELECTED_NONE;
	if (err == CARD_ERR_UNKNOWN ||
	    (err == 0 &&
		memcmp(&again->info, &card->info, sizeof(card->info)) != 0))
		err = CARD_ERR_OTHER;
	trace_text(reader_id(card->io.r), TRACE_CARD, '-',
	    "others have used the reader: %s",
	    err == 0 ? "the same card" : err_text(err));
	card_free(&again);
	return err;
}

void
card_free(struct card **card)
{
	struct card *gone = *card;

	*card = NULL;
	if (gone == NULL)
		return;
	forget_parts(gone);
	for (size_t i = 0; i < CARD_PARTS * CARD_CONTAINERS_MAX; i++)
		buf_clear(&gone->known[i].der);
	free(gone);
}

const char *
card_model(const struct card *card)
{
	return card->parts[0].edge->model;
}

const char *
card_serial(const struct card *card)
{
	return card->info.serial;
}

size_t
card_container_count(const struct card *card)
{
	return card->info.count;
}

const struct card_container *
card_container(const struct card *card, size_t index)
{
	return index < card->info.count ? &card->info.containers[index] : NULL;
}

static struct part *
part_of(struct card *card, size_t index)
{
	struct part *part = card->parts;

	while (index >= part->first + part->count)
		part++;
	return part;
}

/* Read one container, whatever the others hold. */
static err_t
read_alone(struct card *card, size_t index, struct buf *der)
{
	const char *label = card->info.containers[index].label;
	struct part *part = part_of(card, index);
	struct known *known = &card->known[index];
	size_t before = der->n;
	err_t err;

	err = part->edge->read_certificate(
	    part->state, &card->io, index - part->first, der);
	if (err == 0 || card_err_is_absence(err)) {
		known->read = true;
		buf_truncate(&known->der, 0);
		if (err == 0)
			buf_append(&known->der,
			    bytes_of(der->p + before, der->n - before));
	}
	if (err == 0)
		err = buf_err(&known->der);
	if (err == 0)
		trace_text(reader_id(card->io.r), TRACE_CARD, '-',
		    "%s: %zu bytes of DER", label, der->n - before);
	else
		trace_text(reader_id(card->io.r), TRACE_CARD, '-', "%s: %s, %s",
		    label, err_name(err), err_text(err));
	return err;
}

/* Whether a container of an earlier part holds this certificate. */
static err_t
find_twin(struct card *card, size_t first, struct bytes der)
{
	for (size_t i = 0; i < first; i++)
		if (bytes_equal(buf_bytes(&card->known[i].der), der))
			return CARD_ERR_TWIN;
	return 0;
}

/*
 * The result must not depend on what was read before: a container of PIV is
 * not judged until all of the CAC applets are known.
 */
static err_t
read_earlier_parts(struct card *card, size_t first)
{
	struct buf der;
	err_t err = 0;

	buf_init(&der, CARD_CERT_MAX);
	for (size_t i = 0; err == 0 && i < first; i++) {
		if (card->known[i].read)
			continue;
		buf_truncate(&der, 0);
		err = read_alone(card, i, &der);
		if (card_err_is_absence(err))
			err = 0;
	}
	buf_clear(&der);
	return err;
}

err_t
card_read_certificate(
    struct card *card, size_t index, struct deadline until, struct buf *der)
{
	size_t before = der->n, first;
	err_t err;

	if (index >= card->info.count)
		return CARD_ERR_NOT_FOUND;
	card->io.until = until;
	first = part_of(card, index)->first;
	err = read_earlier_parts(card, first);
	if (err == 0)
		err = read_alone(card, index, der);
	if (err == 0)
		err = find_twin(
		    card, first, bytes_of(der->p + before, der->n - before));
	if (err == CARD_ERR_TWIN)
		trace_text(reader_id(card->io.r), TRACE_CARD, '-', "%s: %s, %s",
		    card->info.containers[index].label, err_name(err),
		    err_text(err));
	if (err != 0)
		buf_truncate(der, before);
	return err;
}
