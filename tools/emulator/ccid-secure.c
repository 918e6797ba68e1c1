/* SPDX-License-Identifier: BSD-2-Clause */
/* PC_to_RDR_Secure: a PIN that the host never sees (CCID 1.1, 6.1.11). */
#include <string.h>

#include "tools/emulator/ccid-secure.h"

/* What readers answer in the card's place (PC/SC part 10, 2.5.3). */
#define SW_PINS_DIFFER 0x6402

/* One prompt; 0 or a bError. */
static uint8_t
ask(struct slot *slot, const struct pin_request *r, struct reply *reply,
    struct pad_entry *e)
{
	size_t n;

	/* Waiting for people takes longer than a card may. */
	reply->nulls++;
	pad_next(&slot->pad, e);
	if (e->end == PAD_CANCEL)
		return PIN_CANCELLED;
	if (strlen(e->digits) > r->max)
		e->digits[r->max] = '\0';
	n = strlen(e->digits);
	if (e->end == PAD_TIMEOUT || n < r->min)
		return PIN_TIMEOUT;
	if (r->conditions & (VALID_BY_KEY | VALID_BY_TIME))
		return 0;
	return n == r->max ? 0 : PIN_TIMEOUT;
}

/* The digits into their block; what they leave of it stays as it was. */
static void
put_digits(const struct pin_request *r, const char *digits, uint8_t *block)
{
	size_t n = strlen(digits);
	size_t bytes = r->code == PIN_BCD ? (n + 1) / 2 : n;
	uint8_t *p = r->right ? block + r->block - bytes : block;

	for (size_t i = 0; i < n; i++) {
		uint8_t digit = (uint8_t)(digits[i] - '0');

		if (r->code == PIN_ASCII)
			p[i] = (uint8_t)digits[i];
		else if (r->code == PIN_BINARY)
			p[i] = digit;
		else if (i % 2 == 0)
			p[i / 2] = (uint8_t)(digit << 4 | (p[i / 2] & 0x0F));
		else
			p[i / 2] = (uint8_t)((p[i / 2] & 0xF0) | digit);
	}
}

static void
put_length(const struct pin_request *r, size_t n, uint8_t *data)
{
	uint8_t *p = data + r->length_at / 8;

	if (r->length_bits == 8)
		*p = (uint8_t)n;
	else if (r->length_bits == 4 && r->length_at % 8 == 0)
		*p = (uint8_t)(n << 4 | (*p & 0x0F));
	else if (r->length_bits == 4)
		*p = (uint8_t)((*p & 0xF0) | n);
}

/* All prompts; 0 or a bError. *differ: the new PIN was typed in two ways. */
static uint8_t
enter(struct slot *slot, const struct pin_request *r, uint8_t *apdu,
    struct reply *reply, bool *differ)
{
	struct pad_entry e, again;
	uint8_t error = 0;

	*differ = false;
	if (r->asks_old) {
		error = ask(slot, r, reply, &e);
		if (error == 0)
			put_digits(r, e.digits, apdu + 5 + r->old_at);
	}
	if (error == 0)
		error = ask(slot, r, reply, &e);
	if (error == 0) {
		put_digits(r, e.digits, apdu + 5 + r->at);
		put_length(r, strlen(e.digits), apdu + 5);
	}
	if (error == 0 && r->asks_twice) {
		error = ask(slot, r, reply, &again);
		*differ = error == 0 && strcmp(e.digits, again.digits) != 0;
		explicit_bzero(&again, sizeof(again));
	}
	explicit_bzero(&e, sizeof(e));
	return error;
}

/* The command goes the way of any other at this level. */
static void
send(struct slot *slot, const struct command *c, const struct pin_request *r,
    const uint8_t *apdu, struct reply *reply)
{
	uint8_t block[T1_BLOCK_MAX];
	unsigned waited = reply->nulls;
	struct command inner = *c;

	inner.data = apdu;
	inner.n = r->n;
	if (slot->protocol == 1 && model_level(slot->model) == LEVEL_TPDU) {
		inner.data = block;
		inner.n = t1_block_make(
		    block, slot->atr.crc, r->prologue[1], apdu, r->n);
	}
	reply->nulls = 0;
	slot_xfr_block(slot, &inner, reply);
	reply->nulls += waited;
	explicit_bzero(block, sizeof(block));
}

void
slot_secure(struct slot *slot, const struct command *c, struct reply *reply)
{
	struct pin_request request;
	uint8_t apdu[5 + 255], error;
	bool differ;

	if (model_pin_support(slot->model) == 0) {
		reply_fail(reply, CMD_NOT_SUPPORTED);
		return;
	}
	if (slot_icc_status(slot) != ICC_ACTIVE) {
		reply_fail(reply, ICC_MUTE);
		return;
	}
	if (c->specific[0] != 0 && slot->protocol == 0)
		error = BAD_BYTE_7;
	else if (c->specific[1] != 0 || c->specific[2] != 0)
		error = BAD_wLevelParameter;
	else
		error = secure_parse(slot, c, &request);
	if (error != 0) {
		reply_fail(reply, error);
		return;
	}
	memcpy(apdu, request.apdu, request.n);
	error = enter(slot, &request, apdu, reply, &differ);
	if (error != 0) {
		reply_fail(reply, error);
	} else if (differ) {
		reply->data[0] = SW_PINS_DIFFER >> 8;
		reply->data[1] = SW_PINS_DIFFER & 0xFF;
		reply->n = 2;
	} else {
		send(slot, c, &request, apdu, reply);
	}
	explicit_bzero(apdu, sizeof(apdu));
}
