/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "reader/device.h"
#include "reader/exchange.h"
#include "reader/pin-pad.h"
#include "reader/reader-private.h"

#define WLCDLAYOUT_AT 50 /* wLcdLayout in the class descriptor */

unsigned
reader_id(const struct reader *r)
{
	return r->id;
}

unsigned
reader_chunk_max(const struct reader *r)
{
	uint32_t room = r->device->ccid.desc.dwMaxCCIDMessageLength;

	/* 263 on some readers: 256 bytes and a status word do not fit. */
	if (room >= CCID_EXPECT(APDU_NE_MAX + 2))
		return APDU_NE_MAX;
	return (unsigned)(room - CCID_EXPECT(2));
}

unsigned
reader_chunk(const struct reader *r)
{
	unsigned most = reader_chunk_max(r);

	return r->chunk < most ? r->chunk : most;
}

unsigned
reader_generation(const struct reader *r)
{
	return r->generation;
}

unsigned
reader_epoch(const struct reader *r)
{
	return r->epoch;
}

unsigned
reader_memory(const struct reader *r)
{
	return r->memory;
}

void
reader_note_amnesia(struct reader *r)
{
	r->epoch++;
	r->memory++;
}

struct bytes
reader_atr(const struct reader *r)
{
	return atr_bytes(&r->atr);
}

void
reader_new_object(struct reader *r)
{
	r->recovery = (struct recovery){0};
	r->slot.wait_ms = CCID_WAIT_CARD_MS;
}

void
reader_set_presence(struct reader *r, enum presence presence, err_t why)
{
	lock_acquire(&r->device->state);
	if (presence == PRESENCE_CARD && r->presence != PRESENCE_CARD)
		r->generation = ++*r->generations;
	if (presence == PRESENCE_NO_READER)
		r->gone = r->device->opened_arrival;
	r->presence = presence;
	r->why = why;
	lock_release(&r->device->state);
}

/* What was learned belongs to one card in one reader. */
void
reader_forget_card(struct reader *r)
{
	r->powered = false;
	r->slot.volts = 0;
	r->unusable = 0;
	r->chunk = APDU_NE_MAX;
	r->fidi_limit = 0;
	r->protocols = PROTOCOLS_ALL;
	reader_note_amnesia(r);
}

bool
reader_in_doubt(struct reader *r)
{
	bool doubt;

	lock_acquire(&r->device->state);
	doubt = r->presence == PRESENCE_CARD &&
	    r->strangers != r->device->strangers;
	lock_release(&r->device->state);
	return doubt;
}

void
reader_trust(struct reader *r)
{
	lock_acquire(&r->device->state);
	r->strangers = r->device->strangers;
	lock_release(&r->device->state);
}

/* As if a card had been pulled and another put in. */
static void
begin_generation(struct reader *r)
{
	reader_set_presence(r, PRESENCE_EMPTY, 0);
	reader_set_presence(r, PRESENCE_CARD, 0);
}

void
reader_distrust(struct reader *r)
{
	/* Powered it is, and the ATR is the same. */
	begin_generation(r);
	reader_trust(r);
}

void
reader_note_absent(struct reader *r)
{
	reader_forget_card(r);
	reader_set_presence(r, PRESENCE_EMPTY, 0);
}

void
reader_note_unpowered(struct reader *r)
{
	reader_forget_card(r);
	/* It may be another card: a new generation. */
	begin_generation(r);
}

err_t
reader_reset(struct reader *r, enum power_how how, struct deadline until)
{
	struct atr atr, usable;
	err_t err;

	reader_note_amnesia(r);
	r->powered = false;
	err = power_on(&r->slot, how, until, &atr);
	if (err != 0)
		return err;
	if (r->atr.n > 0 && !bytes_equal(atr_bytes(&atr), atr_bytes(&r->atr))) {
		if (atr.tck_wrong)
			return CCID_ERR_BAD_ATR;
		trace_text(r->id, TRACE_RECOVERY, '-', "another card");
		reader_note_unpowered(r);
		return READER_ERR_CHANGED;
	}
	usable = atr;
	usable.protocols &= r->protocols;
	err = power_negotiate(&r->slot, &usable, device_rates(r->device, r->id),
	    r->fidi_limit, until, &r->params);
	if (err == 0)
		err = link_start(&r->link, &r->slot, &r->params, true, until);
	if (err != 0)
		return err;
	r->atr = atr;
	r->powered = true;
	return 0;
}

