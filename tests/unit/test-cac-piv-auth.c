/* SPDX-License-Identifier: BSD-2-Clause */
/* GENERAL AUTHENTICATE: what is asked, and what may be believed. */
#include "cac/piv-auth.h"
#include "cac/piv-data.h"
#include "tests/unit/unit.h"

#define INPUT_MAX 512

static uint8_t input[INPUT_MAX];

static struct card_op
op_of(enum card_op_kind kind, unsigned bits)
{
	size_t n = kind == CARD_OP_ECDH ? 1 + bits / 4 : bits / 8;

	return (struct card_op){kind, bits, bytes_of(input, n)};
}

static void
templates(void **state)
{
	static const struct {
		enum card_op_kind kind;
		unsigned bits;
		uint8_t algorithm;
		const char *head;
		size_t n;
	} all[] = {
	    {CARD_OP_RSA, 1024, 0x06, "7C 81 85 82 00 81 81 80", 136},
	    {CARD_OP_RSA, 2048, 0x07, "7C 82 01 06 82 00 81 82 01 00", 266},
	    {CARD_OP_RSA, 3072, 0x05, "7C 82 01 86 82 00 81 82 01 80", 394},
	    {CARD_OP_RSA, 4096, 0x16, "7C 82 02 06 82 00 81 82 02 00", 522},
	    {CARD_OP_ECDSA, 256, 0x11, "7C 24 82 00 81 20", 38},
	    {CARD_OP_ECDSA, 384, 0x14, "7C 34 82 00 81 30", 54},
	    {CARD_OP_ECDH, 256, 0x11, "7C 45 82 00 85 41", 71},
	    {CARD_OP_ECDH, 384, 0x14, "7C 65 82 00 85 61", 103},
	};
	struct card_op odd = op_of(CARD_OP_RSA, 1536);
	uint8_t algorithm;
	struct buf out;

	(void)state;
	for (size_t i = 0; i < sizeof(input); i++)
		input[i] = (uint8_t)(i + 1);
	buf_init(&out, 1024);
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		struct card_op op = op_of(all[i].kind, all[i].bits);
		struct bytes head = hex_parse(all[i].head, (uint8_t[16]){0});

		buf_truncate(&out, 0);
		assert_int_equal(piv_auth_template(&op, &algorithm, &out), 0);
		assert_int_equal(algorithm, all[i].algorithm);
		assert_int_equal(out.n, all[i].n);
		assert_bytes(bytes_of(out.p, head.n), head);
		assert_bytes(bytes_of(out.p + head.n, out.n - head.n), op.in);
	}
	assert_int_equal(
	    piv_auth_template(&odd, &algorithm, &out), CARD_ERR_INPUT);
	buf_clear(&out);
}

static err_t
parse(
    enum card_op_kind kind, unsigned bits, struct bytes answer, struct buf *out)
{
	struct card_op op = op_of(kind, bits);
	err_t err;

	buf_init(out, 1024);
	buf_append_u8(out, 0x5A);
	err = piv_auth_parse(&op, answer, out);
	if (err != 0) {
		assert_int_equal(out->n, 1);
		assert_int_equal(err, CARD_ERR_DATA);
	}
	assert_int_equal(out->p[0], 0x5A);
	return err;
}

/* An answer of n bytes in its template, then cut and lengthened. */
static void
raw(enum card_op_kind kind, unsigned bits, const char *head)
{
	uint8_t room[600] = {0};
	size_t start = hex_parse(head, room).n, n = bits / 8;
	struct buf out;

	for (size_t i = 0; i < n; i++)
		room[start + i] = (uint8_t)~i;
	for (size_t cut = 0; cut < start + n; cut++) {
		assert_int_not_equal(
		    parse(kind, bits, bytes_of(room, cut), &out), 0);
		buf_clear(&out);
	}
	assert_int_equal(parse(kind, bits, bytes_of(room, start + n), &out), 0);
	assert_bytes(bytes_of(out.p + 1, out.n - 1), bytes_of(room + start, n));
	buf_clear(&out);
	assert_int_not_equal(
	    parse(kind, bits, bytes_of(room, start + n + 1), &out), 0);
	buf_clear(&out);
}

static void
raw_answers(void **state)
{
	(void)state;
	raw(CARD_OP_RSA, 1024, "7C 81 83 82 81 80");
	raw(CARD_OP_RSA, 2048, "7C 82 01 04 82 82 01 00");
	raw(CARD_OP_RSA, 4096, "7C 82 02 04 82 82 02 00");
	raw(CARD_OP_ECDH, 256, "7C 22 82 20");
	raw(CARD_OP_ECDH, 384, "7C 32 82 30");
}

