/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CAC v1: GET CERTIFICATE (INS 36) and the fixed layout of GET PROPERTIES. The
 * card remembers how far a certificate has been read; SELECT starts it over.
 */
#include <string.h>

#include "tools/emulator/card/buffer.h"
#include "tools/emulator/card/command.h"
#include "tools/emulator/card/sw.h"

#define SW_NO_CERTIFICATE 0x6981
#define SW_TO_COME	  0x6300

#define PROPERTIES_LEN 0x2E
#define AT_T_LENGTH    0x1C
#define AT_V_LENGTH    0x1E

uint16_t
certificate_check(const struct card *card, const struct apdu *apdu)
{
	if (apdu->p1 || apdu->p2)
		return SW_BAD_P1P2;
	if (!card->object || card->object->v.len <= BUFFER_PREFIX)
		return SW_NO_CERTIFICATE;
	return 0;
}

/* Where the stream has no end it begins again. */
static size_t
left_of(const struct card *card)
{
	size_t all = card->object->v.len - BUFFER_PREFIX;

	if (card->profile->habits.endless[card->apdu.ins] == SW_TO_COME >> 8)
		return 256;
	return all - card->stream_at;
}

static void
put_stream(struct card *card, size_t n)
{
	const struct blob *v = &card->object->v;
	size_t all = v->len - BUFFER_PREFIX;

	for (; n > 0; n--) {
		blob_byte(&card->answer,
		    v->data[BUFFER_PREFIX + card->stream_at % all]);
		card->stream_at++;
	}
}

/* Certinfo and certificate, as many bytes as Le says (T=0: exactly). */
uint16_t
certificate_run(struct card *card, const struct apdu *apdu)
{
	unsigned piece = card->profile->habits.certificate_piece;
	size_t want = apdu->p3 ? apdu->p3 : 256;
	size_t left = left_of(card);

	if (left == 0)
		return SW_NO_CERTIFICATE;
	if (want > left)
		return (uint16_t)(SW_EXACT_LE | left);
	put_stream(card, want);
	left = left_of(card);
	if (left > 0)
		card->end_sw =
		    (uint16_t)(SW_TO_COME | (left < piece ? left : piece));
	return SW_OK;
}

/* Only the places of the buffers' lengths are known; the rest is 00. */
uint16_t
old_properties_run(struct card *card, const struct apdu *apdu)
{
	const struct object *o = card->object;
	uint8_t bytes[PROPERTIES_LEN] = {0};
	size_t t = o ? o->t.len - BUFFER_PREFIX : 0;
	size_t v = o ? o->v.len - BUFFER_PREFIX : 0;

	if (apdu->p1 != 0)
		return SW_BAD_P1P2;
	memcpy(bytes, card->applet->version, sizeof(card->applet->version));
	bytes[AT_T_LENGTH] = (uint8_t)t;
	bytes[AT_T_LENGTH + 1] = (uint8_t)(t >> 8);
	bytes[AT_V_LENGTH] = (uint8_t)v;
	bytes[AT_V_LENGTH + 1] = (uint8_t)(v >> 8);
	blob_add(&card->answer, bytes, sizeof(bytes));
	return SW_OK;
}
