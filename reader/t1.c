/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/t1.h"

#define TRIES	   3	/* of one block (11.6.3.2) */
#define BLOCKS_MAX 2000 /* of one APDU: 64 KiB, retries, waiting time */
#define IFSD_MAX   254
#define IFSD_QUIRK 48

/* One APDU on its way out and its answer on its way in. */
struct talk {
	struct t1 *t;
	struct ccid_slot *slot;
	struct deadline until;

	struct bytes left;	    /* of the command */
	struct secret_range secret; /* in left */
	bool secret_answer;
	size_t part; /* of left, in the last I-block */
	bool receiving;

	/* The last block sent, for its repetition. */
	uint8_t last[T1_BLOCK_MAX];
	struct buf last_buf;
	struct secret_range last_secret;
	bool last_is_r;
	unsigned errors;

	uint8_t in[T1_BLOCK_MAX]; /* a block put together */

	/* For the block that is sent next. */
	uint8_t bBWI;
	bool done;
};

/* What to do with a block that arrived. */
enum verdict { SEND_LAST, SEND_R_EDC, SEND_R_OTHER, SENT_NEW, ABANDON };

static void
queue(struct talk *k, uint8_t pcb, struct bytes inf, struct secret_range secret)
{
	struct t1_block b = {pcb, inf};

	buf_truncate(&k->last_buf, 0);
	t1_block_encode(&b, k->t->crc, &k->last_buf);
	k->last_secret = secret_shift(secret, T1_PROLOGUE);
	k->last_is_r = t1_kind(pcb) == T1_KIND_R;
}

static void
queue_i(struct talk *k)
{
	bool more = k->left.n > k->t->ifsc;
	uint8_t pcb = (uint8_t)(k->t->ns ? T1_I_NS : 0);

	k->part = more ? k->t->ifsc : k->left.n;
	queue(k, more ? pcb | T1_I_MORE : pcb, bytes_of(k->left.p, k->part),
	    k->secret);
}

static void
queue_r(struct talk *k, uint8_t error)
{
	queue(k, (uint8_t)(T1_R | (k->t->nr ? T1_R_NR : 0) | error),
	    bytes_of(NULL, 0), SECRET_NONE);
}

/* The card has the part: drop it, with what of the secret lay in it. */
static void
advance(struct talk *k)
{
	struct bytes part;

	if (!bytes_take(&k->left, k->part, &part))
		return;
	if (k->secret.n > 0 && k->secret.from >= part.n)
		k->secret.from -= part.n;
	else if (k->secret.n > 0)
		k->secret.from = 0;
	k->t->ns ^= 1;
	k->part = 0;
}

static err_t
transfer(struct talk *k, struct bytes out, size_t wanted, struct bytes *in)
{
	struct ccid_command cmd = {.type = PC_to_RDR_XfrBlock,
	    .specific = {k->bBWI, (uint8_t)wanted, (uint8_t)(wanted >> 8)},
	    .data = out,
	    .secret = out.n > 0 ? k->last_secret : SECRET_NONE,
	    .answer =
		k->secret_answer ? CCID_ANSWER_SECRET : CCID_ANSWER_PUBLIC};
	struct ccid_wait wait = {
	    k->slot->wait_ms * (k->bBWI > 0 ? k->bBWI : 1u), k->until};
	struct ccid_answer answer;
	err_t err;

	k->bBWI = 0;
	err = ccid_transceive(k->slot, &cmd, CCID_EXPECT_ANY, wait, &answer);
	*in = answer.data;
	return err;
}

/* At character level the reader counts: first the prologue, then the rest. */
static err_t
transfer_characters(struct talk *k, struct bytes out, struct bytes *in)
{
	size_t edc = k->t->crc ? 2 : 1, rest;
	err_t err = transfer(k, out, T1_PROLOGUE, in);

	if (err != 0 || in->n != T1_PROLOGUE)
		return err;
	memcpy(k->in, in->p, T1_PROLOGUE);
	rest = k->in[T1_PROLOGUE - 1] + edc;
	err = transfer(k, bytes_of(NULL, 0), rest, in);
	if (err != 0 || in->n > sizeof(k->in) - T1_PROLOGUE)
		return err;
	memcpy(k->in + T1_PROLOGUE, in->p, in->n);
	*in = bytes_of(k->in, T1_PROLOGUE + in->n);
	return 0;
}