#define Z31                                                                    \
	"00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "                     \
	"00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
#define N32                                                                    \
	"01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 "                     \
	"11 12 13 14 15 16 17 18 19 1A 1B 1C 1D 1E 1F 20 "

static void
signatures(void **state)
{
	static const struct {
		const char *answer;
		const char *rs; /* NULL: refused */
	} all[] = {
	    {"7C 48 82 46 30 44 02 20" N32 "02 20" N32, N32 N32},
	    /* A sign byte, and numbers that are short. */
	    {"7C 49 82 47 30 45 02 21 00 81 " Z31 "02 20" N32, "81 " Z31 N32},
	    {"7C 0A 82 08 30 06 02 01 07 02 01 7F", Z31 "07" Z31 "7F"},
	    {"7C 0B 82 09 30 07 02 02 00 80 02 01 7F", Z31 "80" Z31 "7F"},
	    /* Negative, zero, empty, too long, of other types. */
	    {"7C 0A 82 08 30 06 02 01 80 02 01 7F", NULL},
	    {"7C 0A 82 08 30 06 02 01 00 02 01 7F", NULL},
	    {"7C 09 82 07 30 05 02 00 02 01 7F", NULL},
	    {"7C 0B 82 09 30 07 02 02 01 01 03 01 7F", NULL},
	    {"7C 2A 82 28 30 26 02 21 01" N32 "02 01 7F", NULL},
	    {"7C 0A 82 08 31 06 02 01 07 02 01 7F", NULL},
	    /* One number, three, something behind the sequence. */
	    {"7C 07 82 05 30 03 02 01 07", NULL},
	    {"7C 0D 82 0B 30 09 02 01 07 02 01 7F 02 01 01", NULL},
	    {"7C 0B 82 09 30 06 02 01 07 02 01 7F 00", NULL},
	    /* The length passes the end, or is indefinite. */
	    {"7C 0A 82 08 30 07 02 01 07 02 01 7F", NULL},
	    {"7C 0A 82 08 30 80 02 01 07 02 01 7F", NULL},
	    {"7C 0A 82 08 30 06 02 01 07 02 02 7F", NULL},
	    /* Other tags, or more than one response. */
	    {"7D 0A 82 08 30 06 02 01 07 02 01 7F", NULL},
	    {"7C 0A 81 08 30 06 02 01 07 02 01 7F", NULL},
	    {"7C 0C 82 08 30 06 02 01 07 02 01 7F 81 00", NULL},
	    {"7C 0A 82 08 30 06 02 01 07 02 01 7F 00", NULL},
	    {"", NULL},
	    {"7C 00", NULL},
	    {"7C 02 82 00", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		uint8_t room[128], want[128];
		struct buf out;
		err_t err = parse(
		    CARD_OP_ECDSA, 256, hex_parse(all[i].answer, room), &out);

		if (all[i].rs == NULL && err == 0)
			fail_msg("accepted: %s", all[i].answer);
		if (all[i].rs != NULL) {
			assert_int_equal(err, 0);
			assert_bytes(bytes_of(out.p + 1, out.n - 1),
			    hex_parse(all[i].rs, want));
		}
		buf_clear(&out);
	}
}

static void
policies(void **state)
{
	static const struct {
		const char *content;
		uint8_t pin;
	} all[] = {
	    {"4F 01 00 5F 2F 02 40 00", 0x80},
	    {"4F 01 00 5F 2F 02 60 10", 0x80},
	    {"4F 01 00 5F 2F 02 60 20", 0x00},
	    {"5F 2F 02 60 20", 0x00},
	    {"5F 2F 02 20 20", 0x80},
	    {"5F 2F 02 60", 0x80},
	    {"5F 2F 03 60 20 00", 0x80},
	    {"5F 2E 02 60 20", 0x80},
	    {"5F", 0x80},
	    {"4F 05 01 5F 2F 02 60 20", 0x80},
	    {"", 0x80},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		uint8_t room[16];

		assert_int_equal(
		    piv_data_pin(hex_parse(all[i].content, room)), all[i].pin);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("piv: the templates of all algorithms", templates),
	    TEST("piv: raw answers have one length", raw_answers),
	    TEST("piv: the global PIN only where Discovery wants it", policies),
	    TEST("piv: r and s get the order's length", signatures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
