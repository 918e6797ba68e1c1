/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/card-rig.h"
#include "tests/unit/unit.h"

struct card_rig rig;
const struct deadline rig_never = {INT64_MAX};

const enum sample_packing card_rig_packings[CARD_RIG_CONTAINERS] = {
    SAMPLE_HOLE, SAMPLE_ZLIB, SAMPLE_GZIP, SAMPLE_PLAIN};

int
card_rig_setup(void **state)
{
	(void)state;
	sample_card_init(&rig.sample, card_rig_packings, CARD_RIG_CONTAINERS);
	fake_reader_init(&rig.reader, rig.sample.containers, rig.sample.count);
	rig.card = NULL;
	return 0;
}

int
card_rig_teardown(void **state)
{
	(void)state;
	card_free(&rig.card);
	fake_reader_clear(&rig.reader);
	sample_card_clear(&rig.sample);
	return 0;
}

void
card_rig_list(struct listing *l)
{
	*l = (struct listing){0};
	rig.reader.exchanges = 0;
	buf_truncate(&rig.reader.log, 0);
	fake_reader_reset(&rig.reader);
	l->open_err = card_open(&rig.reader, rig_never, &rig.card);
	if (l->open_err != 0) {
		assert_null(rig.card);
		return;
	}
	l->count = card_container_count(rig.card);
	for (size_t i = 0; i < l->count; i++) {
		buf_init(&l->der[i], CARD_CERT_MAX);
		l->err[i] =
		    card_read_certificate(rig.card, i, rig_never, &l->der[i]);
		if (l->err[i] != 0)
			assert_int_equal(l->der[i].n, 0);
	}
	card_free(&rig.card);
}

void
listing_clear(struct listing *l)
{
	for (size_t i = 0; i < l->count; i++)
		buf_clear(&l->der[i]);
}

bool
listing_right_at(const struct listing *l, size_t i)
{
	if (card_rig_packings[i] == SAMPLE_HOLE)
		return l->err[i] == CARD_ERR_EMPTY;
	return l->err[i] == 0 &&
	    bytes_equal(
		buf_bytes(&l->der[i]), buf_bytes(&rig.sample.der[1 + i]));
}

size_t
listing_right(const struct listing *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++)
		n += listing_right_at(l, i);
	return n;
}

void
card_rig_assert_right(void)
{
	struct listing l;

	card_rig_list(&l);
	assert_int_equal(l.open_err, 0);
	assert_int_equal(l.count, CARD_RIG_CONTAINERS);
	assert_int_equal(listing_right(&l), CARD_RIG_CONTAINERS);
	listing_clear(&l);
}
