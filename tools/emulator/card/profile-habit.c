/* SPDX-License-Identifier: BSD-2-Clause */
/* Profile lines of cards with other habits, see profile-habit.h. */
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/card/profile-parse.h"

static bool
parse_private_blocks(struct line *line)
{
	return line_choice(
	    line, "one", "many", &line->profile->habits.one_block);
}

static bool
parse_certificate_piece(struct line *line)
{
	unsigned n;

	if (!line_decimal(line, 1, 255, &n))
		return false;
	if (n == 0)
		return line_error(line, "a piece has a byte");
	line->profile->habits.certificate_piece = n;
	return true;
}

static bool
parse_select_more(struct line *line)
{
	unsigned sw1;

	if (!line_hex(line, 1, 0xFF, &sw1))
		return false;
	if (sw1 != 0x61 && sw1 != 0x63)
		return line_error(line, "%02X is neither 61 nor 63", sw1);
	line->profile->habits.select_more = (uint8_t)sw1;
	return true;
}

static bool
parse_tell_tries(struct line *line)
{
	return line_choice(
	    line, "no", "yes", &line->profile->habits.hide_tries);
}

static bool
parse_verify_applet(struct line *line)
{
	return line_aid(line, 1, &line->profile->habits.verify_applet);
}

static bool
parse_change_applet(struct line *line)
{
	return line_aid(line, 1, &line->profile->habits.change_applet);
}

static bool
parse_extended_length(struct line *line)
{
	return line_choice(
	    line, "yes", "no", &line->profile->habits.extended_length);
}

static bool
parse_unknown_aid(struct line *line)
{
	struct habits *h = &line->profile->habits;
	unsigned sw;
	size_t i;

	h->n_unknown_aid = 0;
	for (i = 1; i < line->n; i++) {
		if (!line_status(line, i, &sw))
			return false;
		h->unknown_aid[h->n_unknown_aid++] = (uint16_t)sw;
	}
	return true;
}

static bool
parse_endless(struct line *line)
{
	unsigned ins, sw1;

	if (!line_hex(line, 1, 0xFF, &ins) || !line_hex(line, 2, 0xFF, &sw1))
		return false;
	if (sw1 != 0x61 && sw1 != 0x63 && sw1 != 0x6C)
		return line_error(line, "%02X is none of 61, 63, 6C", sw1);
	line->profile->habits.endless[ins] = (uint8_t)sw1;
	return true;
}

static bool
parse_expects(struct line *line)
{
	struct habits *h = &line->profile->habits;
	unsigned ins;
	size_t i;

	h->picky = true;
	for (i = 1; i < line->n; i++) {
		if (!line_hex(line, i, 0xFF, &ins))
			return false;
		h->expects[ins] = true;
	}
	return true;
}

static bool
parse_answer(struct line *line)
{
	struct scripted *s = calloc(1, sizeof(*s));
	unsigned sw;
	size_t i;
	bool ok;

	if (!s)
		return line_error(line, "out of memory");
	STAILQ_INSERT_TAIL(&line->profile->habits.scripted, s, next);
	s->applet = line->applet;
	ok = hex_word(line->word[1], &s->prefix) && s->prefix.len >= 2;
	for (i = 3; ok && i < line->n; i++)
		ok = hex_word(line->word[i], &s->bytes);
	if (!ok || s->bytes.len > 256)
		return line_error(line, "this is no command and answer");
	if (!line_status(line, 2, &sw))
		return false;
	s->sw = (uint16_t)sw;
	return true;
}

const struct keyword profile_habit_keywords[] = {
    {"private-blocks", IN_CARD, 1, 1, parse_private_blocks},
    {"certificate-piece", IN_CARD, 1, 1, parse_certificate_piece},
    {"select-more", IN_CARD, 1, 1, parse_select_more},
    {"tell-tries", IN_CARD, 1, 1, parse_tell_tries},
    {"verify-applet", IN_CARD, 1, 1, parse_verify_applet},
    {"change-applet", IN_CARD, 1, 1, parse_change_applet},
    {"extended-length", IN_CARD, 1, 1, parse_extended_length},
    {"unknown-aid", IN_CARD, 1, STATUSES_MAX, parse_unknown_aid},
    {"endless", IN_CARD, 2, 2, parse_endless},
    {"expects", IN_CARD, 1, WORDS_MAX, parse_expects},
    {"answer", IN_CARD, 2, WORDS_MAX, parse_answer},
    {NULL, IN_CARD, 0, 0, NULL},
};
