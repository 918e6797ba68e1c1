/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/ber-tlv.h"
#include "cac/card.h"
#include "cac/piv-data.h"
#include "tests/unit/cac-samples.h"
#include "tests/unit/unit.h"

static void
lengths(void **state)
{
	static const struct {
		const char *in;
		err_t err;
		size_t n;
	} cases[] = {
	    {"70 00", 0, 0},
	    {"70 01 AA", 0, 1},
	    {"70 81 01 AA", 0, 1},
	    {"70 82 00 01 AA", 0, 1},
	    {"70 83 00 00 01 AA BB", 0, 1},
	    {"", CARD_ERR_DATA, 0},
	    {"70", CARD_ERR_DATA, 0},
	    {"70 01", CARD_ERR_DATA, 0},
	    {"70 80 AA 00 00", CARD_ERR_DATA, 0},
	    {"70 81", CARD_ERR_DATA, 0},
	    {"70 82 00", CARD_ERR_DATA, 0},
	    {"70 83 FF FF FF AA", CARD_ERR_DATA, 0},
	    {"70 84 00 00 00 01 AA", CARD_ERR_DATA, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint8_t room[16];
		struct bytes in = hex_parse(cases[i].in, room), was = in;
		struct ber_tlv entry;

		assert_int_equal(ber_tlv_next(&in, &entry), cases[i].err);
		if (cases[i].err != 0) {
			assert_true(in.p == was.p && in.n == was.n);
			continue;
		}
		assert_int_equal(entry.tag, 0x70);
		assert_int_equal(entry.value.n, cases[i].n);
	}
}

static void
unwrap(void **state)
{
	struct bytes content;

	(void)state;
	assert_int_equal(piv_data_unwrap(HEX("53 02 AA BB"), &content), 0);
	assert_bytes(content, HEX("AA BB"));
	assert_int_equal(piv_data_unwrap(HEX("53 01 AA BB"), &content), 0);
	assert_bytes(content, HEX("AA"));
	assert_int_equal(piv_data_unwrap(HEX("7E 02 4F 00"), &content), 0);
	assert_int_equal(
	    piv_data_unwrap(HEX("53 00"), &content), CARD_ERR_EMPTY);
	assert_int_equal(
	    piv_data_unwrap(HEX("53 02 AA"), &content), CARD_ERR_DATA);
	assert_int_equal(
	    piv_data_unwrap(HEX("54 01 AA"), &content), CARD_ERR_DATA);
	assert_int_equal(
	    piv_data_unwrap(bytes_of(NULL, 0), &content), CARD_ERR_DATA);
}

static err_t
certificate(struct bytes content, struct cert_reading *reading)
{
	*reading = (struct cert_reading){.certinfo = -1};
	return piv_data_certificate(content, reading);
}

static void
certificates(void **state)
{
	struct cert_reading r;

	(void)state;
	assert_int_equal(certificate(HEX("70 02 30 81 71 01 00 FE 00"), &r), 0);
	assert_bytes(r.certificate, HEX("30 81"));
	assert_int_equal(r.certinfo, 0);
	assert_int_equal(
	    certificate(HEX("FE 00 71 01 80 72 02 01 02 70 01 78"), &r), 0);
	assert_bytes(r.certificate, HEX("78"));
	assert_int_equal(r.certinfo, 0x80);
	assert_int_equal(certificate(HEX("70 00 70 01 78"), &r), 0);
	assert_int_equal(r.certinfo, -1);
	/* What follows a certificate does not make it go away. */
	assert_int_equal(certificate(HEX("70 01 78 FE 05"), &r), 0);
	assert_int_equal(
	    certificate(HEX("70 00 71 01 00 FE 00"), &r), CARD_ERR_EMPTY);
	assert_int_equal(certificate(HEX("71 01 00"), &r), CARD_ERR_EMPTY);
	assert_int_equal(certificate(HEX("71 01 00 70 02"), &r), CARD_ERR_DATA);
	assert_int_equal(certificate(HEX("70 05 78 FE 00"), &r), CARD_ERR_DATA);
}

#define FASC_N_DATA                                                            \
	"16 82 10 8B 21 08 42 10 84 21 0C 84 21 08 42 10 84 21 08 42"
#define GUID	"01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10"
#define NO_GUID "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"

static void
chuid(struct bytes content, struct bytes id)
{
	assert_bytes(piv_data_chuid_id(content), id);
}

static void
chuids(void **state)
{
	(void)state;
	chuid(HEX("30 19 D0 43 94 58 21 " FASC_N_DATA " 34 10 " GUID),
	    HEX("D0 43 94 58 21 " FASC_N_DATA));
	chuid(HEX("34 10 " GUID " 30 19 D0 43 94 58 21 " FASC_N_DATA),
	    HEX("D0 43 94 58 21 " FASC_N_DATA));
	chuid(
	    HEX("30 19 D4 E7 39 DA 21 " FASC_N_DATA " 34 10 " GUID), HEX(GUID));
	chuid(HEX("30 19 D4 E7 39 5A 21 " FASC_N_DATA " 34 10 " GUID),
	    HEX("D4 E7 39 5A 21 " FASC_N_DATA));
	chuid(HEX("30 19 D4 E7 39 DA 21 " FASC_N_DATA " 34 10 " NO_GUID),
	    HEX("D4 E7 39 DA 21 " FASC_N_DATA));
	chuid(HEX("EE 02 00 20 34 10 " GUID), HEX(GUID));
	chuid(HEX("30 02 D4 E7 34 10 " NO_GUID), bytes_of(NULL, 0));
	chuid(HEX("30 19 D0"), bytes_of(NULL, 0));
}

static void
histories(void **state)
{
	(void)state;
	assert_int_equal(piv_data_retired(HEX("C1 01 00 C2 01 00 FE 00")), 0);
	assert_int_equal(piv_data_retired(HEX("C1 01 14 C2 01 00")), 20);
	assert_int_equal(piv_data_retired(HEX("C2 01 00 C1 01 03")), 3);
	assert_int_equal(piv_data_retired(HEX("C1 01 15")), 0);
	assert_int_equal(piv_data_retired(HEX("C1 02 00 03")), 0);
	assert_int_equal(piv_data_retired(HEX("FE 00")), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("ber-tlv: lengths of zero to three bytes, all checked",
		lengths),
	    TEST("piv: an object is as long as it says, or an error", unwrap),
	    TEST("piv: the certificate is found by its tag", certificates),
	    TEST("piv: a card is known by FASC-N or GUID", chuids),
	    TEST("piv: Key History counts up to 20", histories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
