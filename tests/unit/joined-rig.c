/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/joined-rig.h"
#include "tests/unit/unit.h"

#define CHUID                                                                  \
	"30 19 D0 43 94 58 21 16 82 10 8B 21 08 42 10 84 21 0C 84 21 08 42 "   \
	"10 84 21 08 42 34 10 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F "   \
	"10 "                                                                  \
	"35 08 20 20 20 20 20 20 20 20 3E 00 FE 00"
#define PIV_CCC                                                                \
	"F0 15 A0 00 00 03 08 01 02 C0 C1 C2 C3 C4 C5 C6 C7 C8 C9 CA CB CC "   \
	"CD "                                                                  \
	"F3 00 FE 00"

struct joined_rig rig;
const struct deadline rig_never = {INT64_MAX};

/* ID (empty), signature, encryption; two of them again in PIV. */
static const enum sample_packing packings[JOINED_CAC] = {
    SAMPLE_HOLE, SAMPLE_ZLIB, SAMPLE_PLAIN};

int
joined_setup(void **state)
{
	(void)state;
	sample_card_init(&rig.sample, packings, JOINED_CAC);
	fake_reader_init(&rig.reader, rig.sample.containers, rig.sample.count);
	sample_der(&rig.authentication, 900, 77);
	sample_der(&rig.retired, 1100, 78);
	sample_piv_init(&rig.piv);
	sample_piv_add(&rig.piv, 0x5FC107, HEX(PIV_CCC));
	sample_piv_add(&rig.piv, 0x5FC102, HEX(CHUID));
	sample_piv_certificate(
	    &rig.piv, 0x5FC105, buf_bytes(&rig.authentication), SAMPLE_GZIP);
	/* Packed in another way than the CAC applet's. */
	sample_piv_certificate(
	    &rig.piv, 0x5FC10A, buf_bytes(&rig.sample.der[2]), SAMPLE_PLAIN);
	sample_piv_certificate(
	    &rig.piv, 0x5FC10B, buf_bytes(&rig.sample.der[3]), SAMPLE_ZLIB);
	sample_piv_insert(&rig.piv, &rig.reader);
	rig.card = NULL;
	return 0;
}

/* Only PIV is left. */
int
joined_setup_piv(void **state)
{
	int rc = joined_setup(state);

	rig.reader.count = 0;
	return rc;
}

int
joined_teardown(void **state)
{
	(void)state;
	card_free(&rig.card);
	fake_reader_clear(&rig.reader);
	sample_card_clear(&rig.sample);
	sample_piv_clear(&rig.piv);
	buf_clear(&rig.authentication);
	buf_clear(&rig.retired);
	return 0;
}

void
joined_read(struct listing *l, size_t i)
{
	buf_init(&l->der[i], CARD_CERT_MAX);
	l->err[i] = card_read_certificate(rig.card, i, rig_never, &l->der[i]);
	if (l->err[i] != 0)
		assert_int_equal(l->der[i].n, 0);
}

void
joined_list(struct listing *l, bool backwards)
{
	*l = (struct listing){0};
	rig.reader.exchanges = 0;
	buf_truncate(&rig.reader.log, 0);
	fake_reader_reset(&rig.reader);
	l->open_err = card_open(&rig.reader, rig_never, &rig.card);
	if (l->open_err != 0)
		return;
	l->count = card_container_count(rig.card);
	assert_true(l->count <= JOINED_MAX);
	for (size_t i = 0; i < l->count; i++)
		joined_read(l, backwards ? l->count - 1 - i : i);
	card_free(&rig.card);
}

void
listing_clear(struct listing *l)
{
	for (size_t i = 0; i < l->count; i++)
		buf_clear(&l->der[i]);
}
