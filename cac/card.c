/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "cac/aca-edge.h"
#include "cac/bare-edge.h"
#include "cac/cac1-edge.h"
#include "cac/cac2-edge.h"
#include "cac/card-private.h"
#include "cac/card-name.h"
#include "cac/cert-cache.h"
#include "cac/piv-edge.h"

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

/*
 * For cards that say nothing of themselves: their first certificate. In the
 * cache it is under the ATR, which tells whether to ask for it, no more.
 */
static err_t
name_by_certificate(struct card *card)
{
	struct deadline until = card->io.until;
	struct buf der;
	err_t err = CARD_ERR_EMPTY;

	card->io.name = reader_atr(card->io.r);
	buf_init(&der, CARD_CERT_MAX);
	for (size_t i = 0; err != 0 && i < card->info.count; i++) {
		err = card_read_certificate(card, i, until, &der);
		if (err != 0 && !card_err_is_absence(err))
			goto out;
		/* Nor read again for the first who asks for it. */
		card->known[i].ahead = true;
	}
	card_name_checksum(&card->info, buf_bytes(&der));
	err = 0;
out:
	card->io.name = bytes_of(NULL, 0);
	buf_clear(&der);
	return err;
}

static err_t
try_parts(struct card *card)
{
	err_t err = try_applets(card), piv;

	if (err != 0 && err != CARD_ERR_UNKNOWN && err != CARD_ERR_UNDECODABLE)
		return err;
	piv = try_edge(card, &piv_edge);
	if (piv != 0 && piv != CARD_ERR_UNKNOWN)
		return piv;
	if (card->part_count == 0)
		return err == CARD_ERR_UNDECODABLE ? CARD_ERR_DATA : err;
	card_view_order(card);
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
	card->io.cache = cert_cache_on();
	for (size_t i = 0; i < CARD_PARTS * CARD_CONTAINERS_MAX; i++)
		buf_init(&card->known[i].der, CARD_CERT_MAX);
	err = recognise(card);
	card->io.name = bytes_of(card->info.serial, strlen(card->info.serial));
	if (err == 0)
		*out = card;
	else
		card_free(&card);
	return err;
}

err_t
card_recognise(struct card *card, struct deadline until)
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
	card_data_free(gone);
	forget_parts(gone);
	for (size_t i = 0; i < CARD_PARTS * CARD_CONTAINERS_MAX; i++)
		buf_clear(&gone->known[i].der);
	cac_io_clear(&gone->io);
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
	if (index >= card->info.count)
		return NULL;
	return &card->info.containers[card->order[index]];
}
