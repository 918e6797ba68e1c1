/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/fake-keys.h"
#include "tests/unit/fake-reader.h"
#include "tests/unit/unit.h"

#define VERIFY	     0x20
#define CHANGE	     0x24
#define SIGN	     0x42
#define AUTHENTICATE 0x87

void
fake_keys_reset(struct fake_keys *k)
{
	k->verified[FAKE_APPLETS] = k->verified[FAKE_PIV] = false;
	k->fresh = false;
	k->input_n = 0;
}

void
fake_keys_selected(struct fake_keys *k, enum fake_part part)
{
	for (size_t i = 0; i < FAKE_PARTS; i++)
		if (k->drops[i])
			k->verified[i] = false;
	/* SP 800-73: PIV keeps it only when it is selected again itself. */
	if (part == FAKE_APPLETS)
		k->verified[FAKE_PIV] = false;
	k->fresh = false;
	k->input_n = 0;
}

bool
fake_keys_know(const struct apdu_cmd *cmd)
{
	return cmd->ins == VERIFY || cmd->ins == CHANGE || cmd->ins == SIGN ||
	    cmd->ins == AUTHENTICATE;
}

void
fake_keys_check(const struct apdu_cmd *cmd)
{
	bool answer =
	    cmd->ins == AUTHENTICATE || (cmd->ins == SIGN && cmd->p1 == 0x00);

	assert_int_equal(cmd->replay, APDU_NEVER_REPLAY);
	assert_int_equal(
	    cmd->secret, answer ? APDU_SECRET_BOTH : APDU_SECRET_DATA);
	assert_true(answer == (cmd->ne > 0));
}

static bool
is_pin(const char *pin, const uint8_t *block)
{
	uint8_t expected[8];

	memset(expected, 0xFF, sizeof(expected));
	memcpy(expected, pin, strlen(pin));
	return memcmp(expected, block, sizeof(expected)) == 0;
}

/* Whether the applet that is selected takes the command at all. */
static uint16_t
misplaced(const struct reader *r, const struct apdu_cmd *cmd)
{
	const struct fake_keys *k = r->keys;

	if (r->piv_selected) {
		if (cmd->cla != 0)
			return 0x6E00;
		return cmd->p1 == 0 && cmd->p2 == (k->global_pin ? 0 : 0x80)
		    ? 0
		    : 0x6A86;
	}
	if (r->selected == NULL)
		return 0x6D00;
	if (k->pin_aid != NULL && memcmp(k->pin_aid, r->selected->aid, 7) != 0)
		return 0x6D00;
	if (cmd->ins == VERIFY && cmd->cla != k->pin_cla)
		return 0x6E00;
	return cmd->p2 == 0 && (cmd->ins == CHANGE || cmd->p1 == 0) ? 0
								    : 0x6A86;
}

static uint16_t
count_of(const struct fake_keys *k)
{
	if (k->tries == 0)
		return 0x6983;
	return (uint16_t)((k->old_counts ? 0x6300 : 0x63C0) | k->tries);
}

static uint16_t
judge(struct fake_keys *k, const uint8_t *block, enum fake_part part)
{
	k->verified[part] = false;
	if (k->tries == 0)
		return 0x6983;
	if (!is_pin(k->pin, block)) {
		k->tries--;
		/* Blocked from the next VERIFY on. */
		return (uint16_t)((k->old_counts ? 0x6300 : 0x63C0) | k->tries);
	}
	k->tries = k->tries_max;
	k->verified[part] = true;
	if (k->shared)
		k->verified[FAKE_APPLETS] = k->verified[FAKE_PIV] = true;
	k->fresh = part == FAKE_PIV;
	return 0x9000;
}

static uint16_t
verify(struct fake_keys *k, const struct apdu_cmd *cmd, enum fake_part part)
{
	if (cmd->data.n == 0) {
		k->asks++;
		if (k->ask_sw != 0)
			return k->ask_sw;
		return k->verified[part] ? 0x9000 : count_of(k);
	}
	assert_int_equal(cmd->data.n, 8);
	k->verifies++;
	if (k->verify_sw != 0)
		return k->verify_sw;
	return judge(k, cmd->data.p, part);
}

static uint16_t
change(struct fake_keys *k, const struct apdu_cmd *cmd, enum fake_part part)
{
	uint16_t sw;

	assert_int_equal(cmd->data.n, 16);
	k->changes++;
	if (k->change_sw != 0)
		return k->change_sw;
	sw = judge(k, cmd->data.p, part);
	fake_keys_reset(k);
	if (sw != 0x9000)
		return sw;
	memset(k->new_pin, 0, sizeof(k->new_pin));
	for (size_t i = 0; i < 8 && cmd->data.p[8 + i] != 0xFF; i++)
		k->new_pin[i] = (char)cmd->data.p[8 + i];
	k->pin = k->new_pin;
	return sw;
}

static void
append_inverted(struct buf *out, struct bytes in)
{
	for (size_t i = 0; i < in.n; i++)
		buf_append_u8(out, (uint8_t)~in.p[i]);
}

