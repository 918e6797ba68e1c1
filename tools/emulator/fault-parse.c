/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/ccid.h"
#include "tools/emulator/ccid-spec.h"
#include "tools/emulator/fault.h"
#include "tools/emulator/hex.h"

/* What stands behind the = of a kind. */
enum operand { NONE, BYTE, WORD, DECIMAL, MAYBE_DECIMAL, BYTES, MAYBE_TEXT };

static const struct kind {
	const char *word;
	enum fault_kind kind;
	enum operand operand;
	int message; /* where it happens when no msg= says otherwise */
} kinds[] = {
    {"error", FAULT_ERROR, BYTE, PC_to_RDR_XfrBlock},
    {"timeout", FAULT_TIMEOUT, NONE, PC_to_RDR_XfrBlock},
    {"late", FAULT_LATE, DECIMAL, PC_to_RDR_XfrBlock},
    {"time-extension", FAULT_TIME_EXTENSION, DECIMAL, PC_to_RDR_XfrBlock},
    {"stall-in", FAULT_STALL_IN, NONE, PC_to_RDR_XfrBlock},
    {"stall-out", FAULT_STALL_OUT, NONE, PC_to_RDR_XfrBlock},
    {"short", FAULT_SHORT, NONE, PC_to_RDR_XfrBlock},
    {"babble", FAULT_BABBLE, NONE, PC_to_RDR_XfrBlock},
    {"wrong-seq", FAULT_WRONG_SEQ, NONE, PC_to_RDR_XfrBlock},
    {"wrong-slot", FAULT_WRONG_SLOT, NONE, PC_to_RDR_XfrBlock},
    {"wrong-type", FAULT_WRONG_TYPE, NONE, PC_to_RDR_XfrBlock},
    {"wrong-length", FAULT_WRONG_LENGTH, NONE, PC_to_RDR_XfrBlock},
    {"zlp", FAULT_ZERO_PACKET, NONE, PC_to_RDR_XfrBlock},
    {"params-reset", FAULT_PARAMS_RESET, NONE, PC_to_RDR_XfrBlock},
    {"warm-reset", FAULT_WARM_RESET, NONE, PC_to_RDR_XfrBlock},
    {"card-reset", FAULT_CARD_RESET, NONE, PC_to_RDR_XfrBlock},
    {"card-out", FAULT_CARD_OUT, MAYBE_DECIMAL, PC_to_RDR_XfrBlock},
    {"card-swap", FAULT_CARD_SWAP, MAYBE_TEXT, PC_to_RDR_XfrBlock},
    {"card-other", FAULT_CARD_OTHER, MAYBE_TEXT, PC_to_RDR_XfrBlock},
    {"unplug", FAULT_UNPLUG, MAYBE_DECIMAL, PC_to_RDR_XfrBlock},
    {"atr", FAULT_ATR, BYTES, PC_to_RDR_IccPowerOn},
    {"truncated-atr", FAULT_TRUNCATED_ATR, NONE, PC_to_RDR_IccPowerOn},
    {"sw", FAULT_SW, WORD, PC_to_RDR_XfrBlock},
};

/* T=1 blocks on the line. */
static const struct {
	const char *word;
	enum line_spoil spoil;
} spoils[] = {
    {"block-damaged-out", SPOIL_EDC_OUT},
    {"block-lost-out", SPOIL_LOST_OUT},
    {"block-damaged", SPOIL_EDC},
    {"block-lost", SPOIL_LOST},
    {"block-sequence", SPOIL_SEQUENCE},
};

/* bError values with a word of their own. */
static const char *const error_words[] = {"f8", "f7", "f6", "f5", "f4", "f3",
    "f2", "fe", "fd", "fc", "fb", "e0", "00", "ff"};

struct parse {
	const char *where;
	char *error;
};

static bool
fail(const struct parse *p, const char *why, const char *word)
{
	snprintf(p->error, FAULT_ERROR_MAX, "%s: %s: %s", p->where, why, word);
	return false;
}

