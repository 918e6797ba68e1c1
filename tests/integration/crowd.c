/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/integration/crowd.h"

static bool
parse_number(const struct crowd_option *o, const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*o->number = (unsigned)n;
	return *text != '\0' && *end == '\0' && n >= o->least && n <= o->most;
}

static bool
parse_one(int letter, const struct crowd_option *options, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (options[i].letter != letter)
			continue;
		if (options[i].flag == NULL)
			return parse_number(&options[i], optarg);
		*options[i].flag = true;
		return true;
	}
	return false;
}

bool
crowd_parse(int argc, char **argv, const struct crowd_option *options, size_t n)
{
	char letters[64];
	size_t at = 0;
	int c;

	for (size_t i = 0; i < n && at + 3 < sizeof(letters); i++) {
		letters[at++] = options[i].letter;
		if (options[i].flag == NULL)
			letters[at++] = ':';
	}
	letters[at] = '\0';
	while ((c = getopt(argc, argv, letters)) != -1) {
		if (!parse_one(c, options, n))
			return false;
	}
	return true;
}

void
crowd_shift_files(unsigned place)
{
	for (unsigned i = 0; i < place; i++)
		(void)!open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void
crowd_note_most(_Atomic int64_t *most, int64_t value)
{
	int64_t old = atomic_load(most);

	while (value > old && !atomic_compare_exchange_weak(most, &old, value))
		;
}
