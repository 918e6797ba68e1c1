/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers that stand in the profile, word for word. */
#include <string.h>

#include "tools/emulator/card/command.h"
#include "tools/emulator/card/sw.h"

#define HEADER 5

/* As much of the command as prefix covers and is known by now. */
static bool
matches(const struct scripted *s, const struct apdu *apdu, bool with_data)
{
	const uint8_t header[HEADER] = {
	    apdu->cla, apdu->ins, apdu->p1, apdu->p2, apdu->p3};
	size_t n = s->prefix.len < HEADER ? s->prefix.len : HEADER;
	size_t data = s->prefix.len - n;

	if (memcmp(s->prefix.data, header, n) != 0)
		return false;
	if (!with_data || data == 0)
		return true;
	return apdu->n >= data &&
	    memcmp(s->prefix.data + HEADER, apdu->data, data) == 0;
}

static const struct scripted *
find(const struct card *card, bool with_data)
{
	const struct scripted *s;

	for (s = STAILQ_FIRST(&card->profile->habits.scripted); s;
	     s = STAILQ_NEXT(s, next))
		if ((!s->applet || s->applet == card->applet) &&
		    matches(s, &card->apdu, with_data))
			return s;
	return NULL;
}

static bool
takes_data(const struct apdu *apdu)
{
	(void)apdu;
	return true;
}

static bool
takes_none(const struct apdu *apdu)
{
	(void)apdu;
	return false;
}

static uint16_t
check(const struct card *card, const struct apdu *apdu)
{
	(void)card;
	(void)apdu;
	return 0;
}

static uint16_t
run(struct card *card, const struct apdu *apdu)
{
	const struct scripted *s = find(card, true);

	/* Its data make it another command, of which nothing is known. */
	if (!s && apdu->ins == 0xA4)
		return select_check(card, apdu) ? select_check(card, apdu)
						: select_run(card, apdu);
	if (!s)
		return card_status(card, STATUS_UNKNOWN_INS);
	if (s->sw != SW_OK)
		return s->sw;
	blob_add(&card->answer, s->bytes.data, s->bytes.len);
	return SW_OK;
}

const struct command *
scripted_find(const struct card *card)
{
	static const struct command in = {0, 0, takes_data, check, run};
	static const struct command out = {0, 0, takes_none, check, run};
	const struct scripted *s = find(card, false);

	if (!s)
		return NULL;
	return s->prefix.len > HEADER ? &in : &out;
}
