/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/fake-reader.h"
#include "tests/unit/unit.h"

#define LOG_MAX	      (1 << 20)
#define EXCHANGES_MAX 20000 /* more is a loop without an end */

void
fake_reader_init(
    struct reader *r, const struct fake_container *containers, size_t count)
{
	/* What is left of the user's cards is no business of a test. */
	assert_int_equal(setenv("CAC_PKCS11_CACHE", "off", 1), 0);
	*r = (struct reader){.containers = containers, .count = count};
	buf_init(&r->log, LOG_MAX);
}

void
fake_reader_clear(struct reader *r)
{
	buf_clear(&r->log);
}

void
fake_reader_reset(struct reader *r)
{
	r->epoch++;
	r->memory++;
	r->selected = NULL;
	r->object_selected = false;
	r->piv_selected = false;
	r->left = false;
	if (r->keys != NULL)
		fake_keys_reset(r->keys);
}

void
fake_reader_begin(struct reader *r)
{
	r->epoch++;
}

void
fake_reader_assert_log(struct reader *r, const char *expected)
{
	buf_append_u8(&r->log, 0);
	assert_int_equal(buf_err(&r->log), 0);
	assert_string_equal((const char *)r->log.p, expected);
	buf_truncate(&r->log, 0);
}

unsigned
reader_id(const struct reader *r)
{
	(void)r;
	return 1;
}

unsigned
reader_epoch(const struct reader *r)
{
	return r->epoch;
}

struct bytes
reader_atr(const struct reader *r)
{
	static const uint8_t atr[] = {0x3B, 0x00};

	(void)r;
	return BYTES(atr);
}

unsigned
reader_memory(const struct reader *r)
{
	return r->memory;
}

err_t
reader_reset_card(struct reader *r, struct deadline until)
{
	(void)until;
	r->resets++;
	if (r->reset_error != 0)
		return r->reset_error;
	fake_reader_reset(r);
	return 0;
}

unsigned
reader_chunk(const struct reader *r)
{
	return r->chunk != 0 ? r->chunk : 256;
}

void
reader_new_object(struct reader *r)
{
	r->objects++;
}

static void
log_byte(struct reader *r, uint8_t v, char end)
{
	char text[4];

	(void)snprintf(text, sizeof(text), "%02X%c", v, end);
	buf_append(&r->log, bytes_of(text, 3));
}

static void
log_command(struct reader *r, const struct apdu_cmd *cmd)
{
	log_byte(r, cmd->cla, ' ');
	log_byte(r, cmd->ins, ' ');
	log_byte(r, cmd->p1, ' ');
	log_byte(r, cmd->p2, ' ');
	log_byte(r, (uint8_t)cmd->data.n, cmd->data.n > 0 ? ' ' : '\n');
	for (size_t i = 0; i < cmd->data.n; i++)
		log_byte(r, cmd->data.p[i], i + 1 < cmd->data.n ? ' ' : '\n');
}

static uint16_t
select_container(struct reader *r, const struct apdu_cmd *cmd)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct fake_container *c = &r->containers[i];
		bool applet =
		    cmd->p1 == 4 && bytes_equal(cmd->data, BYTES(c->aid));
		bool object = cmd->p1 == 2 && r->selected != NULL &&
		    bytes_equal(BYTES(r->selected->aid), BYTES(c->aid)) &&
		    bytes_equal(cmd->data, BYTES(c->object));

		if (!applet && !object)
			continue;
		if (c->select_sw != 0)
			return c->select_sw;
		r->selected = c;
		r->object_selected = object;
		r->piv_selected = false;
		if (r->keys != NULL && applet)
			fake_keys_selected(r->keys, FAKE_APPLETS);
		r->position = 0;
		return applet && r->applet_sw != 0 ? r->applet_sw : 0x9000;
	}
	return r->unknown_sw != 0 ? r->unknown_sw : 0x6A82;
}

static void
append_prefixed(struct buf *whole, struct bytes in)
{
	buf_append_u8(whole, (uint8_t)in.n);
	buf_append_u8(whole, (uint8_t)(in.n >> 8));
	buf_append(whole, in);
}

