/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/emulator/ccid-secure.h"

#define LANGUAGE 0x0409

/* bNumberMessage */
#define NO_MESSAGE	0x00
#define DEFAULT_MESSAGE 0xFF
#define MESSAGES_MAX	0x03

enum operation { PIN_VERIFY = 0x00, PIN_MODIFY = 0x01 };

/* abData, and where a reader's eye is in it. */
struct fields {
	const uint8_t *data;
	size_t n;
	size_t at;
	uint8_t error; /* the first one; afterwards all bytes are 0 */
};

static uint8_t
take(struct fields *f)
{
	if (f->error == 0 && f->at >= f->n)
		f->error = BAD_dwLength;
	return f->error == 0 ? f->data[f->at++] : 0;
}

/* The last size bytes that were taken are wrong. */
static void
refuse(struct fields *f, size_t size)
{
	if (f->error == 0)
		f->error = BAD_abData(f->at - size);
}

static void
take_format(struct fields *f, struct pin_request *r)
{
	uint8_t format = take(f), block, length;
	size_t position = format >> 3 & 0x0F;

	if ((format & 3) == 3 || (!(format & 0x80) && position % 8 != 0))
		refuse(f, 1);
	r->code = (enum pin_code)(format & 3);
	r->right = format & 0x04;
	r->at = format & 0x80 ? position : position / 8;
	block = take(f);
	r->block = block & 0x0F;
	r->length_bits = block >> 4;
	if (r->block == 0 ||
	    (r->length_bits != 0 && r->length_bits != 4 && r->length_bits != 8))
		refuse(f, 1);
	length = take(f);
	if (length & 0xE0)
		refuse(f, 1);
	r->length_at = (size_t)(length & 0x0F) * (length & 0x10 ? 8 : 1);
	if (r->length_at % 4 != 0 || (r->length_bits == 8 && r->length_at % 8))
		refuse(f, 1);
}

static void
take_digits(struct fields *f, struct pin_request *r)
{
	size_t room = r->code == PIN_BCD ? 2 * r->block : r->block;

	r->max = take(f);
	r->min = take(f);
	if (r->min == 0 || r->min > r->max || r->max > room ||
	    r->max > PAD_DIGITS_MAX)
		refuse(f, 2);
}

static void
take_conditions(struct fields *f, struct pin_request *r)
{
	r->conditions = take(f);
	if (r->conditions == 0 || r->conditions > 7)
		refuse(f, 1);
}

/*
 * bNumberMessage, wLangId and one to three indices: there are as many as
 * messages, but always the first, and always a second one if there are any.
 */
static void
take_messages(struct fields *f, const struct model *model, bool modify)
{
	bool display = model->ccid[50] != 0;
	uint8_t number = take(f);
	unsigned language, indices = 1;

	if (number != NO_MESSAGE &&
	    (!display ||
		(number != DEFAULT_MESSAGE &&
		    number > (modify ? MESSAGES_MAX : 1))))
		refuse(f, 1);
	language = take(f);
	language |= (unsigned)take(f) << 8;
	if (language != LANGUAGE && (language != 0 || number != NO_MESSAGE))
		refuse(f, 2);
	if (modify && number != NO_MESSAGE)
		indices = number >= MESSAGES_MAX ? 3 : 2;
	for (; indices > 0; indices--)
		if (take(f) >= MESSAGES_MAX)
			refuse(f, 1);
}

/* Only an I-block of its own, and only where the host makes the blocks. */
static void
take_prologue(struct fields *f, const struct slot *slot, struct pin_request *r)
{
	bool block =
	    slot->protocol == 1 && model_level(slot->model) == LEVEL_TPDU;

	for (size_t i = 0; i < sizeof(r->prologue); i++)
		r->prologue[i] = take(f);
	if (f->error != 0)
		return;
	if (r->prologue[0] != 0)
		refuse(f, 3);
	if (block ? (r->prologue[1] & ~T1_I_NS) != 0 : r->prologue[1] != 0)
		refuse(f, 2);
	if (r->prologue[2] != (block ? f->n - f->at : 0))
		refuse(f, 1);
}

/* A pad passes on commands that carry PINs, and no others. */
static bool
carries_pin(uint8_t ins, bool modify)
{
	if (modify)
		return ins == 0x24 || ins == 0x2C;
	return ins == 0x20 || ins == 0x26 || ins == 0x28;
}

static bool
overlap(size_t a, size_t b, size_t n)
{
	return a < b + n && b < a + n;
}

static bool
fits(const struct pin_request *r, size_t lc)
{
	if (r->at + r->block > lc ||
	    (r->length_at + r->length_bits + 7) / 8 > lc)
		return false;
	return !r->asks_old ||
	    (r->old_at + r->block <= lc &&
		!overlap(r->at, r->old_at, r->block));
}

static void
take_apdu(struct fields *f, struct pin_request *r)
{
	if (f->error != 0)
		return;
	r->apdu = f->data + f->at;
	r->n = f->n - f->at;
	if (r->n < 5 || r->n != 5u + r->apdu[4])
		f->error = BAD_dwLength;
	else if (!carries_pin(r->apdu[1], r->modify))
		f->error = BAD_abData(f->at + 1);
	else if (!fits(r, r->apdu[4]))
		f->error = BAD_abData(f->at + 4);
}

static void
take_modification(struct fields *f, struct pin_request *r)
{
	uint8_t confirm;

	/* The offsets of these count from the position of the format. */
	r->old_at = r->at + take(f);
	r->at += take(f);
	take_digits(f, r);
	confirm = take(f);
	if (confirm > 3)
		refuse(f, 1);
	r->asks_twice = confirm & 1;
	r->asks_old = confirm & 2;
}

uint8_t
secure_parse(
    const struct slot *slot, const struct command *c, struct pin_request *out)
{
	struct fields f = {.data = c->data, .n = c->n};
	uint8_t operation = take(&f);

	*out = (struct pin_request){.modify = operation == PIN_MODIFY};
	if (operation > PIN_MODIFY ||
	    !(model_pin_support(slot->model) & (1u << operation)))
		refuse(&f, 1);
	(void)take(&f); /* bTimerOut: nobody waits here */
	take_format(&f, out);
	if (out->modify)
		take_modification(&f, out);
	else
		take_digits(&f, out);
	take_conditions(&f, out);
	take_messages(&f, slot->model, out->modify);
	take_prologue(&f, slot, out);
	take_apdu(&f, out);
	return f.error;
}
