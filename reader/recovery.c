/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/reader-private.h"

#define LADDER_MS	 10000
#define BUSY_REST_MS	 50
#define WAIT_CLIMBING_MS 2000

enum rung {
	RUNG_AGAIN,	 /* nothing but the repetition */
	RUNG_PARAMETERS, /* the reader's, when they were lost */
	RUNG_SMALLER,	 /* F8, 80, 40 bytes an answer */
	RUNG_WARM,	 /* reset */
	RUNG_COLD,	 /* power cycle */
	RUNG_SLOWER,	 /* power cycle, next lower speed */
	RUNG_SLOWEST,	 /* power cycle, 372/1 */
	RUNG_PROTOCOL,	 /* power cycle, the card's other protocol */
	RUNG_USB_RESET,	 /* port reset, power cycle */
	RUNG_NONE,
};

/* What an error means, and where it enters the ladder. */
struct event {
	err_t err;
	enum rung rung;
	bool out_of_step; /* the messages must be brought in line first */
	bool busy;	  /* the reader asks for patience */
};

static const struct event events[] = {
    {USB_ERR_TIMEOUT, RUNG_AGAIN, true, false},
    {USB_ERR_STALL, RUNG_AGAIN, true, false},
    {USB_ERR_OVERFLOW, RUNG_AGAIN, true, false},
    {USB_ERR_IO, RUNG_AGAIN, true, false},
    {USB_ERR_UNSENT, RUNG_AGAIN, true, false},
    {CCID_ERR_SYNC, RUNG_AGAIN, true, false},
    {CCID_ERR_SLOT_BUSY, RUNG_AGAIN, true, true},
    {CCID_ERR_AUTO_BUSY, RUNG_AGAIN, false, true},
    {CCID_ERR_ABORTED, RUNG_AGAIN, true, false},
    {CCID_ERR_PROTOCOL, RUNG_AGAIN, false, false},
    {CCID_ERR_PROCEDURE, RUNG_AGAIN, false, false},
    {CCID_ERR_PARITY, RUNG_AGAIN, false, false},
    {CCID_ERR_OVERRUN, RUNG_AGAIN, false, false},
    {CCID_ERR_VENDOR, RUNG_AGAIN, false, false},
    {CCID_ERR_UNSUPPORTED, RUNG_AGAIN, false, false},
    {CCID_ERR_REFUSED, RUNG_AGAIN, false, false},
    {CCID_ERR_CLASS, RUNG_AGAIN, false, false},
    {CCID_ERR_BAD_ATR, RUNG_AGAIN, false, false},
    {READER_ERR_TPDU, RUNG_AGAIN, false, false},
    {READER_ERR_CHAIN, RUNG_AGAIN, false, false},
    {READER_ERR_BLOCK, RUNG_AGAIN, false, false},
    {CCID_ERR_DEACTIVATED, RUNG_PARAMETERS, false, false},
    {CCID_ERR_MUTE, RUNG_WARM, false, false},
    {CCID_ERR_INACTIVE, RUNG_COLD, false, false},
    {CCID_ERR_HARDWARE, RUNG_COLD, false, false},
};

static const struct event *
find_event(err_t err)
{
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (events[i].err == err)
			return &events[i];
	}
	return NULL;
}

enum climbed {
	CLIMBED,      /* done: the command is worth repeating */
	OF_NO_USE,    /* nothing to change here: the next rung is due */
	RESET_NEEDED, /* only a reset can help now */
	FAILED	      /* *err tells why */
};

typedef enum climbed
rung_fn(struct reader *r, struct deadline until, err_t *err);

static enum climbed
again(struct reader *r, struct deadline until, err_t *err)
{
	(void)r;
	(void)until;
	*err = 0;
	return CLIMBED;
}

static enum climbed
parameters(struct reader *r, struct deadline until, err_t *err)
{
	struct params in_force;

	*err = power_get_parameters(&r->slot, until, &in_force);
	if (*err != 0)
		return FAILED;
	if (in_force.protocol == r->params.protocol &&
	    in_force.fidi == r->params.fidi)
		return OF_NO_USE;
	/* Who reset the reader may have reset the card as well. */
	reader_note_amnesia(r);
	trace_text(r->id, TRACE_RECOVERY, '-',
	    "reader has T=%u FI/DI %02X in force", in_force.protocol,
	    in_force.fidi);
	*err = power_set_parameters(&r->slot, &r->params, until);
	return *err == 0 ? CLIMBED : RESET_NEEDED;
}

