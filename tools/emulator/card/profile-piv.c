/* SPDX-License-Identifier: BSD-2-Clause */
/* Profile lines of a PIV application (SP 800-73-4). */
#include <string.h>

#include "tools/emulator/card/error.h"
#include "tools/emulator/card/piv.h"
#include "tools/emulator/card/profile-parse.h"

#define RID_LEN 5

bool
line_in_piv(const struct line *line)
{
	return line->applet && line->applet->kind == APPLET_PIV;
}

bool
line_piv_tag(const struct line *line, size_t i, uint32_t *tag)
{
	unsigned value;

	if (!line_hex(line, i, 0xFFFFFF, &value))
		return false;
	*tag = value;
	return value == PIV_DISCOVERY || value == PIV_BIT_GROUP ||
	    value >> 8 == 0x5FC1 ||
	    line_error(line, "%X is not a PIV object", value);
}

/* 61 { 4F PIX or AID, 79 { 4F RID } } (part 2, table 3). */
static void
template_make(struct applet *a, size_t from)
{
	size_t len = a->aid.len - from;
	struct blob *out = &a->piv.template;

	blob_byte(out, 0x61);
	blob_byte(out, (unsigned)(2 + len + 4 + RID_LEN));
	blob_tlv(out, 0x4F, a->aid.bytes + from, len);
	blob_byte(out, 0x79);
	blob_byte(out, 2 + RID_LEN);
	blob_tlv(out, 0x4F, a->aid.bytes, RID_LEN);
}

bool
profile_piv_begin(struct line *line)
{
	struct applet *a = line->applet;

	if (a->aid.len <= RID_LEN)
		return line_error(line, "a PIV AID has more than 5 bytes");
	template_make(a, RID_LEN);
	a->piv.aid_lengths = 1 << 5 | 1 << 9;
	return !a->piv.template.failed || line_error(line, "out of memory");
}

static bool
parse_template(struct line *line)
{
	struct applet *a = line->applet;
	uint8_t bytes[255];
	size_t len;

	blob_clear(&a->piv.template);
	if (strcmp(line->word[1], "pix") == 0)
		template_make(a, RID_LEN);
	else if (strcmp(line->word[1], "full") == 0)
		template_make(a, 0);
	else if (strcmp(line->word[1], "none") != 0) {
		if (!line_bytes(line, 1, bytes, sizeof(bytes), &len))
			return false;
		blob_add(&a->piv.template, bytes, len);
	}
	return !a->piv.template.failed || line_error(line, "out of memory");
}

static bool
parse_aid_lengths(struct line *line)
{
	struct applet *a = line->applet;
	unsigned n;
	size_t i;

	a->piv.aid_lengths = 0;
	for (i = 1; i < line->n; i++) {
		if (!line_decimal(line, i, (unsigned)a->aid.len, &n))
			return false;
		if (n < RID_LEN)
			return line_error(line, "an AID has 5 bytes or more");
		a->piv.aid_lengths |= (uint16_t)(1u << n);
	}
	return true;
}

static bool
parse_tell_login(struct line *line)
{
	return line_choice(line, "no", "yes", &line->applet->piv.hides_login);
}

static bool
parse_logout(struct line *line)
{
	return line_choice(line, "no", "yes", &line->applet->piv.no_logout);
}

static bool
parse_select_again(struct line *line)
{
	return line_choice(
	    line, "drop", "keep", &line->applet->piv.forgets_login);
}

static bool
parse_cac_login(struct line *line)
{
	return line_choice(
	    line, "drop", "keep", &line->applet->piv.ends_cac_login);
}

static bool
parse_foreign_aid(struct line *line)
{
	static const char *const names[] = {[PIV_STAYS] = "stay",
	    [PIV_LOGGED_OUT] = "logout",
	    [PIV_LEFT] = "leave"};
	unsigned i;

	for (i = 0; i <= PIV_LEFT; i++) {
		if (strcmp(names[i], line->word[1]) == 0) {
			line->applet->piv.foreign = i;
			return true;
		}
	}
	return line_error(
	    line, "%s is none of stay, logout, leave", line->word[1]);
}

static bool
parse_absent(struct line *line)
{
	unsigned sw;

	if (!line_status(line, 1, &sw))
		return false;
	line->object->absent = (uint16_t)sw;
	return true;
}

static bool
parse_reference(struct line *line)
{
	unsigned value;

	if (!line_hex(line, 1, 0xFF, &value))
		return false;
	if (value != PIV_KEY_AUTHENTICATION && value != PIV_KEY_SIGNATURE &&
	    value != PIV_KEY_MANAGEMENT && value != PIV_KEY_CARD &&
	    (value < PIV_KEY_RETIRED_FIRST || value > PIV_KEY_RETIRED_LAST))
		return line_error(line, "%02X is not a PIV key", value);
	line->object->reference = (uint8_t)value;
	return true;
}

const struct keyword profile_piv_keywords[] = {
    {"template", IN_PIV, 1, WORDS_MAX, parse_template},
    {"aid-lengths", IN_PIV, 1, AID_MAX, parse_aid_lengths},
    {"tell-login", IN_PIV, 1, 1, parse_tell_login},
    {"logout", IN_PIV, 1, 1, parse_logout},
    {"select-again", IN_PIV, 1, 1, parse_select_again},
    {"cac-login", IN_PIV, 1, 1, parse_cac_login},
    {"foreign-aid", IN_PIV, 1, 1, parse_foreign_aid},
    {"absent", IN_PIV_OBJECT, 1, 1, parse_absent},
    {"reference", IN_PIV_OBJECT, 1, 1, parse_reference},
    {NULL, IN_CARD, 0, 0, NULL},
};

/* The PIN usage policy of Discovery (part 1, 3.3.2). */
static bool
global_pin_promised(const struct applet *piv)
{
	const struct object *o = applet_object(piv, PIV_DISCOVERY);
	const struct element *e;
	const struct part *part;

	for (e = o ? STAILQ_FIRST(&o->elements) : NULL; e;
	     e = STAILQ_NEXT(e, next)) {
		part = STAILQ_FIRST(&e->parts);
		if (e->tag == PIV_TAG_PIN_POLICY && part && part->bytes.len > 0)
			return part->bytes.data[0] & PIV_POLICY_GLOBAL;
	}
	return false;
}

static bool
object_fits(const struct object *o, const char *path)
{
	const struct object *other;

	if (o->reference && !o->has_key)
		return error_set(
		    "%s: object %X: reference without key", path, o->id);
	for (other = STAILQ_NEXT(o, next); other;
	     other = STAILQ_NEXT(other, next)) {
		if (other->id == o->id)
			return error_set("%s: object %X twice", path, o->id);
		if (o->reference && other->reference == o->reference)
			return error_set(
			    "%s: reference %02X twice", path, o->reference);
	}
	return true;
}

bool
profile_check_piv(
    const struct profile *profile, const struct applet *piv, const char *path)
{
	bool global = profile->global_pin[0] != 0;
	const struct object *o;

	if (global_pin_promised(piv) != global)
		return error_set("%s: global-pin and Discovery disagree", path);
	for (o = STAILQ_FIRST(&piv->objects); o; o = STAILQ_NEXT(o, next))
		if (!object_fits(o, path))
			return false;
	return true;
}
