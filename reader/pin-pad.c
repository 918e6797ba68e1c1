/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/pin-pad.h"

#define PIN_BLOCK   8
#define HEADER	    5
#define COMMAND_MAX (HEADER + 2 * PIN_BLOCK)
#define LANGUAGE    0x0409 /* wLangId: English, as every reader has it */

#define INS_VERIFY		  0x20
#define INS_CHANGE_REFERENCE_DATA 0x24

/* bTimeOut, and how much longer the host waits for what it ends in. */
#define ENTRY_S	    30
#define WAIT_MIN_MS 90000
#define WAIT_END_MS 10000
/* Of the caller's time, to get back into step with a silent reader. */
#define RESYNC_MS 3000
/* On a keyboard, the key that started the entry goes up again. */
#define KEY_HELD_MS 250

#define WTX_MAX 1000 /* S(WTX) of one answer */

/* The reader's own words when no PIN came (PC/SC part 10). */
#define SW_PIN_TIMEOUT	 0x6400
#define SW_PIN_CANCELLED 0x6401
#define SW1_PIN_PAD	 0x64

static unsigned
blocks(enum ccid_pin_operation op)
{
	return op == CCID_PIN_MODIFY ? 2 : 1;
}

/* PINs that are typed: to change it the old one, and the new one twice. */
static unsigned
entries(enum ccid_pin_operation op)
{
	return op == CCID_PIN_MODIFY ? 3 : 1;
}

static void
command_encode(
    enum ccid_pin_operation op, const struct pin_entry *e, struct buf *out)
{
	size_t n = blocks(op) * PIN_BLOCK;
	const uint8_t header[HEADER] = {e->cla,
	    op == CCID_PIN_MODIFY ? INS_CHANGE_REFERENCE_DATA : INS_VERIFY,
	    e->p1, e->p2, (uint8_t)n};

	buf_append(out, BYTES(header));
	for (size_t i = 0; i < n; i++)
		buf_append_u8(out, 0xFF);
}

static uint8_t
messages_to_verify(const struct pin_prompt *p)
{
	if (p->quirks & QUIRK_PIN_ONE_MESSAGE)
		return CCID_PIN_ONE_MESSAGE;
	if (p->quirks & QUIRK_PIN_NO_MESSAGE)
		return CCID_PIN_NO_MESSAGE;
	return p->display ? CCID_PIN_DEFAULT_MESSAGE : CCID_PIN_NO_MESSAGE;
}

static uint8_t
messages_to_modify(const struct pin_prompt *p)
{
	return p->display || (p->quirks & QUIRK_PIN_THREE_MESSAGES)
	    ? CCID_PIN_THREE_MESSAGES
	    : CCID_PIN_NO_MESSAGE;
}

static void
verification_encode(
    const struct pin_entry *e, const struct pin_prompt *p, struct buf *out)
{
	bool swapped = p->quirks & QUIRK_PIN_DIGITS_SWAPPED;
	const uint8_t fields[] = {
	    p->bTimeOut,
	    CCID_PIN_UNITS_BYTES | CCID_PIN_ASCII, /* bmFormatString */
	    PIN_BLOCK,				   /* bmPINBlockString */
	    0,					   /* bmPINLengthFormat */
	    /* wPINMaxExtraDigit */
	    swapped ? e->min : e->max, swapped ? e->max : e->min,
	    CCID_PIN_VALIDATION_KEY, messages_to_verify(p), LANGUAGE & 0xFF,
	    LANGUAGE >> 8, /* wLangId */
	    0,		   /* bMsgIndex */
	};

	buf_append(out, BYTES(fields));
}