static bool
decimal(const char *text, unsigned long *out)
{
	char *end;

	if (text == NULL || *text < '0' || *text > '9')
		return false;
	errno = 0;
	*out = strtoul(text, &end, 10);
	return errno == 0 && *end == '\0' && *out <= 1000000;
}

static bool
hex_number(const char *text, size_t size, unsigned long *out)
{
	uint8_t bytes[2];

	if (text == NULL || hex_parse(text, bytes, size) != (int)size)
		return false;
	*out = size == 1 ? bytes[0] : (unsigned long)bytes[0] << 8 | bytes[1];
	return true;
}

static bool
hex_byte(const char *text, int *out)
{
	unsigned long number;

	if (!hex_number(text, 1, &number))
		return false;
	*out = (int)number;
	return true;
}

static bool
hex_bytes(const char *text, uint8_t *out, size_t *n)
{
	int got = text == NULL ? -1 : hex_parse(text, out, FAULT_PREFIX_MAX);

	*n = got > 0 ? (size_t)got : 0;
	return got > 0;
}

static bool
parse_operand(struct fault *f, enum operand operand, const char *value)
{
	switch (operand) {
	case NONE:
		return value == NULL;
	case BYTE:
		return hex_number(value, 1, &f->number);
	case WORD:
		return hex_number(value, 2, &f->number);
	case DECIMAL:
		return decimal(value, &f->number);
	case MAYBE_DECIMAL:
		return value == NULL || decimal(value, &f->number);
	case BYTES:
		return hex_bytes(value, f->bytes, &f->bytes_n);
	case MAYBE_TEXT:
		if (value == NULL)
			return true;
		f->text = strdup(value);
		return *value != '\0' && f->text != NULL;
	}
	return false;
}

/* "f6" is short for error=f6, "6c1a" for a card that wants P3 = 1A. */
static bool
short_kind(struct fault *f, const char *word, const char *value)
{
	f->message = PC_to_RDR_XfrBlock;
	if (value != NULL)
		return false;
	for (size_t i = 0; i < sizeof(spoils) / sizeof(*spoils); i++) {
		if (strcmp(word, spoils[i].word) == 0) {
			f->kind = FAULT_BLOCK;
			f->number = spoils[i].spoil;
			return true;
		}
	}
	for (size_t i = 0; i < sizeof(error_words) / sizeof(*error_words);
	     i++) {
		if (strcasecmp(word, error_words[i]) == 0) {
			f->kind = FAULT_ERROR;
			return hex_number(word, 1, &f->number);
		}
	}
	if (strcasecmp(word, "mute") == 0) {
		f->kind = FAULT_ERROR;
		f->number = ICC_MUTE;
		f->message = PC_to_RDR_IccPowerOn;
		return true;
	}
	f->kind = FAULT_WRONG_LE;
	return strncasecmp(word, "6c", 2) == 0 && strlen(word) == 4 &&
	    hex_number(word + 2, 1, &f->number);
}

static bool
parse_kind(const struct parse *p, struct fault *f, char *word)
{
	char *value = strchr(word, '=');

	if (value != NULL)
		*value++ = '\0';
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(word, kinds[i].word) != 0)
			continue;
		f->kind = kinds[i].kind;
		f->message = kinds[i].message;
		if (parse_operand(f, kinds[i].operand, value))
			return true;
		return fail(p, "bad value of", word);
	}
	if (short_kind(f, word, value))
		return true;
	return fail(p, "no such fault", word);
}

static bool
parse_message(struct fault *f, const char *value)
{
	int type = value == NULL ? -1 : ccid_message_type(value);

	if (type < 0 && (value == NULL || strcmp(value, "any") != 0))
		return false;
	f->message = type < 0 ? FAULT_MESSAGE_ANY : type;
	return true;
}

static bool
parse_count(struct fault *f, const char *value)
{
	if (value != NULL && strcmp(value, "always") == 0) {
		f->left = 0;
		return true;
	}
	return decimal(value, &f->left) && f->left > 0;
}

