/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole listing against what a real PIV card answered. The recording starts
 * with PIV selected; what it was not asked for it does not have.
 */
#include "cac/card.h"
#include "tests/unit/cac-samples.h"
#include "tests/unit/recording.h"
#include "tests/unit/unit.h"

#define PIV_AID "A0 00 00 03 08 00 00 10 00"

static bool piv_selected;
static unsigned unknown; /* GET DATA of what was not recorded */
static const struct deadline never = {INT64_MAX};

static uint16_t
look_up(const struct apdu_cmd *cmd, struct buf *out)
{
	for (size_t i = 0; i < recording_count; i++) {
		struct bytes command = buf_bytes(&recording_pairs[i].command);
		struct bytes answer = buf_bytes(&recording_pairs[i].answer);

		if (command.p[1] != cmd->ins || command.p[2] != cmd->p1 ||
		    command.p[3] != cmd->p2 ||
		    !bytes_equal(
			bytes_of(command.p + 5, command.n - 5), cmd->data))
			continue;
		buf_append(out, bytes_of(answer.p, answer.n - 2));
		return bytes_be16(answer.p + answer.n - 2);
	}
	unknown++;
	return 0x6A80;
}

err_t
reader_exchange(struct reader *r, const struct apdu_cmd *cmd,
    struct apdu_rsp *rsp, struct deadline until)
{
	(void)r;
	(void)until;
	if (cmd->ins == 0xA4) {
		piv_selected = bytes_equal(cmd->data, HEX(PIV_AID));
		rsp->sw = piv_selected ? SW_OK : 0x6A82;
	} else if (piv_selected && cmd->ins == 0xCB) {
		rsp->sw = look_up(cmd, rsp->data);
	} else {
		rsp->sw = 0x6D00;
	}
	return 0;
}

static void
listed(void **state)
{
	static const uint8_t zeros[193 + 8 * 256 + 52];
	struct reader r = {0};
	struct buf fill, authentication, card_authentication, der;
	struct card *card;
	const struct {
		const struct buf *der;
		const char *label;
	} expected[] = {
	    {&authentication, "Certificate for PIV Authentication"},
	    {NULL, "Certificate for Digital Signature"},
	    {NULL, "Certificate for Key Management"},
	    {&card_authentication, "Certificate for Card Authentication"},
	};

	(void)state;
	sample_der(&authentication, 0x6B8, 1);
	sample_der(&card_authentication, 0x687, 2);
	buf_init(&fill, SAMPLE_MAX);
	for (uint8_t i = 1; i <= 25 + 16; i++)
		buf_append_u8(&fill, i);
	/* The CHUID's signature. */
	buf_append(&fill, BYTES(zeros));
	buf_append(&fill, buf_bytes(&authentication));
	buf_append(&fill, buf_bytes(&card_authentication));
	recording_parse("gemalto-topdl-piv.txt", buf_bytes(&fill));
	assert_int_equal(card_open(&r, never, &card), 0);
	assert_string_equal(card_model(card), "PIV");
	assert_string_equal(card_serial(card),
	    "0102030405060708090a0b0c0d0e0f10111213141516171819");
	assert_int_equal(card_container_count(card), COUNT_OF(expected));
	buf_init(&der, CARD_CERT_MAX);
	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		err_t err = card_read_certificate(card, i, never, &der);

		assert_string_equal(
		    card_container(card, i)->label, expected[i].label);
		assert_int_equal(
		    err, expected[i].der != NULL ? 0 : CARD_ERR_NOT_FOUND);
		if (err == 0)
			assert_bytes(
			    buf_bytes(&der), buf_bytes(expected[i].der));
		buf_truncate(&der, 0);
	}
	/* Two retired ones, which the recorded host did not ask for. */
	assert_int_equal(unknown, 2);
	card_free(&card);
	recording_clear();
	buf_clear(&der);
	buf_clear(&fill);
	buf_clear(&authentication);
	buf_clear(&card_authentication);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("recording: a PIV card on T=0 is listed", listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