static enum climbed
smaller(struct reader *r, struct deadline until, err_t *err)
{
	static const unsigned sizes[] = {0xF8, 0x80, 0x40};

	(void)until;
	*err = 0;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (sizes[i] < r->chunk) {
			r->chunk = sizes[i];
			return CLIMBED;
		}
	}
	return OF_NO_USE;
}

static enum climbed
reset(struct reader *r, enum power_how how, struct deadline until, err_t *err)
{
	*err = reader_reset(r, how, until);
	return *err == 0 ? CLIMBED : FAILED;
}

static enum climbed
warm(struct reader *r, struct deadline until, err_t *err)
{
	return reset(r, POWER_WARM, until, err);
}

static enum climbed
cold(struct reader *r, struct deadline until, err_t *err)
{
	return reset(r, POWER_COLD, until, err);
}

static enum climbed
at_speed(struct reader *r, uint8_t fidi, struct deadline until, err_t *err)
{
	*err = 0;
	if (fidi == 0 || fidi == r->params.fidi)
		return OF_NO_USE;
	r->fidi_limit = fidi;
	return cold(r, until, err);
}

static enum climbed
slower(struct reader *r, struct deadline until, err_t *err)
{
	return at_speed(r, params_slower(r->params.fidi), until, err);
}

static enum climbed
slowest(struct reader *r, struct deadline until, err_t *err)
{
	return at_speed(r, FIDI_DEFAULT, until, err);
}

static enum climbed
other_protocol(struct reader *r, struct deadline until, err_t *err)
{
	uint16_t other = (uint16_t)(1u << (r->params.protocol ^ 1));

	*err = 0;
	if (r->atr.specific || !(r->atr.protocols & other) ||
	    !(r->slot.ccid->desc.dwProtocols & other))
		return OF_NO_USE;
	r->protocols = other;
	r->fidi_limit = 0;
	return cold(r, until, err);
}

static enum climbed
usb_reset(struct reader *r, struct deadline until, err_t *err)
{
	struct usb_pipe *usb = &r->device->usb;

	r->protocols = PROTOCOLS_ALL;
	*err = usb->ops->reset(usb->pipe);
	return *err == 0 ? cold(r, until, err) : FAILED;
}

static const struct {
	const char *name;
	rung_fn *climb;
} rungs[RUNG_NONE] = {
    [RUNG_AGAIN] = {"again", again},
    [RUNG_PARAMETERS] = {"parameters", parameters},
    [RUNG_SMALLER] = {"smaller answers", smaller},
    [RUNG_WARM] = {"warm reset", warm},
    [RUNG_COLD] = {"cold reset", cold},
    [RUNG_SLOWER] = {"lower speed", slower},
    [RUNG_SLOWEST] = {"lowest speed", slowest},
    [RUNG_PROTOCOL] = {"other protocol", other_protocol},
    [RUNG_USB_RESET] = {"USB reset", usb_reset},
};

/* Final for this object, and for every step of the ladder. */
static bool
final(err_t err)
{
	return err == USB_ERR_GONE || err == CCID_ERR_NO_CARD ||
	    err == READER_ERR_CHANGED;
}

/*
 * The messages in line again, and the card's state known. *rung grows when the
 * card turns out to have no power, or the reader not to answer at all.
 */
