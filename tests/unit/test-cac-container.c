/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/cac-container.h"
#include "cac/card.h"
#include "tests/unit/cac-samples.h"
#include "tests/unit/unit.h"

/* A recorded T-buffer; its V-buffer has 1 + 946 + 38 + 1 bytes. */
#define RECORDED_T "71 01 70 FF B2 03 72 26 FE 01"
#define RECORDED_V 986

static struct cac_container c;

static err_t
parse(struct bytes t, struct bytes v)
{
	return cac_container_parse(t, v, &c);
}

static void
recorded(void **state)
{
	struct bytes t = HEX(RECORDED_T);
	uint8_t v[RECORDED_V] = {0x01, 0x78, 0x9C};

	(void)state;
	assert_int_equal(parse(t, BYTES(v)), 0);
	assert_int_equal(c.certificate.n, 946);
	assert_ptr_equal(c.certificate.p, v + 1);
	assert_true(c.has_certinfo);
	assert_int_equal(c.certinfo, 1);
	for (size_t n = 1; n < sizeof(v); n++)
		assert_int_equal(parse(t, bytes_of(v, n)), CARD_ERR_DATA);
}

static void
any_order(void **state)
{
	(void)state;
	assert_int_equal(
	    parse(HEX("FE 00 72 01 70 02 71 01"), HEX("7B 30 00 01")), 0);
	assert_int_equal(c.certificate.n, 2);
	assert_int_equal(c.certificate.p[0], 0x30);
	assert_int_equal(c.certinfo, 1);
}

static void
bare(void **state)
{
	(void)state;
	assert_int_equal(parse(HEX("70 02"), HEX("30 00")), 0);
	assert_int_equal(c.certificate.n, 2);
	assert_false(c.has_certinfo);
	assert_int_equal(parse(HEX("71 00 70 01"), HEX("30")), 0);
	assert_false(c.has_certinfo);
}

static void
empty(void **state)
{
	(void)state;
	assert_int_equal(parse(HEX(""), HEX("")), CARD_ERR_EMPTY);
	assert_int_equal(parse(HEX(RECORDED_T), HEX("")), CARD_ERR_EMPTY);
	assert_int_equal(
	    parse(HEX("71 01 72 00 FE 00"), HEX("00")), CARD_ERR_EMPTY);
	assert_int_equal(
	    parse(HEX("71 01 70 00 FE 00"), HEX("00")), CARD_ERR_EMPTY);
}

static void
not_proved(void **state)
{
	(void)state;
	assert_int_equal(parse(HEX(""), HEX("30")), CARD_ERR_DATA);
	assert_int_equal(parse(HEX("71 01"), HEX("00 30")), CARD_ERR_DATA);
	assert_int_equal(parse(HEX("71 01 70"), HEX("00 30")), CARD_ERR_DATA);
}

static void
left_over(void **state)
{
	(void)state;
	assert_int_equal(parse(HEX("70 01"), HEX("30 00 00")), 0);
	assert_int_equal(c.certificate.n, 1);
}

static void
twice(void **state)
{
	(void)state;
	assert_int_equal(parse(HEX("70 00 70 01 70 01"), HEX("30 31")), 0);
	assert_int_equal(c.certificate.n, 1);
	assert_int_equal(c.certificate.p[0], 0x30);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("container: a recorded one, and each cut of it", recorded),
	    TEST("container: tags come in any order", any_order),
	    TEST("container: certinfo and MSCUID may be missing", bare),
	    TEST("container: no values, no tag 70, or 70 of length 0 is empty",
		empty),
	    TEST("container: values without a tag prove no emptiness",
		not_proved),
	    TEST("container: values left over do no harm to a certificate",
		left_over),
	    TEST("container: the first certificate that is not empty counts",
		twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
