/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing JSON (RFC 8259) on stdout. A key is NULL within an array. */
#ifndef CAC_TOOL_JSON_H
#define CAC_TOOL_JSON_H

#include <stdbool.h>

struct json {
	unsigned depth;
	bool some; /* an element stands before */
};

/* open is { or [; each is closed by json_close() of its counterpart. */
void json_open(struct json *j, const char *key, char open);
void json_close(struct json *j, char close);

/* NULL is null. What is no UTF-8 becomes U+FFFD. */
void json_text(struct json *j, const char *key, const char *value);
void json_number(struct json *j, const char *key, long long value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);

#endif
