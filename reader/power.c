/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/power.h"

#define TRIES	    3
#define SPEED_TRIES 2

/* Cards that were pulled and put back at once need the longest rest. */
static const unsigned rest_ms[TRIES] = {10, 50, 200};

static struct ccid_wait
wait_power(struct deadline until)
{
	return (struct ccid_wait){CCID_WAIT_POWER_MS, until};
}

static struct ccid_wait
wait_card(struct deadline until)
{
	return (struct ccid_wait){CCID_WAIT_CARD_MS, until};
}

err_t
power_off(struct ccid_slot *s, struct deadline until)
{
	struct ccid_command cmd = {.type = PC_to_RDR_IccPowerOff};
	struct ccid_answer answer;

	return ccid_transceive(
	    s, &cmd, CCID_EXPECT(0), wait_card(until), &answer);
}

static err_t
icc_power_on(struct ccid_slot *s, enum ccid_power_select select,
    struct deadline until, struct atr *atr)
{
	struct ccid_command cmd = {
	    .type = PC_to_RDR_IccPowerOn, .specific = {(uint8_t)select}};
	struct ccid_answer answer;
	err_t err;

	err = ccid_transceive(
	    s, &cmd, CCID_EXPECT(ATR_MAX), wait_power(until), &answer);
	if (err != 0)
		return err;
	trace_bytes(s->id, TRACE_TPDU, '<', "ATR", answer.data, SECRET_NONE);
	return atr_parse(answer.data, atr);
}

/* Voltages worth trying, best first; returns how many. */
static unsigned
voltages(const struct ccid_slot *s, enum ccid_power_select out[4])
{
	const struct ccid_desc *d = &s->ccid->desc;
	unsigned n = 0;

	if (d->dwFeatures &
	    (CCID_FEATURE_AUTO_VOLTAGE | CCID_FEATURE_AUTO_ACTIVATION))
		out[n++] = CCID_POWER_AUTO;
	if (d->bVoltageSupport & CCID_VOLTAGE_5V)
		out[n++] = CCID_POWER_5V;
	if (d->bVoltageSupport & CCID_VOLTAGE_3V)
		out[n++] = CCID_POWER_3V;
	if (d->bVoltageSupport & CCID_VOLTAGE_1_8V)
		out[n++] = CCID_POWER_1_8V;
	if (n == 0)
		out[n++] = CCID_POWER_AUTO;
	/* What this card came up with before is worth the first try. */
	for (unsigned i = 1; i < n; i++) {
		enum ccid_power_select first = out[0];

		if (out[i] + 1u == s->volts) {
			out[0] = out[i];
			out[i] = first;
		}
	}
	return n;
}

/* Whether another activation can help. */
static bool
worth_another_try(err_t err)
{
	return err != CCID_ERR_NO_CARD && err != USB_ERR_GONE &&
	    err != USB_ERR_ACCESS && err != ERR_MEMORY;
}

static bool
out_of_step(err_t err)
{
	return err >> 8 == 2 || err == CCID_ERR_SYNC ||
	    err == CCID_ERR_SLOT_BUSY;
}

/* Off, a rest, on. *seen: the last ATR, to recognise a card's own bad TCK. */
static err_t
cold_try(struct ccid_slot *s, enum ccid_power_select select, unsigned rest,
    struct deadline until, struct atr *atr, struct atr *seen)
{
	err_t err;

	err = power_off(s, until);
	if (err == USB_ERR_GONE || err == CCID_ERR_NO_CARD)
		return err;
	if (!deadline_sleep(until, rest))
		return ERR_TIMEOUT;
	err = icc_power_on(s, select, until, atr);
	if (err != 0)
		return err;
	if (atr->tck_wrong && !bytes_equal(atr_bytes(atr), atr_bytes(seen))) {
		*seen = *atr;
		return CCID_ERR_BAD_ATR;
	}
	return 0;
}

