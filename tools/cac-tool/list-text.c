/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "tools/cac-tool/list.h"
#include "tools/cac-tool/text.h"
#include "tools/cac-tool/tool.h"

#define COLUMNS	  5
#define GAP	  2
#define LABEL_MIN 12

struct row {
	char *cell[COLUMNS];
};

enum { LABEL, PURPOSE, KEY, VALIDITY, ID };

static char *
purposes_text(const struct certificate *c)
{
	const char *list[CERTIFICATE_PURPOSES_MAX];
	size_t n = certificate_purposes(c, list);
	char *text = tool_print("%s", n > 0 ? list[0] : "-");

	for (size_t i = 1; i < n; i++)
		text = tool_print("%s, %s", text, list[i]);
	return text;
}

static void
fill_row(const struct survey_object *o, time_t now, struct row *row)
{
	const struct certificate *c = o->certificate;

	row->cell[LABEL] = text_clean(o->label);
	row->cell[PURPOSE] = purposes_text(c);
	row->cell[KEY] = strncmp(c->key_type, "EC", 2) == 0
	    ? tool_print("%s", c->key_type)
	    : tool_print("%s %d", c->key_type, c->key_bits);
	row->cell[VALIDITY] = certificate_validity(c, now);
	row->cell[ID] = crypto_hex(bytes_of(o->id, o->id_len));
}

/* The label gives way when the terminal is narrow. */
static void
measure(const struct row *rows, size_t n, unsigned widths[COLUMNS])
{
	unsigned all = GAP * COLUMNS, columns = text_columns(stdout);

	for (size_t c = 0; c < COLUMNS; c++) {
		widths[c] = 0;
		for (size_t i = 0; i < n; i++) {
			unsigned w = text_width(rows[i].cell[c]);

			if (w > widths[c])
				widths[c] = w;
		}
		all += widths[c];
	}
	if (columns == 0 || all <= columns)
		return;
	all -= columns;
	widths[LABEL] =
	    widths[LABEL] > LABEL_MIN + all ? widths[LABEL] - all : LABEL_MIN;
}

static void
print_row(const struct row *row, const unsigned widths[COLUMNS])
{
	for (size_t c = 0; c < COLUMNS; c++) {
		printf("%*s", GAP, "");
		if (c + 1 < COLUMNS)
			text_cell(row->cell[c], widths[c]);
		else
			fputs(row->cell[c], stdout);
	}
	putchar('\n');
}

static void
print_detail(const char *word, const char *text, bool cut)
{
	unsigned columns = cut ? text_columns(stdout) : 0;

	printf("      %-8s %s\n", word,
	    text_fit(text, columns > 15 ? columns - 15 : 0));
}

static void
print_certificates(const struct survey_card *card, time_t now)
{
	struct row *rows = tool_alloc(card->count * sizeof(rows[0]));
	unsigned widths[COLUMNS];
	size_t n = 0;

	for (size_t i = 0; i < card->count; i++) {
		if (card->objects[i].err == 0)
			fill_row(&card->objects[i], now, &rows[n++]);
	}
	measure(rows, n, widths);
	n = 0;
	for (size_t i = 0; i < card->count; i++) {
		const struct survey_object *o = &card->objects[i];

		if (o->err != 0)
			continue;
		putchar('\n');
		print_row(&rows[n++], widths);
		print_detail("subject", o->certificate->subject, true);
		print_detail("issuer", o->certificate->issuer, true);
		/* To be copied as a whole. */
		print_detail("URI", o->uri, false);
	}
}

static void
print_others(const struct survey_card *card)
{
	bool first = true;

	for (size_t i = 0; i < card->count; i++) {
		const struct survey_object *o = &card->objects[i];

		if (o->err == 0 || !survey_is_shown(o))
			continue;
		if (first)
			putchar('\n');
		first = false;
		if (card_err_is_absence(o->err))
			printf("  %s: %s\n", text_clean(o->label),
			    err_text(o->err));
		else
			complain("%s could not be read: %s", o->label,
			    err_text(o->err));
	}
}

static void
print_card(const struct survey_card *card, time_t now)
{
	printf("  %s, serial %s, %s\n", text_clean(card->model),
	    *card->serial != '\0' ? text_clean(card->serial) : "unknown",
	    text_clean(card->label));
	if (!card->tries_known)
		puts("  PIN: the card does not tell how many tries are left");
	else if (card->tries == 0)
		puts("  PIN: blocked; the issuer can reset it");
	else
		printf("  PIN: %u %s left\n", card->tries,
		    card->tries == 1 ? "try" : "tries");
	print_certificates(card, now);
	print_others(card);
}

void
list_text(const struct survey *s, time_t now)
{
	if (s->count == 0)
		puts("No reader. Plug in a USB CCID smart card reader.");
	for (size_t i = 0; i < s->count; i++) {
		const struct survey_reader *r = &s->list[i];
		char *problem = survey_problem(r);

		if (i > 0)
			putchar('\n');
		printf("Reader %u: %s%s%s\n", r->number,
		    text_clean(r->info.manufacturer),
		    r->info.manufacturer[0] != '\0' ? " " : "",
		    text_clean(r->info.product));
		if (problem != NULL)
			printf("  %s\n", problem);
		else
			print_card(&r->card, now);
	}
}