err_t
reader_reset_card(struct reader *r, struct deadline until)
{
	err_t err = reader_reset(r, POWER_WARM, until);

	if (err != 0 && err != READER_ERR_CHANGED && err != USB_ERR_GONE)
		err = reader_reset(r, POWER_COLD, until);
	return err;
}

err_t
reader_exchange(struct reader *r, const struct apdu_cmd *cmd,
    struct apdu_rsp *rsp, struct deadline until)
{
	size_t start = rsp->data != NULL ? rsp->data->n : 0;
	unsigned epoch = r->epoch;
	err_t err = apdu_check(cmd);

	while (err == 0) {
		err = exchange(&r->link, cmd, reader_chunk(r), until, rsp);
		if (err == 0)
			return 0;
		if (rsp->data != NULL) {
			buf_truncate(rsp->data, start);
			rsp->data->failed = false;
		}
		err = recovery_step(r, cmd->replay, err, until);
		if (err == 0 && r->epoch != epoch)
			err = READER_ERR_RESET;
	}
	return err;
}

/* The class descriptor says it, opened or not. */
unsigned
reader_pin_pad(const struct reader *r)
{
	struct device *d = r->device;
	struct usb_reader_info info;
	struct ccid_desc desc;
	unsigned flags = 0;
	bool plugged;

	lock_acquire(&d->state);
	plugged = d->plugged;
	info = d->info;
	lock_release(&d->state);
	if (!plugged || ccid_desc_parse(BYTES(info.ccid), &desc) != 0)
		return 0;
	quirks_correct(
	    quirks_of(info.idVendor, info.idProduct, info.bcdDevice), &desc);
	if ((desc.dwFeatures & CCID_FEATURE_LEVEL_MASK) == 0)
		return 0;
	if (desc.bPINSupport & CCID_PIN_VERIFICATION)
		flags |= READER_PIN_VERIFY;
	if (desc.bPINSupport & CCID_PIN_MODIFICATION)
		flags |= READER_PIN_CHANGE;
	if (flags != 0 && bytes_le16(info.ccid + WLCDLAYOUT_AT) != 0)
		flags |= READER_PIN_DISPLAY;
	return flags;
}

static err_t
enter_pin(struct reader *r, enum ccid_pin_operation op,
    const struct pin_entry *e, struct deadline until, uint16_t *sw)
{
	bool display = reader_pin_pad(r) & READER_PIN_DISPLAY;
	err_t err = pin_pad_check(&r->link, op, e);

	if (err != 0)
		return err;
	err = pin_pad_exchange(&r->link, op, e, display, until, sw);
	return err == 0 ? 0 : recovery_step(r, APDU_NEVER_REPLAY, err, until);
}

err_t
reader_pin_verify(struct reader *r, const struct pin_entry *e,
    struct deadline until, uint16_t *sw)
{
	return enter_pin(r, CCID_PIN_VERIFY, e, until, sw);
}

err_t
reader_pin_change(struct reader *r, const struct pin_entry *e,
    struct deadline until, uint16_t *sw)
{
	return enter_pin(r, CCID_PIN_MODIFY, e, until, sw);
}

void
reader_describe(struct reader *r, struct reader_info *out)
{
	struct device *d = r->device;

	if (device_lock(d, deadline_in(0))) {
		device_ask_strings(d, r->id);
		device_unlock(d);
	}
	*out = (struct reader_info){.plugged = false};
	lock_acquire(&d->state);
	out->plugged = d->plugged;
	out->firmware_major = (uint8_t)(d->info.bcdDevice >> 8);
	out->firmware_minor = (uint8_t)d->info.bcdDevice;
	memcpy(out->manufacturer, d->manufacturer, sizeof(out->manufacturer));
	if (d->product[0] != '\0')
		memcpy(out->product, d->product, sizeof(out->product));
	else
		(void)snprintf(out->product, sizeof(out->product),
		    "USB smart card reader %04x:%04x", d->info.idVendor,
		    d->info.idProduct);
	lock_release(&d->state);
}