/* The last block out, one in. */
static err_t
exchange_block(struct talk *k, struct bytes *in)
{
	struct bytes out = buf_bytes(&k->last_buf);

	trace_bytes(k->slot->id, TRACE_TPDU, '>', NULL, out, k->last_secret);
	return k->t->by_characters ? transfer_characters(k, out, in)
				   : transfer(k, out, 0, in);
}

static void
trace_block(const struct talk *k, struct bytes block)
{
	struct secret_range secret = SECRET_NONE;

	if (k->secret_answer && block.n > T1_PROLOGUE)
		secret = (struct secret_range){T1_PROLOGUE, SIZE_MAX};
	trace_bytes(k->slot->id, TRACE_TPDU, '<', NULL, block, secret);
}

/* S-blocks of the card (11.6.3.1). */
static enum verdict
on_supervisory(struct talk *k, const struct t1_block *b)
{
	switch (b->pcb) {
	case T1_S_IFS:
		if (b->inf.p[0] == 0 || b->inf.p[0] > T1_INF_MAX)
			return SEND_R_OTHER;
		k->t->ifsc = b->inf.p[0];
		break;
	case T1_S_WTX:
		k->bBWI = b->inf.p[0];
		break;
	case T1_S_ABORT:
		return ABANDON;
	default:
		return SEND_R_OTHER;
	}
	queue(k, b->pcb | T1_S_RESPONSE, b->inf, SECRET_NONE);
	return SENT_NEW;
}

static enum verdict
on_receive_ready(struct talk *k, const struct t1_block *b)
{
	bool wants_last = !!(b->pcb & T1_R_NR) == !!k->t->ns;

	if (k->receiving)
		return SEND_LAST;
	if (wants_last) {
		queue_i(k);
		return SEND_LAST;
	}
	if (k->part == k->left.n)
		return SEND_R_OTHER;
	advance(k);
	queue_i(k);
	return SENT_NEW;
}

static enum verdict
on_information(struct talk *k, const struct t1_block *b, struct buf *rsp)
{
	if (!!(b->pcb & T1_I_NS) != !!k->t->nr)
		return SEND_R_OTHER;
	if (!k->receiving) {
		/* It acknowledges our last block, which must be the last. */
		if (k->part != k->left.n)
			return SEND_R_OTHER;
		advance(k);
		k->receiving = true;
	}
	buf_append(rsp, b->inf);
	k->t->nr ^= 1;
	k->done = !(b->pcb & T1_I_MORE);
	queue_r(k, T1_R_OK);
	return SENT_NEW;
}

static enum verdict
on_block(struct talk *k, struct bytes in, struct buf *rsp)
{
	struct t1_block b;
	bool edc_wrong;

	trace_block(k, in);
	if (t1_block_parse(in, k->t->crc, &b, &edc_wrong) != 0)
		return edc_wrong ? SEND_R_EDC : SEND_R_OTHER;
	switch (t1_kind(b.pcb)) {
	case T1_KIND_I:
		return on_information(k, &b, rsp);
	case T1_KIND_R:
		return on_receive_ready(k, &b);
	case T1_KIND_S:
		break;
	}
	return on_supervisory(k, &b);
}

/* Nothing sensible came: ask again, naming the block that is expected. */
static err_t
count_error(struct talk *k, enum verdict v)
{
	if (v == ABANDON || ++k->errors > TRIES)
		return READER_ERR_BLOCK;
	/* A lost R is repeated; a lost I or S is asked for by an R. */
	if (v != SEND_LAST && !k->last_is_r)
		queue_r(k, v == SEND_R_EDC ? T1_R_EDC : T1_R_OTHER);
	return 0;
}