static uint16_t
refuse(struct fake_keys *k)
{
	k->refusals++;
	return k->refused_sw != 0 ? k->refused_sw : 0x6982;
}

static uint16_t
sign(struct reader *r, const struct apdu_cmd *cmd, struct buf *out)
{
	struct fake_keys *k = r->keys;
	size_t most = k->part_max != 0 ? k->part_max : 255;

	if (r->selected == NULL ||
	    (r->selected->needs_object && !r->object_selected))
		return 0x6D00;
	if (cmd->cla != k->key_cla)
		return 0x6E00;
	if (k->use_sw != 0)
		return k->use_sw;
	if (!k->verified[FAKE_APPLETS])
		return refuse(k);
	if (cmd->data.n > most)
		return k->part_sw;
	assert_true(k->input_n + cmd->data.n <= FAKE_INPUT_MAX);
	memcpy(k->input + k->input_n, cmd->data.p, cmd->data.n);
	k->input_n += cmd->data.n;
	if (cmd->p1 == 0x80)
		return 0x9000;
	k->uses++;
	append_inverted(out, bytes_of(k->input, k->input_n));
	if (k->answer_n != 0)
		out->n = k->answer_n;
	k->input_n = 0;
	return 0x9000;
}

static void
append_response(struct buf *out, struct bytes in)
{
	uint8_t outer[] = {0x7C, 0x82, (uint8_t)((in.n + 4) >> 8),
	    (uint8_t)(in.n + 4), 0x82, 0x82, (uint8_t)(in.n >> 8),
	    (uint8_t)in.n};

	buf_append(out, BYTES(outer));
	append_inverted(out, in);
}

/* SP 800-78-4, table 6-2. */
static size_t
modulus_of(uint8_t algorithm)
{
	switch (algorithm) {
	case 0x05:
		return 384;
	case 0x06:
		return 128;
	case 0x07:
		return 256;
	case 0x16:
		return 512;
	default:
		return 0;
	}
}

static uint16_t
authenticate(
    struct reader *r, const struct apdu_cmd *cmd, bool fresh, struct buf *out)
{
	struct fake_keys *k = r->keys;
	struct bytes in = cmd->data, head;
	size_t modulus = modulus_of(cmd->p1);

	if (!r->piv_selected)
		return 0x6D00;
	k->algorithm = cmd->p1;
	k->key = cmd->p2;
	if (k->auth_sw != 0)
		return k->auth_sw;
	if ((cmd->p2 == 0x9C && !fresh) ||
	    (cmd->p2 != 0x9E && !k->verified[FAKE_PIV]))
		return refuse(k);
	k->uses++;
	if (k->answer.n > 0)
		buf_append(out, k->answer);
	else if (modulus > 0 && in.n > modulus &&
	    bytes_take(&in, in.n - modulus, &head))
		append_response(out, in);
	return 0x9000;
}

uint16_t
fake_keys_answer(struct reader *r, const struct apdu_cmd *cmd, struct buf *out)
{
	struct fake_keys *k = r->keys;
	enum fake_part part = r->piv_selected ? FAKE_PIV : FAKE_APPLETS;
	bool fresh = k->fresh;
	uint16_t sw = 0;

	k->fresh = false;
	if (cmd->ins == SIGN)
		return sign(r, cmd, out);
	if (cmd->ins == AUTHENTICATE)
		return authenticate(r, cmd, fresh, out);
	sw = misplaced(r, cmd);
	if (sw != 0) {
		k->misplaced += cmd->data.n > 0;
		return sw;
	}
	return cmd->ins == VERIFY ? verify(k, cmd, part) : change(k, cmd, part);
}

static void
append_block(struct buf *out, const char *pin)
{
	uint8_t block[8];

	memset(block, 0xFF, sizeof(block));
	memcpy(block, pin, strlen(pin));
	buf_append(out, BYTES(block));
}

static err_t
from_pad(struct reader *r, const struct pin_entry *e, uint8_t ins, uint16_t *sw)
{
	struct apdu_cmd cmd = {
	    .cla = e->cla, .ins = ins, .p1 = e->p1, .p2 = e->p2};
	struct buf blocks;

	if (r->keys == NULL || r->keys->pad_pin == NULL)
		return CCID_ERR_UNSUPPORTED;
	if (r->keys->pad_error != 0)
		return r->keys->pad_error;
	assert_true(e->max == 8);
	assert_int_equal(e->min, ins == CHANGE ? 6 : 4);
	buf_init(&blocks, 16);
	append_block(&blocks, r->keys->pad_pin);
	if (ins == CHANGE)
		append_block(&blocks, r->keys->pad_new);
	cmd.data = buf_bytes(&blocks);
	*sw = fake_keys_answer(r, &cmd, NULL);
	buf_clear(&blocks);
	return 0;
}

err_t
reader_pin_verify(struct reader *r, const struct pin_entry *e,
    struct deadline until, uint16_t *sw)
{
	(void)until;
	return from_pad(r, e, VERIFY, sw);
}

err_t
reader_pin_change(struct reader *r, const struct pin_entry *e,
    struct deadline until, uint16_t *sw)
{
	(void)until;
	return from_pad(r, e, CHANGE, sw);
}
