/* SPDX-License-Identifier: BSD-2-Clause */
/* Profile lines that say what lies in an object's buffers. */
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/card/profile-parse.h"

#define TAG_CARDURL 0xF3 /* GSC-IS 2.1, 7.3 */

/* They only ever stand in a buffer when they are compressed. */
#define ZEROS_MAX 0x10000000

struct element *
element_new(struct line *line, unsigned tag)
{
	struct element *e;

	if (tag == 0x00 || tag == 0xFF) {
		line_error(line, "%02X is not a Simple-TLV tag", tag);
		return NULL;
	}
	e = calloc(1, sizeof(*e));
	if (!e) {
		line_error(line, "out of memory");
		return NULL;
	}
	STAILQ_INIT(&e->parts);
	STAILQ_INSERT_TAIL(&line->object->elements, e, next);
	e->tag = (uint16_t)tag;
	return e;
}

struct part *
part_new(struct line *line, struct element *e, enum part_kind kind)
{
	struct part *part = calloc(1, sizeof(*part));

	if (!part) {
		line_error(line, "out of memory");
		return NULL;
	}
	STAILQ_INSERT_TAIL(&e->parts, part, next);
	part->kind = kind;
	return part;
}

/* The number after a colon; *end is what follows it. */
static bool
part_number(const char *text, int base, struct part *part, const char **end)
{
	char *stop;
	unsigned long value = strtoul(text, &stop, base);

	*end = stop;
	part->number = (unsigned)value;
	return stop != text && *text != '-' &&
	    value <= (part->kind == PART_ZEROS ? ZEROS_MAX : 0xFFFF);
}

static bool
part_packing(const char *text, struct part *part)
{
	if (strcmp(text, ":plain") == 0)
		part->packing = PACKING_PLAIN;
	else if (strcmp(text, ":zlib") == 0)
		part->packing = PACKING_ZLIB;
	else if (strcmp(text, ":gzip") == 0)
		part->packing = PACKING_GZIP;
	else if (strcmp(text, ":long") == 0 && part->kind == PART_CERTIFICATE)
		part->packing = PACKING_LONG;
	else
		return false;
	return true;
}

static const struct named_part {
	const char *name; /* with a colon: a number follows */
	enum part_kind kind;
	int base;
} named_parts[] = {
    {"card-id", PART_CARD_ID, 0},
    {"lrc", PART_LRC, 0},
    {"fill:", PART_FILL, 10},
    {"fill-to:", PART_FILL_TO, 10},
    {"certificate:", PART_CERTIFICATE, 16},
    {"mscuid:", PART_MSCUID, 16},
    {"key-id:", PART_KEY_ID, 16},
    {"modulus:", PART_MODULUS, 16},
    {"zeros:", PART_ZEROS, 10},
};

static const struct named_part *
part_find(const char *word)
{
	size_t i, len;

	for (i = 0; i < sizeof(named_parts) / sizeof(named_parts[0]); i++) {
		len = strlen(named_parts[i].name);
		if (strncmp(word, named_parts[i].name, len) == 0 &&
		    (named_parts[i].base || word[len] == '\0'))
			return &named_parts[i];
	}
	return NULL;
}

static bool
parse_part(struct line *line, struct element *e, const char *word)
{
	const struct named_part *named = part_find(word);
	const char *end = "";
	struct part *part;
	bool ok = true;

	part = part_new(line, e, named ? named->kind : PART_BYTES);
	if (!part)
		return false;
	if (!named && word[0] == '"')
		blob_add(&part->bytes, word + 1, strlen(word) - 2);
	else if (!named)
		ok = hex_word(word, &part->bytes);
	else if (named->base)
		ok = part_number(
		    word + strlen(named->name), named->base, part, &end);
	if (ok && (part->kind == PART_CERTIFICATE || part->kind == PART_ZEROS))
		ok = part_packing(end, part);
	else if (ok)
		ok = *end == '\0';
	return (ok && !part->bytes.failed) ||
	    line_error(line, "%s is not a value", word);
}

bool
element_parts(struct line *line, struct element *e, size_t i)
{
	for (; i < line->n; i++)
		if (!parse_part(line, e, line->word[i]))
			return false;
	return true;
}

static bool
parse_tag(struct line *line)
{
	struct element *e;
	unsigned tag;

	if (!line_hex(line, 1, line_in_piv(line) ? 0xFFFF : 0xFF, &tag))
		return false;
	e = element_new(line, tag);
	return e && element_parts(line, e, 2);
}

static bool
parse_record(struct line *line)
{
	unsigned index, tag;
	struct element *e;

	if (!line_decimal(line, 1, 0xFFFF, &index) ||
	    !line_hex(line, 2, 0xFF, &tag))
		return false;
	e = element_new(line, tag);
	if (!e)
		return false;
	e->record = true;
	e->index = (uint16_t)index;
	return element_parts(line, e, 3);
}

/* RID, type, object id, application id, then 00 on a VM card. */
bool
line_cardurl(struct line *line, size_t i, uint8_t url[CARDURL_LEN])
{
	struct aid aid;
	unsigned id;

	memset(url, 0, CARDURL_LEN);
	if (!line_hex(line, i + 1, 0xFFFF, &id) || !line_aid(line, i + 2, &aid))
		return false;
	if (aid.len != 7)
		return line_error(line, "a CardURL takes an AID of 7 bytes");
	if (strcmp(line->word[i], "generic") == 0)
		url[5] = 0x01;
	else if (strcmp(line->word[i], "ski") == 0)
		url[5] = 0x02;
	else if (strcmp(line->word[i], "pki") == 0)
		url[5] = 0x04;
	else
		return line_error(line, "unknown type %s", line->word[i]);
	memcpy(url, aid.bytes, 5);
	url[6] = (uint8_t)(id >> 8);
	url[7] = (uint8_t)id;
	memcpy(url + 8, aid.bytes + 5, 2);
	return true;
}

static bool
parse_url(struct line *line)
{
	uint8_t url[CARDURL_LEN];
	struct element *e;
	struct part *part;

	if (!line_cardurl(line, 1, url))
		return false;
	e = element_new(line, TAG_CARDURL);
	part = e ? part_new(line, e, PART_BYTES) : NULL;
	if (!part)
		return false;
	blob_add(&part->bytes, url, sizeof(url));
	return !part->bytes.failed || line_error(line, "out of memory");
}

const struct keyword profile_object_keywords[] = {
    {"tag", IN_OBJECT, 1, WORDS_MAX, parse_tag},
    {"record", IN_OBJECT, 2, WORDS_MAX, parse_record},
    {"url", IN_OBJECT, 3, 3, parse_url},
    {NULL, IN_CARD, 0, 0, NULL},
};
