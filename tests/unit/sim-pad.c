/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/ccid-spec.h"
#include "reader/t1-block.h"
#include "tests/unit/readers-known.h"
#include "tests/unit/sim-pad.h"

#define BLOCK_MAX  32
#define RESETS_MAX 5

/* The ops get the simulated reader; there is one pad at a time. */
static struct sim_pad *pad;

static void
queue(struct bytes msg, struct bytes data)
{
	struct sim_frame *f = &pad->g.sim.queue[pad->g.sim.queued++];

	assert_true(pad->g.sim.queued < SIM_FRAMES_MAX);
	*f = (struct sim_frame){.bytes = {0x80, (uint8_t)data.n}};
	f->bytes[6] = msg.p[6];
	memcpy(f->bytes + 10, data.p, data.n);
	f->n = 10 + data.n;
}

/* PCB of an I-block. */
static uint8_t
numbered(uint8_t n)
{
	return n != 0 ? T1_I_NS : 0;
}

static struct bytes
i_block(struct bytes inf, uint8_t room[BLOCK_MAX])
{
	struct buf out = {.p = room, .room = BLOCK_MAX, .cap = BLOCK_MAX};
	struct t1_block b = {numbered(pad->ns), inf};

	t1_block_encode(&b, false, &out);
	pad->ns ^= 1;
	return buf_bytes(&out);
}

static void
on_supervisory(struct bytes msg, const struct t1_block *b)
{
	uint8_t room[BLOCK_MAX];
	struct buf out = {.p = room, .room = BLOCK_MAX, .cap = BLOCK_MAX};
	struct t1_block response = {b->pcb | T1_S_RESPONSE, b->inf};

	/* Time is granted: the next turn is its. */
	if (b->pcb == (T1_S_WTX | T1_S_RESPONSE)) {
		assert_int_equal(msg.p[7], b->inf.p[0]);
		pad->bSeq = msg.p[6];
		pad->armed = true;
		return;
	}
	if (b->pcb == T1_S_RESYNCH) {
		pad->resynchs++;
		pad->ns = pad->nr = 0;
	}
	t1_block_encode(&response, false, &out);
	queue(msg, buf_bytes(&out));
}

/* The T=1 card: whatever the command, if it is in step, 9000. */
static void
on_block(struct bytes msg)
{
	uint8_t room[BLOCK_MAX];
	struct t1_block b;
	bool edc_wrong;

	assert_int_equal(t1_block_parse(bytes_of(msg.p + 10, msg.n - 10), false,
			     &b, &edc_wrong),
	    0);
	pad->blocks++;
	if (t1_kind(b.pcb) == T1_KIND_S) {
		on_supervisory(msg, &b);
		return;
	}
	assert_int_equal(b.pcb, numbered(pad->nr));
	pad->nr ^= 1;
	queue(msg, i_block(HEX("90 00"), room));
}

static err_t
on_secure(struct bytes msg)
{
	assert_true(msg.n <= sizeof(pad->msg));
	memcpy(pad->msg, msg.p, msg.n);
	pad->msg_n = msg.n;
	pad->bSeq = msg.p[6];
	pad->sent++;
	pad->armed = pad->out_err == 0;
	pad->since = fake_clock_now();
	return pad->out_err;
}

static err_t
pad_out(void *pipe, struct bytes msg, struct deadline until)
{
	const struct sim_reader *s = &pad->g.sim;

	if (msg.p[0] == PC_to_RDR_Secure)
		return on_secure(msg);
	if (msg.p[0] == PC_to_RDR_IccPowerOn)
		pad->ns = pad->nr = 0;
	if (msg.p[0] != PC_to_RDR_XfrBlock || !s->powered || s->protocol != 1)
		return pad->inner->bulk_out(pipe, msg, until);
	on_block(msg);
	return 0;
}

/* The reader's I-block has this prologue: the card must expect it. */
static void
take_prologue(void)
{
	const uint8_t *apdu = pad->msg + pad->msg_n - 5 - 8;
	size_t n = 5 + 8;

	if (pad->msg[10] == CCID_PIN_MODIFY) {
		apdu -= 8;
		n += 8;
	}
	assert_int_equal(apdu[-3], 0);
	assert_int_equal(apdu[-2], numbered(pad->nr));
	assert_int_equal(apdu[-1], n);
	pad->nr ^= 1;
}

