/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "tools/cac-tool/options.h"
#include "tools/cac-tool/pin-prompt.h"
#include "tools/cac-tool/survey.h"
#include "tools/cac-tool/text.h"

/* With time for a person at the pad. */
#define CHANGE_MS 180000
#define OPEN_MS	  30000

/* The card that is meant: in this reader, or the only one there is. */
static struct reader *
find_reader(unsigned number, enum tool_status *status)
{
	struct survey *s = survey_run(number, SURVEY_READERS);
	struct reader *found = NULL, *r;
	unsigned cards = 0;

	*status = STATUS_FAILED;
	if (s == NULL)
		return NULL;
	for (size_t i = 0; i < s->count; i++) {
		if (s->list[i].presence != PRESENCE_CARD)
			continue;
		cards++;
		for (size_t k = 0;
		     (r = readers_get(survey_readers(), k)) != NULL; k++) {
			if (reader_id(r) == s->list[i].number)
				found = r;
		}
	}
	if (cards == 1)
		return found;
	*status = cards == 0 ? STATUS_NOTHING : STATUS_USAGE;
	if (cards > 1)
		complain("%u cards: choose one with --reader", cards);
	for (size_t i = 0; cards == 0 && i < s->count; i++)
		complain("reader %u: %s", s->list[i].number,
		    survey_problem(&s->list[i]));
	if (s->count == 0)
		complain("no reader");
	return NULL;
}

static void
print_tries(unsigned tries)
{
	if (tries == CARD_TRIES_UNKNOWN)
		puts("The card does not tell how many tries are left.");
	else if (tries == 0)
		puts("The PIN is blocked; the issuer can reset it.");
	else if (tries == 1)
		puts("1 try left: another wrong PIN blocks the card.");
	else
		printf("%u tries left.\n", tries);
	fflush(stdout);
}

/* What one transaction does with the card, and what it finds. */
struct visit {
	struct reader *reader;
	char serial[80]; /* of the card; the next visit wants the same */
	unsigned tries;
	struct secret *old, *new; /* NULL: from the pad */
};

typedef err_t visit_fn(struct visit *v, struct card *card);

static err_t
ask_tries(struct visit *v, struct card *card)
{
	/* A card that does not tell leaves the number unknown. */
	err_t err = card_ask_pin_tries(card, deadline_in(OPEN_MS));

	v->tries = card_pin_tries(card);
	return err == CARD_ERR_STATUS || v->tries != CARD_TRIES_UNKNOWN ? 0
									: err;
}

static err_t
change_pin(struct visit *v, struct card *card)
{
	struct deadline until = deadline_in(CHANGE_MS);
	err_t err;

	if (v->old != NULL)
		err = card_change_pin(
		    card, secret_bytes(v->old), secret_bytes(v->new), until);
	else
		err = card_change_pin_on_pad(card, until);
	v->tries = card_pin_tries(card);
	return err;
}

/* Nobody else has to wait while a person types: that is between two visits. */
static err_t
visit(struct visit *v, visit_fn *run)
{
	struct card *card = NULL;
	err_t err = reader_begin(v->reader, deadline_in(OPEN_MS));

	if (err != 0)
		return err;
	err = card_open(v->reader, deadline_in(OPEN_MS), &card);
	if (err == 0 && *v->serial != '\0' &&
	    strncmp(v->serial, card_serial(card), sizeof(v->serial) - 1) != 0)
		err = CARD_ERR_OTHER;
	if (err == 0) {
		(void)snprintf(
		    v->serial, sizeof(v->serial), "%s", card_serial(card));
		err = run(v, card);
	}
	card_free(&card);
	reader_end(v->reader);
	return err;
}

static enum tool_status
show_status(struct visit *v)
{
	err_t err = visit(v, ask_tries);

	if (err != 0) {
		complain("reader %u: %s", reader_id(v->reader), err_text(err));
		return STATUS_FAILED;
	}
	print_tries(v->tries);
	return v->tries == CARD_TRIES_UNKNOWN ? STATUS_NOTHING
	    : v->tries == 0		      ? STATUS_FAILED
					      : STATUS_DONE;
}

static bool
is_new_pin(struct bytes pin)
{
	for (size_t i = 0; i < pin.n; i++) {
		if (pin.p[i] < '0' || pin.p[i] > '9')
			return false;
	}
	return pin.n >= CARD_PIN_NEW_MIN && pin.n <= CARD_PIN_MAX;
}

/* The same answer twice; NULL after one line on stderr. */
static struct secret *
ask_new(void)
{
	struct secret *one = pin_prompt("New PIN (6 to 8 digits): "), *two;
	bool same;

	if (one == NULL)
		return NULL;
	if (!is_new_pin(secret_bytes(one))) {
		complain("a PIN has %d to %d digits; nothing has changed",
		    CARD_PIN_NEW_MIN, CARD_PIN_MAX);
		secret_free(&one);
		return NULL;
	}
	two = pin_prompt("New PIN again: ");
	same = two != NULL && bytes_equal(secret_bytes(one), secret_bytes(two));
	if (two != NULL && !same)
		complain("these were two different PINs; nothing has changed");
	secret_free(&two);
	if (!same)
		secret_free(&one);
	return one;
}

/* False after one line on stderr. */
static bool
ask_pins(struct visit *v)
{
	v->old = pin_prompt("PIN: ");
	if (v->old != NULL)
		v->new = ask_new();
	return v->new != NULL;
}

static enum tool_status
change(struct visit *v)
{
	enum tool_status status = show_status(v);
	err_t err;

	if (status == STATUS_FAILED)
		return status;
	status = STATUS_FAILED;
	if (reader_pin_pad(v->reader) & READER_PIN_CHANGE) {
		puts("Type the PIN, then the new one twice, on the reader.");
		fflush(stdout);
	} else if (!ask_pins(v)) {
		goto out;
	}
	err = visit(v, change_pin);
	if (err == 0) {
		puts("The PIN is changed.");
		status = STATUS_DONE;
		goto out;
	}
	complain("%s", err_text(err));
	if (err == CARD_ERR_PIN_WRONG || err == CARD_ERR_PIN_BLOCKED)
		print_tries(v->tries);
out:
	secret_free(&v->old);
	secret_free(&v->new);
	return status;
}

enum tool_status
cmd_pin(const struct command *self, int argc, char **argv)
{
	const char *number_text = NULL, *verb;
	const struct option_def defs[] = {
	    {.name = "reader",
		.operand = "N",
		.help = "the card in this reader, counted from 1",
		.value = &number_text},
	    {.name = NULL},
	};
	enum tool_status status;
	unsigned number = 0;
	struct visit v = {.tries = CARD_TRIES_UNKNOWN};
	int operands;

	if (!options_parse(self, defs, argc, argv, &operands, &status))
		return status;
	verb = operands + 1 == argc ? argv[operands] : "";
	if (strcmp(verb, "status") != 0 && strcmp(verb, "change") != 0) {
		complain("pin wants status or change; a PIN is never given on "
			 "the command line");
		return STATUS_USAGE;
	}
	if (number_text != NULL &&
	    !options_number("reader", number_text, &number))
		return STATUS_USAGE;
	v.reader = find_reader(number, &status);
	if (v.reader == NULL)
		return status;
	return strcmp(verb, "change") == 0 ? change(&v) : show_status(&v);
}