static bool
parse_until(struct fault *f, const char *value)
{
	static const char *const words[] = {
	    [UNTIL_WARM] = "warm",
	    [UNTIL_COLD] = "cold",
	    [UNTIL_USB_RESET] = "usb-reset",
	};

	for (size_t i = UNTIL_WARM; value != NULL && i <= UNTIL_USB_RESET;
	     i++) {
		if (strcmp(value, words[i]) == 0) {
			f->until = (enum fault_until)i;
			f->left = 0;
			return true;
		}
	}
	return false;
}

static bool
selector(struct fault *f, const char *key, const char *value, bool *known)
{
	*known = true;
	if (strcmp(key, "msg") == 0)
		return parse_message(f, value);
	if (strcmp(key, "ins") == 0)
		return hex_byte(value, &f->ins);
	if (strcmp(key, "p3") == 0)
		return hex_byte(value, &f->p3);
	if (strcmp(key, "speed") == 0)
		return hex_byte(value, &f->speed);
	if (strcmp(key, "tpdu") == 0)
		return hex_bytes(value, f->tpdu, &f->tpdu_n);
	if (strcmp(key, "block") == 0)
		return hex_bytes(value, f->block, &f->block_n);
	if (strcmp(key, "after") == 0)
		return hex_bytes(value, f->after, &f->after_n);
	if (strcmp(key, "skip") == 0)
		return decimal(value, &f->skip);
	if (strcmp(key, "exchange") == 0)
		return decimal(value, &f->exchange) && f->exchange > 0;
	if (strcmp(key, "count") == 0)
		return parse_count(f, value);
	if (strcmp(key, "until") == 0)
		return parse_until(f, value);
	if (strcmp(key, "lost") == 0)
		return f->lost = value == NULL;
	if (strcmp(key, "busy") == 0 && f->kind == FAULT_TIMEOUT)
		return f->busy = value == NULL;
	*known = false;
	return false;
}

static bool
parse_selector(const struct parse *p, struct fault *f, char *word)
{
	char *value = strchr(word, '=');
	bool known;

	if (value != NULL)
		*value++ = '\0';
	if (selector(f, word, value, &known))
		return true;
	return fail(p, known ? "bad value of" : "no such selector", word);
}

static bool
parse_words(const struct parse *p, struct fault *f, char *text)
{
	char *save, *word = strtok_r(text, " \t\r\n", &save);
	bool ok = parse_kind(p, f, word);

	while (ok && (word = strtok_r(NULL, " \t\r\n", &save)) != NULL)
		ok = parse_selector(p, f, word);
	f->armed = f->after_n == 0;
	return ok;
}

static void
append(struct faults *faults, struct fault *f)
{
	struct fault **end = &faults->first;

	while (*end != NULL)
		end = &(*end)->next;
	*end = f;
}

bool
faults_add_line(struct faults *faults, const char *line, const char *where,
    char error[FAULT_ERROR_MAX])
{
	const struct parse p = {where, error};
	size_t start = strspn(line, " \t\r\n");
	size_t n = strcspn(line + start, "#\r\n");
	struct faults alone = {NULL};
	char *text = strndup(line + start, n);
	struct fault *f = calloc(1, sizeof(*f));
	bool ok = false;

	if (text == NULL || f == NULL) {
		fail(&p, "out of memory", "");
		goto out;
	}
	ok = true;
	if (*text == '\0')
		goto out;
	f->line = strdup(text);
	f->ins = f->p3 = f->speed = FAULT_ANY;
	f->left = 1;
	ok = f->line != NULL && parse_words(&p, f, text);
	if (ok) {
		append(faults, f);
		f = NULL;
	}
out:
	alone.first = f;
	faults_free(&alone);
	free(text);
	return ok;
}

bool
faults_read_file(const char *path, faults_line_fn *add, void *arg,
    char error[FAULT_ERROR_MAX])
{
	FILE *in = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	unsigned number = 0;
	bool ok = true;

	if (in == NULL) {
		snprintf(
		    error, FAULT_ERROR_MAX, "%s: %s", path, strerror(errno));
		return false;
	}
	while (ok && getline(&line, &room, in) >= 0) {
		char where[160];

		snprintf(
		    where, sizeof(where), "%.120s line %u", path, ++number);
		ok = add(arg, line, where, error);
	}
	free(line);
	fclose(in);
	return ok;
}