static err_t
cold(struct ccid_slot *s, struct deadline until, struct atr *atr)
{
	enum ccid_power_select select[4];
	unsigned n = voltages(s, select);
	struct atr seen = {.n = 0};
	enum ccid_icc icc;
	err_t err = CCID_ERR_MUTE;

	for (unsigned v = 0; v < n; v++) {
		for (unsigned i = 0; i < TRIES; i++) {
			err = cold_try(
			    s, select[v], rest_ms[i], until, atr, &seen);
			if (err == 0)
				s->volts = (uint8_t)(select[v] + 1);
			if (err == 0 || !worth_another_try(err) ||
			    deadline_passed(until))
				return err;
			trace_text(s->id, TRACE_RECOVERY, '-',
			    "activation %u.%u: %s", select[v], i,
			    err_name(err));
			if (out_of_step(err) &&
			    ccid_resync(s, until, &icc) == USB_ERR_GONE)
				return USB_ERR_GONE;
			/* These are the voltage's fault, not the contact's. */
			if (err == CCID_ERR_CLASS || err == CCID_ERR_REFUSED)
				break;
		}
	}
	return err;
}

err_t
power_on(struct ccid_slot *s, enum power_how how, struct deadline until,
    struct atr *atr)
{
	enum ccid_power_select select[4];

	if (how == POWER_COLD)
		return cold(s, until, atr);
	(void)voltages(s, select);
	return icc_power_on(s, select[0], until, atr);
}

static err_t
parameters(struct ccid_slot *s, const struct ccid_command *cmd,
    struct deadline until, struct params *in_force)
{
	struct ccid_answer answer;
	err_t err;

	err = ccid_transceive(
	    s, cmd, CCID_EXPECT(PARAMS_T1_LEN), wait_card(until), &answer);
	if (err != 0)
		return err;
	if (answer.data.n < PARAMS_T0_LEN || answer.specific > 1)
		return CCID_ERR_SYNC;
	*in_force = (struct params){
	    .protocol = answer.specific, .fidi = answer.data.p[0]};
	return 0;
}

err_t
power_get_parameters(
    struct ccid_slot *s, struct deadline until, struct params *in_force)
{
	struct ccid_command cmd = {.type = PC_to_RDR_GetParameters};

	return parameters(s, &cmd, until, in_force);
}

err_t
power_set_parameters(
    struct ccid_slot *s, const struct params *p, struct deadline until)
{
	uint8_t structure[PARAMS_T1_LEN];
	struct ccid_command cmd = {.type = PC_to_RDR_SetParameters,
	    .specific = {p->protocol},
	    .data = {structure, params_encode(p, structure)}};
	struct params in_force;

	return parameters(s, &cmd, until, &in_force);
}

/* PPS by the host: its answer is a DataBlock like any other. */
static err_t
host_pps(struct ccid_slot *s, struct params *p, struct deadline until)
{
	uint8_t request[PPS_MAX];
	struct ccid_command cmd = {.type = PC_to_RDR_XfrBlock,
	    .data = {request, pps_encode(p, request)}};
	struct ccid_answer answer;
	uint8_t agreed;
	err_t err;

	trace_bytes(s->id, TRACE_TPDU, '>', "PPS", cmd.data, SECRET_NONE);
	err = ccid_transceive(
	    s, &cmd, CCID_EXPECT(PPS_MAX), wait_card(until), &answer);
	if (err != 0)
		return err;
	trace_bytes(s->id, TRACE_TPDU, '<', "PPS", answer.data, SECRET_NONE);
	err = pps_check(p, answer.data, &agreed);
	if (err == 0)
		p->fidi = agreed;
	return err;
}

/* Where the rate does not follow the parameters by itself. */
static err_t
set_rate(struct ccid_slot *s, const struct params *p, struct deadline until)
{
	const struct ccid_desc *d = &s->ccid->desc;
	uint8_t body[8];
	struct ccid_command cmd = {
	    .type = PC_to_RDR_SetDataRateAndClockFrequency,
	    .data = BYTES(body)};
	struct ccid_answer answer;
	err_t err;

	/* The clock stays the default one, to which all our rates refer. */
	if (d->dwFeatures & CCID_FEATURE_AUTO_BAUD)
		return 0;
	bytes_put_le32(body, d->dwDefaultClock);
	bytes_put_le32(body + 4, params_rate(p->fidi, d));
	err =
	    ccid_transceive(s, &cmd, CCID_EXPECT(8), wait_card(until), &answer);
	return err == CCID_ERR_UNSUPPORTED ? 0 : err;
}

/* One speed: tell card and reader, then ask the reader what it made of it. */
static err_t
try_params(struct ccid_slot *s, const struct atr *atr, struct params *p,
    struct deadline until)
{
	uint32_t features = s->ccid->desc.dwFeatures;
	struct params in_force;
	err_t err = 0;