static void
modification_encode(
    const struct pin_entry *e, const struct pin_prompt *p, struct buf *out)
{
	const uint8_t messages = messages_to_modify(p);
	const uint8_t fields[] = {
	    p->bTimeOut,
	    CCID_PIN_UNITS_BYTES | CCID_PIN_ASCII, /* bmFormatString */
	    PIN_BLOCK,				   /* bmPINBlockString */
	    0,					   /* bmPINLengthFormat */
	    0,					   /* bInsertionOffsetOld */
	    PIN_BLOCK,				   /* bInsertionOffsetNew */
	    e->max, e->min,			   /* wPINMaxExtraDigit */
	    CCID_PIN_CURRENT_ASKED | CCID_PIN_NEW_TWICE,
	    CCID_PIN_VALIDATION_KEY, messages, LANGUAGE & 0xFF,
	    LANGUAGE >> 8, /* wLangId */
	    0,		   /* bMsgIndex1 */
	};
	/* bMsgIndex2, bMsgIndex3: there only when there are messages. */
	static const uint8_t more[] = {1, 2}, none[] = {0, 0};

	buf_append(out, BYTES(fields));
	if (messages == CCID_PIN_THREE_MESSAGES)
		buf_append(out, BYTES(more));
	else if (p->quirks & QUIRK_PIN_ALL_INDEXES)
		buf_append(out, BYTES(none));
}

void
pin_pad_encode(enum ccid_pin_operation op, const struct pin_entry *e,
    const struct pin_prompt *p, struct buf *out)
{
	buf_append_u8(out, (uint8_t)op);
	if (op == CCID_PIN_MODIFY)
		modification_encode(e, p, out);
	else
		verification_encode(e, p, out);
	buf_append(out, BYTES(p->bTeoPrologue));
	command_encode(op, e, out);
}

err_t
pin_pad_check(
    const struct link *l, enum ccid_pin_operation op, const struct pin_entry *e)
{
	const struct ccid_desc *d = &l->slot->ccid->desc;
	uint8_t needed = op == CCID_PIN_MODIFY ? CCID_PIN_MODIFICATION
					       : CCID_PIN_VERIFICATION;

	if (!(d->bPINSupport & needed) ||
	    (d->dwFeatures & CCID_FEATURE_LEVEL_MASK) == 0 ||
	    d->dwMaxCCIDMessageLength < CCID_EXPECT(PIN_PAD_DATA_MAX))
		return CCID_ERR_UNSUPPORTED;
	if (l->level == LINK_T1 && l->t1.ifsc < HEADER + blocks(op) * PIN_BLOCK)
		return CCID_ERR_UNSUPPORTED;
	if (e->min == 0 || e->min > e->max || e->max > PIN_BLOCK)
		return READER_ERR_COMMAND;
	return 0;
}

/*
 * At TPDU level T=1 is the host's, and so are the sequence numbers: the reader
 * builds its I-block from this prologue and adds no more than the epilogue.
 */
static void
prologue(const struct link *l, enum ccid_pin_operation op, uint8_t out[3])
{
	if (l->level != LINK_T1)
		return;
	out[0] = 0;
	out[1] = l->t1.ns ? T1_I_NS : 0;
	out[2] = (uint8_t)(HEADER + blocks(op) * PIN_BLOCK);
}

static err_t
take_status(struct bytes in, uint16_t *sw)
{
	if (in.n != 2 || in.p[0] == 0x60 ||
	    ((in.p[0] & 0xF0) != 0x60 && (in.p[0] & 0xF0) != 0x90))
		return READER_ERR_TPDU;
	*sw = bytes_be16(in.p);
	return 0;
}

/* The card asks for time: grant it, and take what it answers then. */
static err_t
grant(struct link *l, uint8_t times, struct deadline until,
    struct ccid_answer *answer)
{
	const struct t1_block b = {
	    T1_S_WTX | T1_S_RESPONSE, bytes_of(&times, 1)};
	struct ccid_wait wait = {
	    l->slot->wait_ms * (times > 0 ? times : 1u), until};
	struct ccid_command cmd = {
	    .type = PC_to_RDR_XfrBlock, .specific = {times}};
	uint8_t room[T1_PROLOGUE + 1 + 2];
	struct buf block = {
	    .p = room, .room = sizeof(room), .cap = sizeof(room)};

	t1_block_encode(&b, l->t1.crc, &block);
	cmd.data = buf_bytes(&block);
	return ccid_transceive(l->slot, &cmd, CCID_EXPECT_ANY, wait, answer);
}

/*
 * One I-block with a status word. Any other block but S(WTX) is an error that
 * S(RESYNCH) ends: to ask for a repetition could make the command run twice.
 */
