/* SPDX-License-Identifier: BSD-2-Clause */
/* Profile lines that concern the whole card. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/card/profile-parse.h"

static const char *const status_names[STATUS_COUNT] = {
    [STATUS_UNKNOWN_AID] = "unknown-aid",
    [STATUS_UNKNOWN_OBJECT] = "unknown-object",
    [STATUS_UNKNOWN_INS] = "unknown-ins",
    [STATUS_UNKNOWN_CLA] = "unknown-cla",
    [STATUS_SELECT_P2] = "select-p2",
    [STATUS_NO_LOGIN] = "no-login",
    [STATUS_PIN_BLOCKED] = "pin-blocked",
    [STATUS_PIN_P2] = "pin-p2",
    [STATUS_READ_PAST_END] = "read-past-end",
    [STATUS_READ_TOO_LONG] = "read-too-long",
    [STATUS_MID_CHAIN] = "mid-chain",
    [STATUS_UPDATE_BUFFER] = "update-buffer",
    [STATUS_OLD_PROPERTIES] = "old-properties",
    [STATUS_UNKNOWN_DATA] = "unknown-data",
    [STATUS_PIN_FORM] = "pin-form",
    [STATUS_PIV_PIN_WRONG] = "piv-pin-wrong",
    [STATUS_CHAINING] = "chaining",
    [STATUS_CHAIN_BROKEN] = "chain-broken",
    [STATUS_WRONG_PIN] = "wrong-pin",
};

static bool
parse_name(struct line *line)
{
	char *name = line->profile->name;
	size_t i, at = 0, size = sizeof(line->profile->name);

	for (i = 1; i < line->n && at < size; i++)
		at += (size_t)snprintf(name + at, size - at, "%s%s",
		    i > 1 ? " " : "", line->word[i]);
	return at < size || line_error(line, "name is too long");
}

static bool
parse_atr(struct line *line)
{
	uint8_t bytes[ATR_MAX];
	size_t len;

	line->profile->habits.mute = strcmp(line->word[1], "none") == 0;
	if (line->profile->habits.mute)
		return true;
	if (!line_bytes(line, 1, bytes, sizeof(bytes), &len))
		return false;
	if (!atr_parse(&line->profile->atr, bytes, len))
		return line_error(line, "this is not an ATR");
	return true;
}

static bool
parse_protocol(struct line *line)
{
	static const char *const names[] = {"", "t0", "t1", "t0-t1"};

	for (uint16_t i = 1; i < 4; i++) {
		if (strcmp(line->word[1], names[i]) == 0) {
			line->profile->protocols = i;
			return true;
		}
	}
	return line_error(line, "%s is none of t0, t1, t0-t1", line->word[1]);
}

static bool
parse_voltage(struct line *line)
{
	const char *class = line->word[1];

	line->profile->voltages = 0;
	for (; *class >= 'A' && *class <= 'C'; class ++)
		line->profile->voltages |= (uint8_t)(1 << (*class - 'A'));
	return *class == '\0' ||
	    line_error(line, "%s is not of A, B, C", line->word[1]);
}

static bool
parse_cla(struct line *line)
{
	struct profile *p = line->profile;

	return line_bytes(line, 1, p->cla, sizeof(p->cla), &p->n_cla);
}

static bool
parse_select_p2(struct line *line)
{
	struct profile *p = line->profile;

	return line_bytes(
	    line, 1, p->select_p2, sizeof(p->select_p2), &p->n_select_p2);
}

bool
line_choice(struct line *line, const char *yes, const char *no, bool *answer)
{
	*answer = strcmp(line->word[1], yes) == 0;
	if (*answer || strcmp(line->word[1], no) == 0)
		return true;
	return line_error(
	    line, "%s is neither %s nor %s", line->word[1], yes, no);
}

static bool
parse_select_answer(struct line *line)
{
	return line_choice(line, "fci", "none", &line->profile->select_fci);
}

static bool
parse_short_le(struct line *line)
{
	return line_choice(
	    line, "partial", "exact", &line->profile->short_le_partial);
}

static bool
parse_keep_login(struct line *line)
{
	return line_choice(line, "yes", "no", &line->profile->keep_login);
}

static bool
parse_default_applet(struct line *line)
{
	return line_aid(line, 1, &line->profile->default_applet);
}

static bool
status_optional(unsigned event)
{
	return event == STATUS_READ_PAST_END || event == STATUS_MID_CHAIN ||
	    event == STATUS_PIV_PIN_WRONG || event == STATUS_CHAIN_BROKEN;
}

static bool
parse_status(struct line *line)
{
	unsigned event, sw = 0;

	for (event = 0; event < STATUS_COUNT; event++)
		if (strcmp(status_names[event], line->word[1]) == 0)
			break;
	if (event == STATUS_COUNT)
		return line_error(line, "unknown event %s", line->word[1]);
	if (strcmp(line->word[2], "none") == 0) {
		if (!status_optional(event))
			return line_error(line, "this event needs a status");
	} else if (!line_status(line, 2, &sw)) {
		return false;
	}
	line->profile->status[event] = (uint16_t)sw;
	return true;
}

static bool
parse_read_max(struct line *line)
{
	return line_decimal(line, 1, 255, &line->profile->read_max);
}

static bool
parse_secret(struct line *line, uint8_t secret[PIN_LEN])
{
	const char *pin = line->word[1];
	size_t len = strlen(pin);

	if (len > PIN_LEN)
		return line_error(line, "%s is longer than 8", line->word[0]);
	memset(secret, 0xFF, PIN_LEN);
	memcpy(secret, pin, len);
	return true;
}

static bool
parse_pin(struct line *line)
{
	return parse_secret(line, line->profile->pin);
}

static bool
parse_global_pin(struct line *line)
{
	return parse_secret(line, line->profile->global_pin);
}

static bool
parse_puk(struct line *line)
{
	return parse_secret(line, line->profile->puk);
}

static bool
parse_puk_tries(struct line *line)
{
	return line_decimal(line, 1, 15, &line->profile->puk_tries);
}

static bool
parse_pin_min(struct line *line)
{
	return line_decimal(line, 1, PIN_LEN, &line->profile->pin_min);
}

static bool
parse_tries(struct line *line)
{
	if (!line_decimal(line, 1, 15, &line->profile->tries))
		return false;
	line->profile->tries_left = line->profile->tries;
	return true;
}

static bool
parse_tries_left(struct line *line)
{
	return line_decimal(line, 1, 15, &line->profile->tries_left);
}

static bool
parse_change_p1(struct line *line)
{
	unsigned value;

	if (!line_hex(line, 1, 0xFF, &value))
		return false;
	line->profile->change_p1 = (uint8_t)value;
	return true;
}

static bool
parse_nulls(struct line *line)
{
	unsigned ins, n;

	if (!line_hex(line, 1, 0xFF, &ins) || !line_decimal(line, 2, 255, &n))
		return false;
	line->profile->nulls[ins] = (uint8_t)n;
	return true;
}

static bool
parse_single_ack(struct line *line)
{
	unsigned ins;

	if (!line_hex(line, 1, 0xFF, &ins))
		return false;
	line->profile->single_ack[ins] = true;
	return true;
}

static bool
parse_wtx(struct line *line)
{
	unsigned ins, n, multiplier = 1;

	if (!line_hex(line, 1, 0xFF, &ins) || !line_decimal(line, 2, 255, &n))
		return false;
	if (line->n > 3 && !line_decimal(line, 3, 255, &multiplier))
		return false;
	line->profile->wtx[ins] = (uint8_t)n;
	line->profile->wtx_multiplier[ins] = (uint8_t)multiplier;
	return true;
}

static bool
parse_ifs(struct line *line)
{
	unsigned n;

	if (!line_decimal(line, 1, 254, &n))
		return false;
	line->profile->ifs = (uint8_t)n;
	return true;
}

static bool
parse_t1_answer(struct line *line)
{
	return line_choice(line, "more", "whole", &line->profile->t1_more);
}

/* AMP:KEY */
static bool
parse_method(struct line *line, size_t i, uint8_t method[2])
{
	char *word = line->word[i];
	struct blob b = {0};
	bool ok;

	ok = strlen(word) == 5 && word[2] == ':';
	if (ok)
		word[2] = '\0';
	ok = ok && hex_word(word, &b) && hex_word(word + 3, &b);
	if (ok)
		memcpy(method, b.data, 2);
	blob_clear(&b);
	return ok || line_error(line, "%s is not AMP:KEY", word);
}

