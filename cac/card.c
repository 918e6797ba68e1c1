/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "cac/cac2-edge.h"
#include "cac/card.h"

struct card {
	struct reader *r;
	const struct card_edge *edge;
	void *state;
	struct card_info info;
};

static const struct card_edge *const edges[] = {
    &cac2_edge,
};

#define EDGES (sizeof(edges) / sizeof(edges[0]))

static err_t
try_edge(struct card *card, const struct card_edge *edge, struct deadline until)
{
	err_t err;

	memset(&card->info, 0, sizeof(card->info));
	err = edge->probe(card->r, until, &card->info, &card->state);
	if (err == 0) {
		card->edge = edge;
		trace_text(reader_id(card->r), TRACE_CARD, '-',
		    "%s, %zu containers", edge->model, card->info.count);
	} else {
		trace_text(reader_id(card->r), TRACE_CARD, '-',
		    "not read as %s: %s, %s", edge->model, err_name(err),
		    err_text(err));
	}
	return err;
}

err_t
card_open(struct reader *r, struct deadline until, struct card **out)
{
	struct card *card = calloc(1, sizeof(*card));
	err_t err = CARD_ERR_UNKNOWN;

	*out = NULL;
	if (card == NULL)
		return ERR_MEMORY;
	card->r = r;
	for (size_t i = 0; err == CARD_ERR_UNKNOWN && i < EDGES; i++)
		err = try_edge(card, edges[i], until);
	if (err == 0)
		*out = card;
	else
		free(card);
	return err;
}

err_t
card_verify(struct card *card, struct deadline until)
{
	struct card_info *info = calloc(1, sizeof(*info));
	void *state = NULL;
	err_t err;

	if (info == NULL)
		return ERR_MEMORY;
	err = card->edge->probe(card->r, until, info, &state);
	if (err == 0 && memcmp(info, &card->info, sizeof(*info)) != 0)
		err = CARD_ERR_OTHER;
	if (err == CARD_ERR_UNKNOWN)
		err = CARD_ERR_OTHER;
	trace_text(reader_id(card->r), TRACE_CARD, '-',
	    "others have used the reader: %s",
	    err == 0 ? "the same card" : err_text(err));
	if (state != NULL)
		card->edge->free(state);
	free(info);
	return err;
}

void
card_free(struct card **card)
{
	if (*card == NULL)
		return;
	(*card)->edge->free((*card)->state);
	free(*card);
	*card = NULL;
}

const char *
card_model(const struct card *card)
{
	return card->edge->model;
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

err_t
card_read_certificate(
    struct card *card, size_t index, struct deadline until, struct buf *der)
{
	size_t before = der->n;
	err_t err;

	if (index >= card->info.count)
		return CARD_ERR_NOT_FOUND;
	err = card->edge->read_certificate(
	    card->state, card->r, index, until, der);
	if (err == 0)
		trace_text(reader_id(card->r), TRACE_CARD, '-',
		    "%s: %zu bytes of DER", card->info.containers[index].label,
		    der->n - before);
	else
		trace_text(reader_id(card->r), TRACE_CARD, '-', "%s: %s, %s",
		    card->info.containers[index].label, err_name(err),
		    err_text(err));
	return err;
}
