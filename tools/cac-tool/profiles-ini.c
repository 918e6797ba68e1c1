/* SPDX-License-Identifier: BSD-2-Clause */
#include <strings.h>

#include "tools/cac-tool/profiles-ini.h"

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Without the line end, and the blanks around it. */
static bool
take_line(struct bytes *in, struct bytes *line)
{
	const uint8_t *end;
	uint8_t skipped;

	if (in->n == 0)
		return false;
	end = memchr(in->p, '\n', in->n);
	(void)bytes_take(in, end != NULL ? (size_t)(end - in->p) : in->n, line);
	if (end != NULL)
		(void)bytes_take_u8(in, &skipped);
	while (line->n > 0 && is_blank(line->p[0])) {
		line->p++;
		line->n--;
	}
	while (line->n > 0 && is_blank(line->p[line->n - 1]))
		line->n--;
	return true;
}

static bool
value_of(struct bytes line, const char *key, struct bytes *value)
{
	size_t n = strlen(key);

	if (line.n < n + 1 || line.p[n] != '=' ||
	    strncasecmp((const char *)line.p, key, n) != 0)
		return false;
	*value = bytes_of(line.p + n + 1, line.n - n - 1);
	return true;
}

/* [Profile0], but not [InstallXXX] or [General]. */
static bool
is_profile(struct bytes line)
{
	static const char head[] = "[Profile";

	return line.n > sizeof(head) - 1 &&
	    strncasecmp((const char *)line.p, head, sizeof(head) - 1) == 0;
}

static void
read_line(struct bytes line, struct profile *p)
{
	struct bytes value;

	if (value_of(line, "Name", &value))
		p->name = value;
	else if (value_of(line, "Path", &value) &&
	    memchr(value.p, '\0', value.n) == NULL)
		p->path = value;
	else if (value_of(line, "IsRelative", &value))
		p->relative = value.n == 1 && value.p[0] == '1';
}

bool
profiles_ini_next(struct bytes *in, struct profile *out)
{
	bool inside = false;
	struct bytes line, rest = *in;

	*out = (struct profile){.relative = true};
	while (take_line(&rest, &line)) {
		if (line.n > 0 && line.p[0] == '[') {
			/* The next section stays for the next call. */
			if (inside && out->path.n > 0)
				return true;
			*out = (struct profile){.relative = true};
			inside = is_profile(line);
		} else if (inside) {
			read_line(line, out);
		}
		*in = rest;
	}
	*in = rest;
	return inside && out->path.n > 0;
}
