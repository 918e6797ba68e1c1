/* SPDX-License-Identifier: BSD-2-Clause */
/* Getting back into step with a reader (CCID 1.1, 5.3.1 for the abort). */
#include "reader/ccid.h"

#define DRAIN_MS	100
#define DRAIN_MAX	64
#define STATUS_FIRST_MS 200
#define ABORT_TRIES	3

static bool
hopeless(err_t err)
{
	return err == USB_ERR_GONE;
}

/* Read until the reader is silent: what comes belongs to the past. */
static err_t
drain(struct ccid_slot *s, struct deadline until)
{
	struct ccid_answer old;
	err_t err = 0;

	for (unsigned i = 0; i < DRAIN_MAX && err == 0; i++) {
		struct deadline d =
		    deadline_earlier(until, deadline_in(DRAIN_MS));

		err = ccid_receive(
		    s, CCID_EXPECT_ANY, d, CCID_ANSWER_SECRET, &old);
		if (err == CCID_ERR_SYNC)
			err = 0;
	}
	return hopeless(err) ? err : 0;
}

static err_t
clear_halts(struct ccid_slot *s)
{
	const struct usb_pipe *usb = &s->ccid->usb;
	err_t in = usb->ops->clear_halt(usb->pipe, USB_BULK_IN);
	err_t out = usb->ops->clear_halt(usb->pipe, USB_BULK_OUT);

	return hopeless(in) ? in : out;
}

/*
 * The control request and the bulk message carry the same slot and sequence
 * number; between them the reader fails every command of the slot.
 */
static err_t
abort_once(struct ccid_slot *s, struct deadline until)
{
	const struct usb_pipe *usb = &s->ccid->usb;
	struct ccid_command cmd = {.type = PC_to_RDR_Abort};
	struct ccid_answer answer;
	uint8_t bSeq = (uint8_t)(s->ccid->bSeq + 1);
	err_t err;

	err = usb->ops->control_out(
	    usb->pipe, CCID_REQUEST_ABORT, (uint16_t)(bSeq << 8 | s->bSlot));
	if (err != 0)
		return err;
	bSeq = ccid_send(s, &cmd, until, &err);
	for (unsigned i = 0; i < DRAIN_MAX && err == 0; i++) {
		err = ccid_receive(
		    s, CCID_EXPECT(0), until, CCID_ANSWER_SECRET, &answer);
		if (err == 0 && answer.type == RDR_to_PC_SlotStatus &&
		    answer.bSeq == bSeq && answer.bSlot == s->bSlot)
			return 0;
		if (err == CCID_ERR_SYNC)
			err = 0;
	}
	return err != 0 ? err : CCID_ERR_SYNC;
}

static err_t
abort_pending(struct ccid_slot *s, struct deadline until)
{
	err_t err = 0;

	trace_text(s->id, TRACE_RECOVERY, '-', "abort");
	for (unsigned i = 0; i < ABORT_TRIES; i++) {
		struct deadline d =
		    deadline_earlier(until, deadline_in(CCID_WAIT_QUICK_MS));

		err = abort_once(s, d);
		/* A stalled request: this reader cannot abort. */
		if (err == 0 || hopeless(err) || err == USB_ERR_STALL)
			break;
	}
	return err;
}

static err_t
status_in(
    struct ccid_slot *s, unsigned ms, struct deadline until, enum ccid_icc *icc)
{
	return ccid_slot_status(s, (struct ccid_wait){ms, until}, icc);
}

err_t
ccid_resync(struct ccid_slot *s, struct deadline until, enum ccid_icc *icc)
{
	err_t err;

	trace_text(s->id, TRACE_RECOVERY, '-', "resynchronise");
	err = drain(s, until);
	if (err == 0)
		err = status_in(s, STATUS_FIRST_MS, until, icc);
	if (err == 0 || hopeless(err))
		return err;

	err = clear_halts(s);
	if (!hopeless(err))
		err = drain(s, until);
	if (!hopeless(err))
		err = status_in(s, CCID_WAIT_QUICK_MS, until, icc);
	if (err == 0 || hopeless(err))
		return err;

	err = abort_pending(s, until);
	if (!hopeless(err))
		err = status_in(s, CCID_WAIT_QUICK_MS, until, icc);
	return err;
}