static uint16_t
read_buffer(struct reader *r, const struct apdu_cmd *cmd, struct buf *out)
{
	size_t offset = bytes_be16((const uint8_t[]){cmd->p1, cmd->p2}), n;
	struct bytes left, piece;
	struct buf whole;
	uint16_t sw = 0x6A86;

	if (r->selected == NULL ||
	    (r->selected->needs_object && !r->object_selected))
		return 0x6D00;
	if (r->selected->read_sw != 0)
		return r->selected->read_sw;
	if (r->wrong_cla_sw != 0 && cmd->cla != r->cla)
		return r->wrong_cla_sw;
	if (cmd->data.n != 2 || (cmd->data.p[0] != 1 && cmd->data.p[0] != 2))
		return 0x6984;
	if (r->selected->wants_pin && cmd->data.p[0] == 2 &&
	    !r->keys->verified[FAKE_APPLETS])
		return 0x6982;
	n = cmd->data.p[1];
	if (r->longest != 0 && n > r->longest)
		return r->too_long_sw;
	buf_init(&whole, 65536 + 2);
	append_prefixed(
	    &whole, cmd->data.p[0] == 1 ? r->selected->t : r->selected->v);
	if (cmd->data.p[0] == 2)
		buf_append(&whole, r->selected->behind);
	left = buf_bytes(&whole);
	if (bytes_take(&left, offset, &piece) && bytes_take(&left, n, &piece)) {
		buf_append(out, piece);
		sw = 0x9000;
	}
	buf_clear(&whole);
	return sw;
}

static uint16_t
select_piv(struct reader *r)
{
	if (r->piv == FAKE_PIV_NONE)
		return r->unknown_sw != 0 ? r->unknown_sw : 0x6A82;
	if (r->piv == FAKE_PIV_GOOD) {
		r->piv_selected = true;
		r->selected = NULL;
		if (r->keys != NULL)
			fake_keys_selected(r->keys, FAKE_PIV);
	}
	return 0x9000;
}

static uint16_t
select_any(struct reader *r, const struct apdu_cmd *cmd)
{
	static const uint8_t piv[] = {
	    0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00};

	if (cmd->p1 == 4 && bytes_equal(cmd->data, BYTES(piv)))
		return select_piv(r);
	assert_int_equal(cmd->ne, 0);
	if (cmd->p2 == 0x0C && r->no_answer_sw != 0)
		return r->no_answer_sw;
	return select_container(r, cmd);
}

static uint16_t
get_data(struct reader *r, const struct apdu_cmd *cmd, struct buf *out)
{
	uint32_t tag = 0;

	if (!r->piv_selected)
		return 0x6D00;
	assert_int_equal(cmd->p1 << 8 | cmd->p2, 0x3FFF);
	assert_true(cmd->data.n >= 3 && cmd->data.p[0] == 0x5C &&
	    cmd->data.p[1] == cmd->data.n - 2);
	for (size_t i = 2; i < cmd->data.n; i++)
		tag = tag << 8 | cmd->data.p[i];
	for (size_t i = 0; i < r->piv_count; i++) {
		const struct fake_object *object = &r->piv_objects[i];

		if (object->tag != tag)
			continue;
		if (object->sw != 0)
			return object->sw;
		if (cmd->partial && r->partial_sw != 0)
			return r->partial_sw;
		assert_true(cmd->partial || object->data.n <= cmd->ne);
		r->left = object->data.n > cmd->ne;
		buf_append(out,
		    bytes_of(
			object->data.p, r->left ? cmd->ne : object->data.n));
		return 0x9000;
	}
	return r->no_object_sw != 0 ? r->no_object_sw : 0x6A82;
}

/* GET CERTIFICATE: the card keeps the position, 63XX tells what is left. */
static uint16_t
next_of_stream(struct reader *r, const struct apdu_cmd *cmd, struct buf *out)
{
	struct bytes left, piece;
	size_t n;

	if (r->selected == NULL || r->selected->stream.n == 0)
		return 0x6D00;
	left = r->selected->stream;
	assert_true(bytes_take(&left, r->position, &piece));
	n = cmd->ne < left.n ? cmd->ne : left.n;
	assert_true(bytes_take(&left, n, &piece));
	buf_append(out, piece);
	r->position += n;
	if (left.n == 0)
		return 0x9000;
	return (uint16_t)(0x6300 | (left.n < 100 ? left.n : 100));
}

