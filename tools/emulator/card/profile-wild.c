/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Profile lines of objects that no honest card has:
 *
 * copies N                  this object N times, its id counting up
 * t-length N, v-length N    the length in front of a buffer is told as N
 * told TAG N VALUE...       an element whose length T tells as N, decimal
 * raw-t VALUE...            bytes of T for which there are none in V
 * raw-v VALUE...            bytes of V that T does not tell of
 * urls TYPE ID AID N        N CardURLs, their object ids counting up
 * next ID AID               element FD, the CardURL of the next CCC
 * next-of-family ID         the same, of the applet that comes after this one
 *
 * and of an applet: family N, so many of it, their AIDs counting up.
 */
#include <stdio.h>
#include <string.h>

#include "tools/emulator/card/profile-parse.h"

#define TAG_CARDURL  0xF3
#define TAG_NEXT_CCC 0xFD

static bool
parse_family(struct line *line)
{
	unsigned n;

	if (!line_decimal(line, 1, 0x10000, &n))
		return false;
	if (n == 0)
		return line_error(line, "a family has a member");
	line->applet->family = n - 1;
	return true;
}

static bool
parse_copies(struct line *line)
{
	unsigned n;

	if (!line_decimal(line, 1, 0x10000, &n))
		return false;
	if (n == 0 || line->object->id + n > 0x10000)
		return line_error(line, "the ids do not go that far");
	line->object->copies = n - 1;
	return true;
}

static bool
parse_length(struct line *line)
{
	struct object *o = line->object;
	unsigned n;

	if (!line_decimal(line, 1, 0xFFFF, &n))
		return false;
	*(line->word[0][0] == 't' ? &o->t_told : &o->v_told) = (int)n;
	return true;
}

static bool
parse_told(struct line *line)
{
	struct element *e;
	unsigned tag, n;

	if (!line_hex(line, 1, 0xFF, &tag) ||
	    !line_decimal(line, 2, 0xFFFF, &n))
		return false;
	e = element_new(line, tag);
	if (!e)
		return false;
	e->form = FORM_TOLD;
	e->told = n;
	return element_parts(line, e, 3);
}

static bool
parse_raw(struct line *line)
{
	/* The tag is not looked at. */
	struct element *e = element_new(line, TAG_CARDURL);

	if (!e)
		return false;
	e->form = line->word[0][4] == 't' ? FORM_RAW_T : FORM_RAW_V;
	return element_parts(line, e, 1);
}

static bool
add_url(struct line *line, struct element *e, const uint8_t url[CARDURL_LEN])
{
	struct part *part = e ? part_new(line, e, PART_BYTES) : NULL;

	if (!part)
		return false;
	blob_add(&part->bytes, url, CARDURL_LEN);
	return !part->bytes.failed || line_error(line, "out of memory");
}

static bool
parse_urls(struct line *line)
{
	uint8_t url[CARDURL_LEN];
	struct element *e;
	unsigned n;

	if (!line_cardurl(line, 1, url) || !line_decimal(line, 4, 0xFFFF, &n))
		return false;
	e = element_new(line, TAG_CARDURL);
	if (e) {
		e->form = FORM_URLS;
		e->count = n;
	}
	return add_url(line, e, url);
}

/* As line_cardurl() takes it: TYPE, ID and AID. */
static bool
next_url(struct line *line, char *aid, uint8_t url[CARDURL_LEN])
{
	static char generic[] = "generic";

	line->word[3] = aid;
	line->word[2] = line->word[1];
	line->word[1] = generic;
	line->n = 4;
	return line_cardurl(line, 1, url);
}

static bool
parse_next(struct line *line)
{
	uint8_t url[CARDURL_LEN];

	return next_url(line, line->word[2], url) &&
	    add_url(line, element_new(line, TAG_NEXT_CCC), url);
}

static bool
parse_next_of_family(struct line *line)
{
	const struct aid *aid = &line->applet->aid;
	char hex[2 * AID_MAX + 1] = "";
	uint8_t url[CARDURL_LEN];
	struct element *e;
	size_t i;

	for (i = 0; i < aid->len; i++)
		snprintf(hex + 2 * i, 3, "%02X", aid->bytes[i]);
	if (!next_url(line, hex, url))
		return false;
	e = element_new(line, TAG_NEXT_CCC);
	if (e)
		e->form = FORM_NEXT;
	return add_url(line, e, url);
}

const struct keyword profile_wild_keywords[] = {
    {"family", IN_APPLET, 1, 1, parse_family},
    {"copies", IN_OBJECT, 1, 1, parse_copies},
    {"t-length", IN_OBJECT, 1, 1, parse_length},
    {"v-length", IN_OBJECT, 1, 1, parse_length},
    {"told", IN_OBJECT, 2, WORDS_MAX, parse_told},
    {"raw-t", IN_OBJECT, 1, WORDS_MAX, parse_raw},
    {"raw-v", IN_OBJECT, 1, WORDS_MAX, parse_raw},
    {"urls", IN_OBJECT, 4, 4, parse_urls},
    {"next", IN_OBJECT, 2, 2, parse_next},
    {"next-of-family", IN_OBJECT, 1, 1, parse_next_of_family},
    {NULL, IN_CARD, 0, 0, NULL},
};
