/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "reader/ccid.h"

/* Stale answers and time extensions within one wait. */
#define FRAMES_MAX 1000
/* Transfers that one message may take. */
#define TRANSFERS_MAX 64
/* A whole T=0 command or answer, whatever dwMaxCCIDMessageLength claims. */
#define MESSAGE_MIN CCID_EXPECT(5 + 255 + 1)
/* 65544 bytes of abData (CCID 1.1, 6.1.4), whatever a descriptor claims. */
#define MESSAGE_MAX CCID_EXPECT(65544)

void
ccid_init(struct ccid *c, struct usb_pipe usb, const struct ccid_desc *desc,
    const struct usb_reader_info *info)
{
	size_t room = desc->dwMaxCCIDMessageLength;

	if (room < MESSAGE_MIN)
		room = MESSAGE_MIN;
	if (room > MESSAGE_MAX)
		room = MESSAGE_MAX;
	*c = (struct ccid){.usb = usb,
	    .desc = *desc,
	    .wMaxPacketSize = info->wMaxPacketSize,
	    .quirks =
		quirks_of(info->idVendor, info->idProduct, info->bcdDevice)};
	quirks_correct(c->quirks, &c->desc);
	if (c->desc.dwMaxCCIDMessageLength > MESSAGE_MAX)
		c->desc.dwMaxCCIDMessageLength = MESSAGE_MAX;
	buf_init(&c->tx, room);
	/* One packet more: a babbling reader is noticed, not cut. */
	buf_init(&c->rx, room + 2u * c->wMaxPacketSize);
}

void
ccid_clear(struct ccid *c)
{
	buf_clear(&c->tx);
	buf_clear(&c->rx);
}

static size_t
round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

/* The whole length of the message that began to arrive, 0: not known yet. */
static size_t
message_length(const struct ccid *c)
{
	if (c->rx.n < CCID_HEADER_LENGTH)
		return 0;
	return CCID_HEADER_LENGTH + (size_t)bytes_le32(c->rx.p + 1);
}

/*
 * A message may come in several transfers: a reader need not send a
 * zero-length packet after one of n * wMaxPacketSize bytes, so its own length
 * says where it ends.
 */
static err_t
receive_message(struct ccid *c, size_t expect, struct deadline until)
{
	size_t packet = c->wMaxPacketSize, total, want, got;
	uint8_t *p;
	err_t err;

	buf_truncate(&c->rx, 0);
	c->rx.failed = false;
	for (unsigned i = 0; i < TRANSFERS_MAX; i++) {
		total = message_length(c);
		want = round_up(total > 0 ? total - c->rx.n : expect, packet);
		p = buf_reserve(&c->rx, want);
		if (p == NULL)
			return CCID_ERR_SYNC;
		got = 0;
		err = c->usb.ops->bulk_in(c->usb.pipe, p, want, &got, until);
		buf_commit(&c->rx, got);
		total = message_length(c);
		if (total > 0 && c->rx.n >= total)
			return err == USB_ERR_TIMEOUT ? 0 : err;
		if (err != 0)
			return err;
		/* A zero-length packet before a message is a leftover. */
		if (got % packet != 0 || (got == 0 && c->rx.n > 0))
			return 0;
	}
	return CCID_ERR_SYNC;
}

static void
trace_command(
    const struct ccid_slot *s, const struct ccid_command *cmd, uint8_t bSeq)
{
	char text[96];

	if (!trace_on())
		return;
	(void)snprintf(text, sizeof(text), "%s slot=%u seq=%u %02X %02X %02X",
	    ccid_type_name((uint8_t)cmd->type), s->bSlot, bSeq,
	    cmd->specific[0], cmd->specific[1], cmd->specific[2]);
	trace_bytes(s->id, TRACE_MESSAGE, '>', text, cmd->data, cmd->secret);
}

/* The status word behind secret data is not secret. */
static struct secret_range
secret_body(struct bytes data, enum ccid_secrecy secrecy)
{
	if (secrecy == CCID_ANSWER_PUBLIC)
		return SECRET_NONE;
	if (secrecy == CCID_ANSWER_SECRET || data.n < 2)
		return SECRET_ALL;
	return (struct secret_range){0, data.n - 2};
}

static void
trace_answer(const struct ccid_slot *s, const struct ccid_answer *a,
    enum ccid_secrecy secrecy)
{
	char text[96];

	if (!trace_on())
		return;
	(void)snprintf(text, sizeof(text),
	    "%s slot=%u seq=%u status=%02X error=%02X %02X",
	    ccid_type_name(a->type), a->bSlot, a->bSeq,
	    (unsigned)a->outcome << 6 | (unsigned)a->icc, a->bError,
	    a->specific);
	trace_bytes(s->id, TRACE_MESSAGE, '<', text, a->data,
	    secret_body(a->data, secrecy));
}