static uint16_t
tell(struct bytes what, struct buf *out)
{
	if (what.n == 0)
		return 0x6D00;
	buf_append(out, what);
	return 0x9000;
}

static uint16_t
answer(struct reader *r, const struct apdu_cmd *cmd, struct buf *out)
{
	if (cmd->ins == 0xC0) {
		r->left = false;
		return tell(HEX("AA"), out);
	}
	if (r->left && r->mid_chain_sw != 0)
		return r->mid_chain_sw;
	/* Real ones have answered it with 6F00. */
	assert_false(r->left && cmd->replay == APDU_NEVER_REPLAY);
	r->left = false;
	if (r->keys != NULL && fake_keys_know(cmd))
		return fake_keys_answer(r, cmd, out);
	if (r->keys != NULL)
		r->keys->fresh = false;
	if (cmd->cla == 0x00 && cmd->ins == 0xA4)
		return select_any(r, cmd);
	if (cmd->ins == 0x52) {
		assert_int_equal(cmd->ne, cmd->data.p[1]);
		assert_true(cmd->ne <= reader_chunk(r));
		return read_buffer(r, cmd, out);
	}
	if (cmd->ins == 0xCB)
		return get_data(r, cmd, out);
	if (cmd->ins == 0x36)
		return next_of_stream(r, cmd, out);
	if (cmd->ins == 0x56 && r->selected != NULL && cmd->p1 == 1)
		return tell(r->selected->properties, out);
	if (cmd->ins == 0x4C && r->selected != NULL && cmd->p1 == 0x21)
		return tell(r->selected->services, out);
	return 0x6D00;
}

static const struct fake_fault *
find_fault(const struct reader *r)
{
	for (size_t i = 0; i < r->fault_count; i++) {
		const struct fake_fault *f = &r->faults[i];

		if (r->exchanges == f->at || (f->stays && r->exchanges > f->at))
			return f;
	}
	return NULL;
}

static void
spoil(enum fake_fault_kind kind, struct buf *out, size_t before)
{
	if (out == NULL || out->n == before)
		return;
	if (kind == FAKE_SHORT)
		buf_truncate(out, out->n - 1);
	else if (kind == FAKE_CORRUPT)
		out->p[out->n - 1] ^= 0x01;
}

static err_t
exchange(struct reader *r, const struct apdu_cmd *cmd, struct apdu_rsp *rsp)
{
	const struct fake_fault *f = find_fault(r);
	size_t before = rsp->data != NULL ? rsp->data->n : 0;

	assert_true(++r->exchanges < EXCHANGES_MAX);
	log_command(r, cmd);
	r->parts += cmd->partial;
	if (f != NULL && f->kind == FAKE_FAIL)
		return f->err;
	if (f != NULL &&
	    (f->kind == FAKE_RESET || f->kind == FAKE_SILENT_RESET))
		fake_reader_reset(r);
	if (f != NULL && f->kind == FAKE_RESET)
		return READER_ERR_RESET;
	if (f != NULL && f->kind == FAKE_STATUS)
		r->left = false;
	rsp->sw = f != NULL && f->kind == FAKE_STATUS
	    ? f->sw
	    : answer(r, cmd, rsp->data);
	rsp->more = r->left && cmd->partial && !r->cuts;
	if (f != NULL)
		spoil(f->kind, rsp->data, before);
	return 0;
}

err_t
reader_exchange(struct reader *r, const struct apdu_cmd *cmd,
    struct apdu_rsp *rsp, struct deadline until)
{
	(void)until;
	if (fake_keys_know(cmd)) {
		fake_keys_check(cmd);
	} else {
		/* A piece asked for twice would be left out; 2 bytes are a
		 * question. */
		assert_int_equal(cmd->replay == APDU_NEVER_REPLAY,
		    (cmd->ins == 0x36 && cmd->ne != 2) || cmd->ins == 0xC0);
		assert_int_equal(cmd->secret, APDU_PUBLIC);
	}
	return exchange(r, cmd, rsp);
}