static err_t
settle(struct reader *r, const struct event *e, struct deadline until,
    unsigned *rung)
{
	struct ccid_wait wait = {CCID_WAIT_QUICK_MS, until};
	enum ccid_icc icc = CCID_ICC_ACTIVE;
	err_t err;

	if (e->busy)
		(void)deadline_sleep(until, BUSY_REST_MS);
	err = e->out_of_step ? CCID_ERR_SYNC
			     : ccid_slot_status(&r->slot, wait, &icc);
	if (err != 0 && !final(err))
		err = ccid_resync(&r->slot, until, &icc);
	if (final(err))
		return err;
	if (err != 0 && *rung < RUNG_USB_RESET)
		*rung = RUNG_USB_RESET;
	if (err == 0 && icc == CCID_ICC_ABSENT)
		return CCID_ERR_NO_CARD;
	if (err == 0 && icc == CCID_ICC_INACTIVE) {
		reader_note_amnesia(r);
		if (*rung < RUNG_COLD)
			*rung = RUNG_COLD;
	}
	/* T=1 keeps counters on both sides; T=0 has nothing to repair. */
	if (*rung < RUNG_WARM &&
	    link_start(&r->link, &r->slot, &r->params, false, until) != 0)
		*rung = RUNG_WARM;
	return 0;
}

static void
leave(struct reader *r, unsigned rung)
{
	static const unsigned modest = 0xF8;

	/* What did not help is not kept; but a second fault may hide it. */
	if (rung == RUNG_SMALLER)
		r->chunk =
		    r->recovery.chunk < modest ? r->recovery.chunk : modest;
	if (rung == RUNG_PROTOCOL)
		r->protocols = PROTOCOLS_ALL;
}

static void
trace_rung(const struct reader *r, unsigned rung, err_t why, err_t err,
    enum climbed climbed)
{
	static const char *const verdict[] = {
	    [CLIMBED] = "done",
	    [OF_NO_USE] = "of no use",
	    [RESET_NEEDED] = "a reset is needed",
	};

	trace_text(r->id, TRACE_RECOVERY, '-', "%s after %s: %s",
	    rungs[rung].name, err_name(why),
	    climbed == FAILED ? err_name(err) : verdict[climbed]);
}

/* Climb from rung to rung until one is done. */
static err_t
climb(struct reader *r, unsigned rung, err_t why, struct deadline until)
{
	while (rung < RUNG_NONE && !deadline_passed(until)) {
		err_t err = 0;
		enum climbed climbed = rungs[rung].climb(r, until, &err);

		trace_rung(r, rung, why, err, climbed);
		if (climbed == CLIMBED) {
			/* Smaller answers have several steps of their own. */
			r->recovery.next =
			    rung == RUNG_SMALLER ? rung : rung + 1;
			return 0;
		}
		if (final(err))
			return err;
		leave(r, rung);
		rung = climbed == RESET_NEEDED ? RUNG_WARM : rung + 1;
	}
	r->recovery.next = RUNG_NONE;
	return why;
}

static void
start_climb(struct reader *r)
{
	r->recovery = (struct recovery){.climbing = true,
	    .until = deadline_in(LADDER_MS),
	    .chunk = r->chunk};
	/* All steps must find room in the ladder's time. */
	r->slot.wait_ms = WAIT_CLIMBING_MS;
}

/* A card that is left without power would be taken for another one later. */
static err_t
without_repetition(
    struct reader *r, unsigned rung, err_t why, struct deadline until)
{
	err_t err = 0;

	if (rung == RUNG_COLD)
		(void)cold(r, until, &err);
	return final(err) ? err : why;
}

err_t
recovery_step(
    struct reader *r, enum apdu_replay replay, err_t why, struct deadline until)
{
	const struct event *e = find_event(why);
	struct recovery *rec = &r->recovery;
	unsigned rung;
	err_t err;

	if (why == CCID_ERR_NO_CARD)
		reader_note_absent(r);
	if (e == NULL)
		return why;
	if (!rec->climbing)
		start_climb(r);
	until = deadline_earlier(until, rec->until);
	rung = rec->next > e->rung ? rec->next : e->rung;
	/* Who was silent twice has not just missed a message. */
	if (why == USB_ERR_TIMEOUT && rec->silent && rung < RUNG_WARM)
		rung = RUNG_WARM;
	rec->silent = rec->silent || why == USB_ERR_TIMEOUT;

	err = settle(r, e, until, &rung);
	/* Not even when the reader claims that it never passed it on. */
	if (err == 0 && replay == APDU_NEVER_REPLAY)
		err = without_repetition(r, rung, why, until);
	else if (err == 0)
		err = climb(r, rung, why, until);
	if (err == CCID_ERR_NO_CARD)
		reader_note_absent(r);
	return err;
}
