/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PINs and keys against what real cards answered. What was not recorded of the
 * cards is as little as they need to be recognised.
 */
#include "cac/card.h"
#include "tests/unit/cac-samples.h"
#include "tests/unit/recording.h"
#include "tests/unit/unit.h"

#define PIN "123456"
#define KEY 128

static const struct deadline never = {INT64_MAX};
static bool has_piv;
static bool piv_selected;
static unsigned selected; /* PKI applet, from 1 */
static size_t answered;

/* Three bare applets, or PIV. */
static uint16_t
select_applet(struct bytes aid)
{
	static const uint8_t pki[] = {0xA0, 0x00, 0x00, 0x00, 0x79, 0x01};

	if (aid.n != 7) {
		piv_selected = has_piv;
		return has_piv ? SW_OK : 0x6A82;
	}
	if (has_piv || memcmp(aid.p, pki, sizeof(pki)) != 0 || aid.p[6] > 2)
		return 0x6A82;
	selected = aid.p[6] + 1u;
	return SW_OK;
}

/* Buffers without content. */
static uint16_t
read_nothing(const struct apdu_cmd *cmd, struct buf *out)
{
	if (has_piv || selected == 0)
		return 0x6D00;
	for (unsigned i = 0; i < cmd->ne; i++)
		buf_append_u8(out, 0);
	return SW_OK;
}

static uint16_t
look_up(const struct apdu_cmd *cmd, struct buf *out)
{
	for (size_t i = 0; i < recording_count; i++) {
		const uint8_t *p = recording_pairs[i].command.p;
		struct bytes answer = buf_bytes(&recording_pairs[i].answer);

		if (p[0] != cmd->cla || p[1] != cmd->ins || p[2] != cmd->p1 ||
		    p[3] != cmd->p2 ||
		    !bytes_equal(bytes_of(p + 5, p[4]), cmd->data))
			continue;
		answered++;
		assert_true(answer.n == 2 || cmd->ne > 0);
		if (answer.n > 2)
			buf_append(out, bytes_of(answer.p, answer.n - 2));
		return bytes_be16(answer.p + answer.n - 2);
	}
	return 0x6A80;
}

err_t
reader_exchange(struct reader *r, const struct apdu_cmd *cmd,
    struct apdu_rsp *rsp, struct deadline until)
{
	(void)r;
	(void)until;
	if (cmd->ins == 0xA4)
		rsp->sw = select_applet(cmd->data);
	else if (cmd->ins == 0x52)
		rsp->sw = read_nothing(cmd, rsp->data);
	else
		rsp->sw = look_up(cmd, rsp->data);
	return 0;
}

/* What was taken out of the recording, from the PIN on. */
static void
parse(const char *file, size_t before, size_t pin_length)
{
	struct buf fill;

	buf_init(&fill, SAMPLE_MAX);
	for (size_t i = 0; i < before; i++)
		buf_append_u8(&fill, 0);
	buf_append(&fill, bytes_of(PIN "\xFF\xFF", pin_length));
	for (unsigned i = 0; i < 2 * KEY; i++)
		buf_append_u8(&fill, (uint8_t)i);
	recording_parse(file, buf_bytes(&fill));
	buf_clear(&fill);
	piv_selected = false;
	selected = 0;
	answered = 0;
}

static err_t
use(struct card *card, size_t index, struct buf *out)
{
	uint8_t in[KEY];
	const struct card_op op = {CARD_OP_RSA, 8 * KEY, BYTES(in)};

	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)i;
	buf_init(out, KEY);
	return card_private(card, index, &op, bytes_of(NULL, 0), never, out);
}

/* The bytes before the PIN in the file: the card's id and its certificates. */
#define OBERTHUR_BEFORE (14 + 0x034D + 0x039F + 0x0371 - 6 + 3 * 39)

static void
oberthur(void **state)
{
	struct reader r = {0};
	struct card *card;
	struct buf out;

	(void)state;
	has_piv = false;
	parse("oberthur-cosmo52-cac.txt", OBERTHUR_BEFORE, 8);
	assert_int_equal(card_open(&r, never, &card), 0);
	answered = 0;
	assert_int_equal(
	    card_login(card, 2, bytes_of(PIN, strlen(PIN)), never), 0);
	assert_int_equal(use(card, 2, &out), 0);
	assert_int_equal(out.n, KEY);
	for (size_t i = 0; i < KEY; i++)
		assert_int_equal(out.p[i], KEY + i);
	/* VERIFY and the key, each as it was recorded. */
	assert_int_equal(answered, 2);
	assert_int_equal(selected, 3);
	card_free(&card);
	recording_clear();
	buf_clear(&out);
}

/* Its key is longer than it was asked for. */
static void
gemalto(void **state)
{
	struct reader r = {0};
	struct card *card;
	struct buf out;

	(void)state;
	has_piv = true;
	parse("gemalto-topdl-piv-key.txt", 0, strlen(PIN));
	assert_int_equal(card_open(&r, never, &card), 0);
	answered = 0;
	assert_int_equal(
	    card_login(card, 0, bytes_of(PIN, strlen(PIN)), never), 0);
	assert_int_equal(use(card, 0, &out), CARD_ERR_NO_KEY);
	assert_int_equal(out.n, 0);
	/* VERIFY, and the key, selected again to be sure. */
	assert_int_equal(answered, 3);
	card_free(&card);
	recording_clear();
	buf_clear(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("recording: the key of an Oberthur Cosmo v5.2D CAC is used",
		oberthur),
	    TEST("recording: a Gemalto PIV card takes a PIN, and has no key of "
		 "that size",
		gemalto),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
