/* SPDX-License-Identifier: BSD-2-Clause */
/* Taking a reader from others, and finding out what is in it. */
#include "reader/reader-private.h"

/* A first look waits this long for others; later ones have an answer. */
#define FIRST_LOOK_MS 2000
#define POLL_MS	      1500
#define RETRY_MS      3000
#define SHARE_MS      25
#define WAIT_TOLD_MS  100 /* a wait worth a line in the trace */

static void
note_error(struct reader *r, err_t err)
{
	if (err == USB_ERR_GONE) {
		reader_forget_card(r);
		reader_set_presence(r, PRESENCE_NO_READER, err);
	} else if (err == USB_ERR_ACCESS || err == USB_ERR_BUSY) {
		/* Its new owner may change the card's state as it likes. */
		reader_forget_card(r);
		reader_set_presence(r, PRESENCE_UNKNOWN, err);
	}
}

/* Presence by GetSlotStatus; the epoch shows whether a card kept its state. */
static err_t
look(struct reader *r, struct deadline until, enum ccid_icc *icc)
{
	struct ccid_wait wait = {CCID_WAIT_QUICK_MS, until};
	err_t err = ccid_slot_status(&r->slot, wait, icc);

	if (err != 0 && err != USB_ERR_GONE)
		err = ccid_resync(&r->slot, until, icc);
	if (err != 0)
		return err;
	if (*icc == CCID_ICC_ABSENT)
		reader_note_absent(r);
	else if (*icc == CCID_ICC_INACTIVE && r->powered)
		reader_note_unpowered(r);
	else
		reader_set_presence(r, PRESENCE_CARD, 0);
	return 0;
}

/* Take the device and have the slot point at it; nothing of the card yet. */
static err_t
take(struct reader *r, struct deadline until)
{
	err_t err = device_open(r->device, r->id);

	if (err == 0 && r->arrival != r->device->opened_arrival) {
		/* Plugged in anew: what was known is of another time. */
		reader_forget_card(r);
		reader_set_presence(r, PRESENCE_UNKNOWN, 0);
		r->arrival = r->device->opened_arrival;
	}
	if (err == 0)
		err = device_claim(r->device, r->id, until);
	r->slot = (struct ccid_slot){.ccid = &r->device->ccid,
	    .bSlot = r->bSlot,
	    .id = r->id,
	    .wait_ms = CCID_WAIT_CARD_MS,
	    .volts = r->slot.volts};
	r->epoch++;
	if (reader_in_doubt(r))
		r->memory++;
	return err;
}

/* Take over the speed that others have left the card at. */
static bool
same_protocol(struct reader *r, struct deadline until)
{
	struct params in_force;
	err_t err = power_get_parameters(&r->slot, until, &in_force);

	if (err == 0 && in_force.protocol == r->params.protocol) {
		r->params.fidi = in_force.fidi;
		return true;
	}
	return err == CCID_ERR_UNSUPPORTED;
}

/* Powered, with true parameters; the card in the slot is known to be there. */
static err_t
activate(struct reader *r, struct deadline until)
{
	/* Others may have been at the card: its speed, and T=1's counters. */
	if (r->powered && reader_in_doubt(r) && !same_protocol(r, until))
		r->powered = false;
	if (r->powered &&
	    link_start(&r->link, &r->slot, &r->params, false, until) == 0)
		return 0;
	if (!r->powered)
		r->atr.n = 0;
	return reader_reset(r, POWER_COLD, until);
}

static err_t
look_and_activate(struct reader *r, struct deadline until)
{
	enum ccid_icc icc;
	err_t err = look(r, until, &icc);

	if (err != 0)
		return err;
	return icc == CCID_ICC_ABSENT ? CCID_ERR_NO_CARD : activate(r, until);
}

/* What another attempt cannot change, or must not be charged to the card. */
static bool
settled(err_t err)
{
	return err == 0 || err == USB_ERR_GONE || err == CCID_ERR_NO_CARD ||
	    err == READER_ERR_NO_PROTOCOL || err == READER_ERR_CHANGED ||
	    err == ERR_TIMEOUT;
}