static err_t
converse(struct talk *k, struct buf *rsp)
{
	struct bytes in;
	enum verdict v;
	err_t err = 0;

	for (unsigned i = 0; err == 0 && !k->done; i++) {
		if (i == BLOCKS_MAX)
			return READER_ERR_BLOCK;
		err = exchange_block(k, &in);
		if (err == CCID_ERR_PARITY || err == CCID_ERR_MUTE)
			v = SEND_R_EDC;
		else if (err != 0)
			return err;
		else
			v = on_block(k, in, rsp);
		err = 0;
		if (v == SENT_NEW)
			k->errors = 0;
		else
			err = count_error(k, v);
		if (rsp->failed)
			return READER_ERR_TOO_LONG;
	}
	return err;
}

/* One S request of ours, and its response. */
static err_t
request(struct t1 *t, struct ccid_slot *s, uint8_t pcb, struct bytes inf,
    struct deadline until)
{
	struct talk k = {.t = t, .slot = s, .until = until};
	struct t1_block b;
	struct bytes in;
	bool edc_wrong;
	err_t err = READER_ERR_BLOCK;

	k.last_buf = (struct buf){
	    .p = k.last, .room = T1_BLOCK_MAX, .cap = T1_BLOCK_MAX};
	for (unsigned i = 0; i < TRIES; i++) {
		queue(&k, pcb, inf, SECRET_NONE);
		err = exchange_block(&k, &in);
		if (err == CCID_ERR_PARITY || err == CCID_ERR_MUTE)
			continue;
		if (err != 0)
			return err;
		trace_block(&k, in);
		err = t1_block_parse(in, t->crc, &b, &edc_wrong);
		if (err == 0 && b.pcb == (pcb | T1_S_RESPONSE) &&
		    bytes_equal(b.inf, inf))
			return 0;
	}
	return err != 0 ? err : READER_ERR_BLOCK;
}

static err_t
resynch(struct t1 *t, struct ccid_slot *s, struct deadline until)
{
	err_t err = request(t, s, T1_S_RESYNCH, bytes_of(NULL, 0), until);

	if (err == 0)
		t->ns = t->nr = 0;
	return err;
}

static err_t
tell_ifsd(struct t1 *t, struct ccid_slot *s, struct deadline until)
{
	const struct ccid_desc *d = &s->ccid->desc;
	uint32_t most =
	    s->ccid->quirks & QUIRK_FULL_PACKETS ? IFSD_QUIRK : IFSD_MAX;
	uint8_t ifsd = (uint8_t)(d->dwMaxIFSD < most ? d->dwMaxIFSD : most);
	err_t err;

	if ((d->dwFeatures & CCID_FEATURE_AUTO_IFSD) || ifsd <= 0x20)
		return 0;
	err = request(t, s, T1_S_IFS, bytes_of(&ifsd, 1), until);
	/* A card that does not know it goes on with 32 bytes. */
	return err == READER_ERR_BLOCK ? 0 : err;
}

err_t
t1_start(struct t1 *t, struct ccid_slot *s, const struct params *p, bool fresh,
    struct deadline until)
{
	uint32_t level = s->ccid->desc.dwFeatures & CCID_FEATURE_LEVEL_MASK;
	err_t err = 0;

	*t = (struct t1){
	    .crc = p->crc, .ifsc = p->ifsc, .by_characters = level == 0};
	if (t->ifsc == 0 || t->ifsc > T1_INF_MAX)
		t->ifsc = 0x20;
	if (!fresh)
		err = resynch(t, s, until);
	return err == 0 ? tell_ifsd(t, s, until) : err;
}

err_t
t1_transmit(struct t1 *t, struct ccid_slot *s, struct bytes apdu,
    struct secret_range secret, bool secret_answer, struct deadline until,
    struct buf *rsp)
{
	struct talk k = {.t = t,
	    .slot = s,
	    .until = until,
	    .left = apdu,
	    .secret = secret,
	    .secret_answer = secret_answer};
	err_t err, again;

	k.last_buf = (struct buf){
	    .p = k.last, .room = T1_BLOCK_MAX, .cap = T1_BLOCK_MAX};
	queue_i(&k);
	err = converse(&k, rsp);
	explicit_bzero(k.last, sizeof(k.last));
	explicit_bzero(k.in, sizeof(k.in));
	if (err != READER_ERR_BLOCK)
		return err;
	/* In step again, but whether the command ran nobody knows. */
	again = resynch(t, s, until);
	if (again == 0)
		again = tell_ifsd(t, s, until);
	return again == 0 ? err : again;
}
