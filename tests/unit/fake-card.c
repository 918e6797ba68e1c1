/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/fake-card-private.h"
#include "tests/unit/fake-readers.h"

void
fake_card_add(
    struct fake_card *card, const char *label, uint8_t id, struct bytes der)
{
	struct fake_container *c = &card->containers[card->count++];

	assert(card->count <= FAKE_CONTAINERS_MAX);
	(void)snprintf(c->place.label, sizeof(c->place.label), "%s", label);
	c->place.id[0] = 0;
	c->place.id[1] = id;
	c->place.id_len = 2;
	c->der = der;
	c->rule = CARD_KEY_PIN;
}

void
fake_card_forget(struct fake_card *card)
{
	atomic_store(&card->verified, false);
	atomic_store(&card->fresh, false);
}

err_t
card_open(struct reader *r, struct deadline until, struct card **out)
{
	struct fake_card *fake = fake_reader_card(r);

	assert(!deadline_passed(until));
	if (fake == NULL)
		return CCID_ERR_NO_CARD;
	atomic_fetch_add(&fake->opens, 1);
	if (fake->open_error != 0)
		return fake->open_error;
	*out = calloc(1, sizeof(**out));
	assert(*out != NULL);
	(*out)->reader = r;
	(*out)->fake = fake;
	return 0;
}

err_t
card_recognise(struct card *card, struct deadline until)
{
	assert(!deadline_passed(until));
	atomic_fetch_add(&card->fake->verifies, 1);
	return fake_reader_card(card->reader) == card->fake ? 0
							    : CARD_ERR_OTHER;
}

void
card_free(struct card **card)
{
	free(*card);
	*card = NULL;
}

const char *
card_model(const struct card *card)
{
	return card->fake->model;
}

const char *
card_serial(const struct card *card)
{
	return card->fake->serial;
}

size_t
card_container_count(const struct card *card)
{
	return card->fake->count;
}

const struct card_container *
card_container(const struct card *card, size_t index)
{
	return &card->fake->containers[index].place;
}

err_t
card_read_certificate(
    struct card *card, size_t index, struct deadline until, struct buf *der)
{
	struct fake_container *c;

	assert(!deadline_passed(until));
	assert(index < card->fake->count);
	if (fake_reader_card(card->reader) != card->fake)
		return CCID_ERR_NO_CARD;
	c = &card->fake->containers[index];
	atomic_fetch_add(&c->reads, 1);
	if (card->fake->reading != NULL)
		card->fake->reading(card->fake, index);
	if (fake_reader_card(card->reader) != card->fake)
		return CCID_ERR_NO_CARD;
	if (c->err != 0)
		return c->err;
	buf_append(der, c->der);
	return buf_err(der);
}