static bool
parse_rule(struct line *line)
{
	unsigned acrid, type;
	struct rule *rule;
	size_t i;

	if (!line_hex(line, 1, 0xFF, &acrid) || !line_hex(line, 2, 0xFF, &type))
		return false;
	if (profile_rule(line->profile, (uint8_t)acrid))
		return line_error(line, "rule %02X is there already", acrid);
	rule = calloc(1, sizeof(*rule));
	if (!rule)
		return line_error(line, "out of memory");
	STAILQ_INSERT_TAIL(&line->profile->rules, rule, next);
	rule->acrid = (uint8_t)acrid;
	rule->type = (uint8_t)type;
	for (i = 3; i < line->n; i++)
		if (!parse_method(line, i, rule->method[rule->n_methods++]))
			return false;
	return true;
}

static bool
parse_provider(struct line *line)
{
	struct provider *provider;
	unsigned amp;

	if (!line_hex(line, 1, 0xFF, &amp))
		return false;
	provider = calloc(1, sizeof(*provider));
	if (!provider)
		return line_error(line, "out of memory");
	STAILQ_INSERT_TAIL(&line->profile->providers, provider, next);
	provider->amp = (uint8_t)amp;
	return line_aid(line, 2, &provider->aid);
}

const struct keyword profile_card_keywords[] = {
    {"name", IN_CARD, 1, WORDS_MAX, parse_name},
    {"atr", IN_CARD, 1, WORDS_MAX, parse_atr},
    {"protocol", IN_CARD, 1, 1, parse_protocol},
    {"cla", IN_CARD, 1, 8, parse_cla},
    {"select-p2", IN_CARD, 1, 8, parse_select_p2},
    {"select-answer", IN_CARD, 1, 1, parse_select_answer},
    {"default-applet", IN_CARD, 1, 1, parse_default_applet},
    {"status", IN_CARD, 2, 2, parse_status},
    {"read-max", IN_CARD, 1, 1, parse_read_max},
    {"short-le", IN_CARD, 1, 1, parse_short_le},
    {"pin", IN_CARD, 1, 1, parse_pin},
    {"global-pin", IN_CARD, 1, 1, parse_global_pin},
    {"puk", IN_CARD, 1, 1, parse_puk},
    {"puk-tries", IN_CARD, 1, 1, parse_puk_tries},
    {"pin-min", IN_CARD, 1, 1, parse_pin_min},
    {"tries", IN_CARD, 1, 1, parse_tries},
    {"tries-left", IN_CARD, 1, 1, parse_tries_left},
    {"change-p1", IN_CARD, 1, 1, parse_change_p1},
    {"keep-login", IN_CARD, 1, 1, parse_keep_login},
    {"nulls", IN_CARD, 2, 2, parse_nulls},
    {"single-ack", IN_CARD, 1, 1, parse_single_ack},
    {"voltage", IN_CARD, 1, 1, parse_voltage},
    {"wtx", IN_CARD, 2, 3, parse_wtx},
    {"ifs", IN_CARD, 1, 1, parse_ifs},
    {"t1-answer", IN_CARD, 1, 1, parse_t1_answer},
    {"rule", IN_CARD, 2, 2 + RULE_METHODS, parse_rule},
    {"provider", IN_CARD, 2, 2, parse_provider},
    {NULL, IN_CARD, 0, 0, NULL},
};