uint8_t
ccid_send(struct ccid_slot *s, const struct ccid_command *cmd,
    struct deadline until, err_t *err)
{
	struct ccid *c = s->ccid;
	uint8_t bSeq = ++c->bSeq;

	trace_command(s, cmd, bSeq);
	buf_truncate(&c->tx, 0);
	c->tx.failed = false;
	ccid_command_encode(cmd, s->bSlot, bSeq, &c->tx);
	*err = buf_err(&c->tx) != 0
	    ? READER_ERR_COMMAND
	    : c->usb.ops->bulk_out(c->usb.pipe, buf_bytes(&c->tx), until);
	buf_truncate(&c->tx, 0);
	if (*err != 0)
		trace_text(
		    s->id, TRACE_MESSAGE, '-', "not sent: %s", err_name(*err));
	return bSeq;
}

err_t
ccid_receive(struct ccid_slot *s, size_t expect, struct deadline until,
    enum ccid_secrecy secrecy, struct ccid_answer *answer)
{
	struct ccid *c = s->ccid;
	err_t err = receive_message(c, expect, until);

	if (err != 0) {
		trace_text(s->id, TRACE_MESSAGE, '-',
		    "no answer: %s after %zu bytes", err_name(err), c->rx.n);
		return err;
	}
	err = ccid_answer_parse(buf_bytes(&c->rx), answer);
	if (err != 0) {
		trace_bytes(s->id, TRACE_MESSAGE, '<', "malformed",
		    buf_bytes(&c->rx),
		    secrecy == CCID_ANSWER_PUBLIC ? SECRET_NONE : SECRET_ALL);
		return err;
	}
	trace_answer(s, answer, secrecy);
	return 0;
}

static err_t
outcome_error(const struct ccid_command *cmd, const struct ccid_answer *a)
{
	bool transfer = cmd->type == PC_to_RDR_XfrBlock;

	if (a->outcome == CCID_COMMAND_DONE) {
		if (a->type != ccid_answer_type(cmd->type))
			return CCID_ERR_SYNC;
		return 0;
	}
	/* Some readers answer a failed command with SlotStatus. */
	if (a->type != ccid_answer_type(cmd->type) &&
	    a->type != RDR_to_PC_SlotStatus)
		return CCID_ERR_SYNC;
	if (a->icc == CCID_ICC_ABSENT)
		return CCID_ERR_NO_CARD;
	if (transfer && a->icc == CCID_ICC_INACTIVE)
		return CCID_ERR_INACTIVE;
	return ccid_error(a->bError);
}

static struct deadline
next_wait(struct ccid_wait wait, unsigned times)
{
	return deadline_earlier(wait.until, deadline_in(wait.ms * times));
}

/* The answer to bSeq, whatever its outcome. */
static err_t
await(struct ccid_slot *s, uint8_t bSeq, size_t expect, struct ccid_wait wait,
    enum ccid_secrecy secrecy, struct ccid_answer *a)
{
	struct deadline until = next_wait(wait, 1);
	err_t err;

	for (unsigned i = 0; i < FRAMES_MAX; i++) {
		err = ccid_receive(s, expect, until, secrecy, a);
		if (err != 0)
			return err;
		if (a->bSeq != bSeq || a->bSlot != s->bSlot) {
			trace_text(s->id, TRACE_MESSAGE, '-',
			    "dropped: the answer to %u is awaited", bSeq);
			continue;
		}
		if (a->outcome != CCID_COMMAND_TIME_EXTENSION)
			return 0;
		until = next_wait(wait, a->bError > 0 ? a->bError : 1);
	}
	return CCID_ERR_SYNC;
}

err_t
ccid_transceive(struct ccid_slot *s, const struct ccid_command *cmd,
    size_t expect, struct ccid_wait wait, struct ccid_answer *answer)
{
	uint8_t bSeq;
	err_t err;

	/* A reader takes a command at once, however long the card may need. */
	bSeq = ccid_send(s, cmd,
	    deadline_earlier(wait.until, deadline_in(CCID_WAIT_CARD_MS)), &err);
	if (err != 0)
		return err;
	err = await(s, bSeq, expect, wait, cmd->answer, answer);
	if (err != 0)
		return err;
	return outcome_error(cmd, answer);
}

err_t
ccid_slot_status(struct ccid_slot *s, struct ccid_wait wait, enum ccid_icc *icc)
{
	struct ccid_command cmd = {.type = PC_to_RDR_GetSlotStatus};
	struct ccid_answer answer;
	err_t err;

	err = ccid_transceive(s, &cmd, CCID_EXPECT(0), wait, &answer);
	/* Readers without a card may call this command failed. */
	if (err == CCID_ERR_NO_CARD || err == CCID_ERR_MUTE ||
	    err == CCID_ERR_HARDWARE)
		err = 0;
	if (err == 0)
		*icc = answer.icc;
	return err;
}
