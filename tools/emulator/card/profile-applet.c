/* SPDX-License-Identifier: BSD-2-Clause */
/* Profile lines of an applet and of an object, but for its elements. */
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/card/profile-parse.h"

/* Word 2, if there is one. */
static bool
applet_kind(const struct line *line, enum applet_kind *kind)
{
	static const struct {
		const char *name;
		enum applet_kind kind;
	} kinds[] = {{"aca", APPLET_ACA}, {"piv", APPLET_PIV},
	    {"v1", APPLET_V1}, {"v1-pin", APPLET_V1_PIN},
	    {"foreign", APPLET_FOREIGN}};
	size_t i;

	if (line->n < 3)
		return true;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(line->word[2], kinds[i].name) == 0) {
			*kind = kinds[i].kind;
			return true;
		}
	}
	return line_error(line, "unknown kind %s", line->word[2]);
}

static bool
parse_applet(struct line *line)
{
	struct applet *a;
	struct aid aid;
	enum applet_kind kind = APPLET_CONTAINER;

	if (!line_aid(line, 1, &aid) || !applet_kind(line, &kind))
		return false;
	if (profile_applet(line->profile, aid.bytes, aid.len))
		return line_error(line, "this applet is there already");
	a = calloc(1, sizeof(*a));
	if (!a)
		return line_error(line, "out of memory");
	STAILQ_INIT(&a->access);
	STAILQ_INIT(&a->objects);
	STAILQ_INSERT_TAIL(&line->profile->applets, a, next);
	a->aid = aid;
	a->kind = kind;
	a->service = -1;
	line->applet = a;
	line->object = NULL;
	return kind != APPLET_PIV || profile_piv_begin(line);
}

static bool
parse_version(struct line *line)
{
	uint8_t bytes[5];
	size_t len;

	if (!line_bytes(line, 1, bytes, sizeof(bytes), &len))
		return false;
	if (len != sizeof(bytes))
		return line_error(line, "a version has 5 bytes");
	memcpy(line->applet->version, bytes, sizeof(bytes));
	return true;
}

static bool
parse_service(struct line *line)
{
	unsigned id;

	if (!line_hex(line, 1, 0xFF, &id))
		return false;
	line->applet->service = (int)id;
	return true;
}

/* access INS [p1 X] [p2 X] [data X] ACRID */
static bool
parse_access(struct line *line)
{
	struct access_list *list =
	    line->object ? &line->object->access : &line->applet->access;
	struct access *x;
	unsigned value;
	size_t i;

	if (line->n % 2 == 0)
		return line_error(line, "wrong number of words for access");
	if (line_in_piv(line))
		return line_error(line, "the rules of PIV are its own");
	x = calloc(1, sizeof(*x));
	if (!x)
		return line_error(line, "out of memory");
	STAILQ_INSERT_TAIL(list, x, next);
	x->p1 = x->p2 = x->data = -1;
	for (i = 2; i + 1 < line->n; i += 2) {
		if (!line_hex(line, i + 1, 0xFF, &value))
			return false;
		if (strcmp(line->word[i], "p1") == 0)
			x->p1 = (int)value;
		else if (strcmp(line->word[i], "p2") == 0)
			x->p2 = (int)value;
		else if (strcmp(line->word[i], "data") == 0)
			x->data = (int)value;
		else
			return line_error(
			    line, "unknown word %s", line->word[i]);
	}
	if (!line_hex(line, 1, 0xFF, &value))
		return false;
	x->ins = (uint8_t)value;
	if (!line_hex(line, line->n - 1, 0xFF, &value))
		return false;
	x->acrid = (uint8_t)value;
	return true;
}

static bool
parse_object(struct line *line)
{
	bool piv = line_in_piv(line);
	struct object *o;
	uint32_t id;

	if (piv ? !line_piv_tag(line, 1, &id) : !line_hex(line, 1, 0xFFFF, &id))
		return false;
	if (line->n == 3 && (!piv || strcmp(line->word[2], "pin") != 0))
		return line_error(line, "unknown word %s", line->word[2]);
	o = calloc(1, sizeof(*o));
	if (!o)
		return line_error(line, "out of memory");
	STAILQ_INIT(&o->access);
	STAILQ_INIT(&o->elements);
	STAILQ_INSERT_TAIL(&line->applet->objects, o, next);
	o->id = id;
	o->needs_pin = line->n == 3;
	o->t_told = o->v_told = -1;
	o->private_ready = 1;
	o->public_ready = 1;
	line->object = o;
	return true;
}

static bool
parse_capacity(struct line *line)
{
	return line_decimal(line, 1, 0xFFFF, &line->object->t_capacity) &&
	    line_decimal(line, 2, 0xFFFF, &line->object->v_capacity);
}

static bool
key_size(struct line *line, struct pki_want *key)
{
	unsigned bits;

	if (strcmp(line->word[3], "p256") == 0 ||
	    strcmp(line->word[3], "p384") == 0) {
		/* PRIVATE SIGN/DECRYPT is RSA (GSC-IS 2.1, 5.3.3). */
		if (!line_in_piv(line))
			return line_error(line, "EC keys are for PIV");
		key->algorithm = PKI_EC;
		key->bits = strcmp(line->word[3], "p256") == 0 ? 256 : 384;
		return true;
	}
	if (!line_decimal(line, 3, 4096, &bits))
		return false;
	/* Tag 43 counts units of 64 bits. */
	if (bits < 1024 || bits % 64)
		return line_error(line, "no RSA key of %u bits", bits);
	key->bits = bits;
	return true;
}

static bool
parse_key(struct line *line)
{
	static const char *const kinds[PKI_KINDS] = {
	    [PKI_IDENTITY] = "identity",
	    [PKI_SIGNATURE] = "signature",
	    [PKI_ENCRYPTION] = "encryption",
	    [PKI_AUTHENTICATION] = "authentication",
	    [PKI_CARD] = "card",
	    [PKI_RETIRED] = "retired"};
	struct object *o = line->object;
	unsigned number, kind;

	if (!line_hex(line, 1, 0xFF, &number))
		return false;
	for (kind = 0; kind < PKI_KINDS; kind++)
		if (strcmp(kinds[kind], line->word[2]) == 0)
			break;
	if (kind == PKI_KINDS)
		return line_error(line, "unknown kind %s", line->word[2]);
	o->has_key = true;
	o->key = (struct pki_want){.number = (uint8_t)number, .kind = kind};
	return key_size(line, &o->key);
}

static bool
parse_initialised(struct line *line)
{
	unsigned private_ready, public_ready;

	if (!line_hex(line, 1, 1, &private_ready) ||
	    !line_hex(line, 2, 1, &public_ready))
		return false;
	line->object->private_ready = (uint8_t)private_ready;
	line->object->public_ready = (uint8_t)public_ready;
	return true;
}

const struct keyword profile_applet_keywords[] = {
    {"applet", IN_CARD, 1, 2, parse_applet},
    {"version", IN_APPLET, 1, 5, parse_version},
    {"service", IN_APPLET, 1, 1, parse_service},
    {"access", IN_APPLET, 2, 8, parse_access},
    {"object", IN_APPLET, 1, 2, parse_object},
    {"capacity", IN_OBJECT, 2, 2, parse_capacity},
    {"key", IN_OBJECT, 3, 3, parse_key},
    {"initialised", IN_OBJECT, 2, 2, parse_initialised},
    {NULL, IN_CARD, 0, 0, NULL},
};