/* A reader that hangs, or leaves cards mute, may need a reset of its own. */
static err_t
after_usb_reset(struct reader *r, err_t why, struct deadline until)
{
	struct usb_pipe *usb = &r->device->usb;
	err_t err;

	if (deadline_passed(until))
		return ERR_TIMEOUT;
	err = usb->ops->reset(usb->pipe);
	trace_text(r->id, TRACE_RECOVERY, '-', "USB reset after %s: %s",
	    err_name(why), err_name(err));
	return err == 0 ? look_and_activate(r, until) : err;
}

/* Callers ask often, and a card that stays mute costs seconds each time. */
static err_t
ready(struct reader *r, struct deadline until)
{
	enum ccid_icc icc;
	err_t err = look(r, until, &icc);

	if (err == 0 && icc == CCID_ICC_ABSENT)
		return CCID_ERR_NO_CARD;
	if (err == 0 && r->unusable != 0 && !deadline_passed(r->retry))
		return r->unusable;
	if (err == 0)
		err = activate(r, until);
	if (!settled(err))
		err = after_usb_reset(r, err, until);
	r->unusable = settled(err) ? 0 : err;
	r->retry = deadline_in(RETRY_MS);
	return err;
}

static void
trace_wait(const struct reader *r, struct deadline begun)
{
	int64_t ms = deadline_in(0).at_ms - begun.at_ms;

	if (ms >= WAIT_TOLD_MS)
		trace_text(r->id, TRACE_USB, '-', "waited %lld ms for others",
		    (long long)ms);
}

err_t
reader_begin(struct reader *r, struct deadline until)
{
	struct deadline begun = deadline_in(0);
	err_t err;

	if (!device_lock(r->device, until))
		return ERR_TIMEOUT;
	err = take(r, until);
	trace_wait(r, begun);
	if (err == 0) {
		r->share = deadline_in(SHARE_MS);
		reader_new_object(r);
		err = ready(r, until);
		if (err == CCID_ERR_NO_CARD)
			reader_note_absent(r);
		if (err != 0)
			device_release(r->device);
	}
	if (err == 0)
		return 0;
	note_error(r, err);
	trace_text(r->id, TRACE_USB, '-', "no transaction: %s", err_text(err));
	device_unlock(r->device);
	return err;
}

void
reader_end(struct reader *r)
{
	device_release(r->device);
	device_unlock(r->device);
}

bool
reader_wanted(struct reader *r)
{
	return deadline_passed(r->share) && device_wanted(r->device);
}

static enum presence
last_look(struct reader *r, unsigned *generation, err_t *why)
{
	struct device *d = r->device;
	enum presence presence;

	lock_acquire(&d->state);
	presence = r->presence;
	*why = r->why;
	if (!d->plugged) {
		presence = PRESENCE_NO_READER;
		*why = USB_ERR_GONE;
	} else if (presence == PRESENCE_NO_READER && r->gone != d->arrival) {
		/* It is back, and nobody has looked yet. */
		presence = PRESENCE_UNKNOWN;
		*why = 0;
	}
	*generation = r->generation;
	lock_release(&d->state);
	return presence;
}

static bool
never_looked(struct reader *r)
{
	unsigned generation;
	err_t why;

	return last_look(r, &generation, &why) == PRESENCE_UNKNOWN && why == 0;
}

/* Who cannot be asked may hold a card: its use will show. */
static void
assume_card(struct reader *r, err_t why)
{
	if (never_looked(r))
		reader_set_presence(r, PRESENCE_CARD, why);
}

enum presence
reader_poll(struct reader *r, unsigned *generation, err_t *why)
{
	unsigned wait_ms = never_looked(r) ? FIRST_LOOK_MS : 0;
	enum ccid_icc icc;
	err_t err;

	if (last_look(r, generation, why) == PRESENCE_NO_READER)
		return PRESENCE_NO_READER;
	if (!device_lock(r->device, deadline_in(wait_ms))) {
		assume_card(r, ERR_TIMEOUT);
		return last_look(r, generation, why);
	}
	err = take(r, deadline_in(wait_ms));
	if (err == 0) {
		err = look(r, deadline_in(POLL_MS), &icc);
		device_release(r->device);
	}
	/* ERR_TIMEOUT: a sibling is at work, and the last look still true. */
	note_error(r, err);
	if (err != 0)
		assume_card(r, err);
	device_unlock(r->device);
	return last_look(r, generation, why);
}