static err_t
take_block(struct link *l, struct deadline until, struct ccid_answer *answer,
    uint16_t *sw)
{
	struct t1 *t = &l->t1;
	struct t1_block b = {0};
	bool edc_wrong;
	err_t err;

	for (unsigned i = 0; i <= WTX_MAX; i++) {
		err = t1_block_parse(answer->data, t->crc, &b, &edc_wrong);
		if (err != 0 || b.pcb != T1_S_WTX)
			break;
		err = grant(l, b.inf.p[0], until, answer);
		if (err != 0)
			return err;
	}
	if (err != 0 || b.pcb != (t->nr ? T1_I_NS : 0))
		return READER_ERR_BLOCK;
	err = take_status(b.inf, sw);
	if (err == 0) {
		t->ns ^= 1;
		t->nr ^= 1;
	}
	return err;
}

/* What stands in no block comes from the reader: it has sent the card none. */
static bool
from_reader(struct bytes in)
{
	return in.n == 2 && in.p[0] == SW1_PIN_PAD;
}

static err_t
take_answer(struct link *l, struct deadline until, struct ccid_answer *answer,
    uint16_t *sw)
{
	err_t err = l->level == LINK_T1 && !from_reader(answer->data)
	    ? take_block(l, until, answer, sw)
	    : take_status(answer->data, sw);

	if (err != 0)
		return err;
	trace_text(
	    l->slot->id, TRACE_APDU, '<', "%02X %02X", *sw >> 8, *sw & 0xFF);
	if (*sw == SW_PIN_TIMEOUT)
		return CCID_ERR_PIN_TIMEOUT;
	return *sw == SW_PIN_CANCELLED ? CCID_ERR_PIN_CANCELLED : 0;
}

static void
trace_command(
    const struct link *l, enum ccid_pin_operation op, const struct pin_entry *e)
{
	uint8_t room[COMMAND_MAX];
	struct buf apdu = {
	    .p = room, .room = sizeof(room), .cap = sizeof(room)};

	command_encode(op, e, &apdu);
	trace_bytes(l->slot->id, TRACE_APDU, '>', "PIN from the pad",
	    buf_bytes(&apdu), SECRET_NONE);
}

/* 00 would be the reader's own choice, so less than a second is too little. */
static uint8_t
seconds(const struct pin_entry *e, struct deadline until)
{
	unsigned asked = e->timeout_s > 0 ? e->timeout_s : ENTRY_S;
	unsigned left = deadline_left_ms(until) / 1000;

	return (uint8_t)(asked < left ? asked : left);
}

/* Some readers count bTimeOut anew for each PIN. */
static unsigned
wait_ms(enum ccid_pin_operation op, uint8_t bTimeOut)
{
	unsigned ms = bTimeOut * 1000u * entries(op) + WAIT_END_MS;

	return ms > WAIT_MIN_MS ? ms : WAIT_MIN_MS;
}

err_t
pin_pad_exchange(struct link *l, enum ccid_pin_operation op,
    const struct pin_entry *e, bool display, struct deadline until,
    uint16_t *sw)
{
	struct deadline end = {until.at_ms - RESYNC_MS};
	unsigned quirks = l->slot->ccid->quirks;
	struct pin_prompt p = {
	    .display = display, .quirks = quirks, .bTimeOut = seconds(e, end)};
	struct ccid_wait wait = {wait_ms(op, p.bTimeOut), end};
	struct ccid_command cmd = {.type = PC_to_RDR_Secure};
	uint8_t room[PIN_PAD_DATA_MAX];
	struct buf data = {
	    .p = room, .room = sizeof(room), .cap = sizeof(room)};
	struct ccid_answer answer = {0};
	err_t err;

	if (p.bTimeOut == 0)
		return ERR_TIMEOUT;
	prologue(l, op, p.bTeoPrologue);
	pin_pad_encode(op, e, &p, &data);
	cmd.data = buf_bytes(&data);
	trace_command(l, op, e);
	if (quirks & QUIRK_PIN_KEY_HELD)
		(void)deadline_sleep(end, KEY_HELD_MS);
	err = ccid_transceive(l->slot, &cmd, CCID_EXPECT_ANY, wait, &answer);
	if (err == 0)
		return take_answer(l, end, &answer, sw);
	return err == CCID_ERR_VENDOR ? ccid_secure_error(answer.bError) : err;
}