	if (!(features & CCID_FEATURE_AUTO_PPS) && !atr->specific &&
	    !params_apdu_level(&s->ccid->desc) &&
	    (p->fidi != FIDI_DEFAULT || p->protocol != atr->first))
		err = host_pps(s, p, until);
	if (err == 0)
		err = power_set_parameters(s, p, until);
	if (err == CCID_ERR_UNSUPPORTED)
		err = 0;
	if (err == 0)
		err = set_rate(s, p, until);
	if (err != 0)
		return err;
	err = power_get_parameters(s, until, &in_force);
	if (err == CCID_ERR_UNSUPPORTED)
		return 0;
	if (err == 0 && in_force.protocol != p->protocol)
		return CCID_ERR_DEACTIVATED;
	/* The card may have declined the speed: what counts is the truth. */
	if (err == 0)
		p->fidi = in_force.fidi;
	return err;
}

static uint8_t
limited(uint8_t fidi, uint8_t limit, const struct ccid_desc *desc)
{
	if (limit != 0 && params_rate(fidi, desc) > params_rate(limit, desc))
		return limit;
	return fidi;
}

static err_t
reset_same_card(struct ccid_slot *s, err_t why, struct deadline until,
    const struct atr *atr)
{
	struct atr again;
	enum ccid_icc icc;
	err_t err = 0;

	if (out_of_step(why))
		err = ccid_resync(s, until, &icc);
	if (err == 0)
		err = power_on(s, POWER_COLD, until, &again);
	if (err == 0 && !bytes_equal(atr_bytes(atr), atr_bytes(&again)))
		err = READER_ERR_CHANGED;
	return err;
}

/* A reader that refuses even the defaults lets nobody set them. */
static err_t
take_in_force(struct ccid_slot *s, struct params *used, struct deadline until)
{
	struct params in_force;
	err_t err = power_get_parameters(s, until, &in_force);

	if (err != 0)
		return err;
	if (in_force.protocol != used->protocol)
		return CCID_ERR_DEACTIVATED;
	used->fidi = in_force.fidi;
	return 0;
}

/*
 * At the APDU levels a PPS of ours would be taken for an APDU: a reader that
 * configures itself there does the whole of it.
 */
static bool
reader_negotiates(const struct ccid_desc *d)
{
	return (d->dwFeatures & CCID_FEATURE_AUTO_NEGOTIATION) ||
	    (params_apdu_level(d) &&
		(d->dwFeatures & CCID_FEATURE_AUTO_PARAMETERS) &&
		!(d->dwFeatures & CCID_FEATURE_AUTO_PPS));
}

/* What it has made of the ATR; one that does not tell has done the usual. */
static err_t
take_over(struct ccid_slot *s, const struct atr *atr, struct params *used,
    struct deadline until)
{
	struct params in_force;
	err_t err = power_get_parameters(s, until, &in_force);

	if (err != 0)
		return err == USB_ERR_GONE ? err : 0;
	used->protocol = in_force.protocol;
	used->fidi = in_force.fidi;
	used->extended = in_force.protocol == 1 && atr->extended;
	return 0;
}

err_t
power_negotiate(struct ccid_slot *s, const struct atr *atr,
    const struct data_rates *rates, uint8_t limit, struct deadline until,
    struct params *used)
{
	const struct ccid_desc *desc = &s->ccid->desc;
	err_t err;

	err = params_choose(atr, desc, rates, used);
	if (err != 0)
		return err;
	if (reader_negotiates(desc))
		return take_over(s, atr, used, until);
	if (!atr->specific)
		used->fidi = limited(used->fidi, limit, desc);
	for (unsigned tries = 1;; tries++) {
		struct params p = *used;

		err = try_params(s, atr, &p, until);
		trace_text(s->id, TRACE_TPDU, '-', "T=%u FI/DI %02X: %s",
		    p.protocol, p.fidi, err_name(err));
		if (err == 0)
			*used = p;
		if (err == 0 || !worth_another_try(err))
			return err;
		/* A refusal is final for this speed, a fault is not. */
		if (err == CCID_ERR_REFUSED && p.fidi == FIDI_DEFAULT)
			return take_in_force(s, used, until);
		if (err == CCID_ERR_REFUSED || tries == SPEED_TRIES) {
			used->fidi = params_slower(used->fidi);
			tries = 0;
		}
		if (used->fidi == 0 || (tries == 0 && atr->specific))
			return err;
		/* After a PPS that failed only a reset is defined. */
		err = reset_same_card(s, err, until, atr);
		if (err != 0)
			return err;
	}
}