static size_t
say(const struct sim_turn *t, uint8_t *out)
{
	uint8_t room[BLOCK_MAX], block[BLOCK_MAX];
	struct bytes data = hex_parse(t->data != NULL ? t->data : "", room);

	if (t->block) {
		take_prologue();
		data = i_block(data, block);
	}
	memset(out, 0, 10);
	out[0] = t->type != 0 ? t->type : RDR_to_PC_DataBlock;
	out[1] = (uint8_t)data.n;
	out[6] = (uint8_t)(pad->bSeq + t->seq_off);
	out[7] = t->status;
	out[8] = t->error;
	if (data.n > 0)
		memcpy(out + 10, data.p, data.n);
	return t->status == SIM_CUT_SHORT ? 5 : 10 + data.n;
}

/* What happened to reader and card besides. */
static void
suffer(const struct sim_turn *t)
{
	struct sim_reader *s = &pad->g.sim;

	s->unplugged |= t->err == USB_ERR_GONE;
	s->halted_in |= t->err == USB_ERR_STALL;
	if (t->status == SIM_CUT_SHORT)
		return;
	s->absent |= (t->status & 3) == CCID_ICC_ABSENT;
	if ((t->status & 3) == CCID_ICC_INACTIVE)
		s->powered = false;
}

static err_t
pad_in(
    void *pipe, uint8_t *buf, size_t room, size_t *got, struct deadline until)
{
	const struct sim_turn *t = &pad->turn[pad->next];
	struct deadline due;

	if (!pad->armed || pad->next == pad->turns || pad->g.sim.queued > 0)
		return pad->inner->bulk_in(pipe, buf, room, got, until);
	due = (struct deadline){pad->since + t->after_ms};
	if (due.at_ms > until.at_ms)
		return pad->inner->bulk_in(pipe, buf, room, got, until);
	fake_clock_pass_to(due);
	pad->since = fake_clock_now();
	pad->next++;
	pad->armed = t->status >> 6 == CCID_COMMAND_TIME_EXTENSION;
	suffer(t);
	*got = t->err == 0 ? say(t, buf) : 0;
	return t->err;
}

void
sim_pad_open(struct sim_pad *p, const char *atr, size_t at, uint8_t value,
    const struct sim_turn *turn, unsigned turns)
{
	uint8_t room[64];
	struct usb_pipe *pipe = &p->g.bus.pipe[0];

	*p = (struct sim_pad){.turn = turn, .turns = turns};
	pad = p;
	sim_rig_open(&p->g, 300);
	p->inner = pipe->ops;
	p->ops = *pipe->ops;
	p->ops.bulk_out = pad_out;
	p->ops.bulk_in = pad_in;
	pipe->ops = &p->ops;
	memcpy(p->g.bus.info[0].ccid, hex_parse(SPR532, room).p, 54);
	p->g.bus.info[0].ccid[at] = value;
	if (atr != NULL)
		p->g.sim.card.atr = atr;
	assert_int_equal(readers_refresh(p->g.readers), 0);
	assert_int_equal(sim_rig_begin(&p->g), 0);
}

void
sim_pad_close(struct sim_pad *p)
{
	sim_rig_end(&p->g);
	sim_rig_close(&p->g);
}

err_t
sim_pad_verify(struct sim_pad *p, const struct pin_entry *e, uint16_t *sw)
{
	return reader_pin_verify(p->g.reader, e, deadline_in(600000), sw);
}

/* A few commands: T=1 counters that are off by one show at once. */
static void
assert_t1_usable(struct sim_pad *p)
{
	struct apdu_cmd cmd = {.ins = 0xB0, .replay = APDU_REPLAY_OK};
	struct apdu_rsp rsp = {.data = NULL};

	for (unsigned i = 0; i < 3; i++) {
		err_t err = READER_ERR_RESET;

		for (unsigned j = 0; j < RESETS_MAX && err != 0; j++) {
			assert_int_equal(err, READER_ERR_RESET);
			err = reader_exchange(
			    p->g.reader, &cmd, &rsp, deadline_in(60000));
		}
		assert_int_equal(err, 0);
		assert_int_equal(rsp.sw, 0x9000);
	}
}

void
sim_pad_assert_usable(struct sim_pad *p)
{
	reader_new_object(p->g.reader);
	if (p->g.sim.protocol == 1)
		assert_t1_usable(p);
	else
		assert_int_equal(sim_rig_read(&p->g), 0);
}
