/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "tools/cac-tool/list.h"
#include "tools/cac-tool/options.h"

/* A container that failed hides a certificate, or may. */
static bool
is_whole(const struct survey_card *c)
{
	for (size_t i = 0; i < c->count; i++) {
		if (c->objects[i].err != 0 &&
		    !card_err_is_absence(c->objects[i].err))
			return false;
	}
	return true;
}

static enum tool_status
judge(const struct survey *s)
{
	unsigned read = 0, lacking = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct survey_reader *r = &s->list[i];
		err_t err = survey_error(r);

		if (err == CCID_ERR_NO_CARD || err == USB_ERR_GONE)
			continue;
		if (err == 0)
			read++;
		if (err != 0 || !is_whole(&r->card))
			lacking++;
	}
	if (lacking > 0)
		return read > 0 ? STATUS_PART : STATUS_FAILED;
	return read > 0 ? STATUS_DONE : STATUS_NOTHING;
}

enum tool_status
cmd_list(const struct command *self, int argc, char **argv)
{
	bool json = false;
	const char *reader = NULL;
	const struct option_def defs[] = {
	    {.name = "json", .help = "for programs", .flag = &json},
	    {.name = "reader",
		.operand = "N",
		.help = "only this reader, counted from 1",
		.value = &reader},
	    {.name = NULL},
	};
	enum tool_status status;
	unsigned number = 0;
	struct survey *s;

	if (!options_alone(self, defs, argc, argv, &status))
		return status;
	if (reader != NULL && !options_number("reader", reader, &number))
		return STATUS_USAGE;
	s = survey_run(number, SURVEY_CARDS);
	if (s == NULL)
		return STATUS_FAILED;
	if (json)
		list_json(s, time(NULL));
	else
		list_text(s, time(NULL));
	return judge(s);
}
