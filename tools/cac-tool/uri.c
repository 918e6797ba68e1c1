/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "tools/cac-tool/tool.h"
#include "tools/cac-tool/uri.h"

#define MANUFACTURER "Common Access Card"
#define LABEL_MAX    32
#define MODEL_MAX    16
#define SERIAL_MAX   16
#define URI_MAX	     4096

static void
append_text(struct buf *out, const char *text)
{
	buf_append(out, bytes_of(text, strlen(text)));
}

/* all: also what needs no code, as p11-kit does for identifiers. */
static void
encode(struct buf *out, const char *name, struct bytes value, bool all)
{
	static const char verbatim[] = "abcdefghijklmnopqrstuvwxyz"
				       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "0123456789_-.";
	char code[4];

	append_text(out, name);
	append_text(out, "=");
	for (size_t i = 0; i < value.n; i++) {
		if (!all && value.p[i] != 0 &&
		    strchr(verbatim, value.p[i]) != NULL) {
			buf_append_u8(out, value.p[i]);
			continue;
		}
		(void)snprintf(code, sizeof(code), "%%%02X", value.p[i]);
		append_text(out, code);
	}
	append_text(out, ";");
}

/* A blank padded field of room bytes, without its blanks. */
static struct bytes
field(const char *text, size_t room)
{
	size_t n = strlen(text);

	if (n > room) {
		n = room;
		while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
			n--;
	}
	while (n > 0 && text[n - 1] == ' ')
		n--;
	return bytes_of(text, n);
}

char *
uri_certificate(
    const struct uri_token *token, struct bytes id, const char *label)
{
	struct buf *out = tool_buf(URI_MAX);

	append_text(out, "pkcs11:");
	encode(out, "model", field(token->model, MODEL_MAX), false);
	encode(out, "manufacturer", field(MANUFACTURER, LABEL_MAX), false);
	encode(out, "serial", field(token->serial, SERIAL_MAX), false);
	encode(out, "token", field(token->label, LABEL_MAX), false);
	encode(out, "id", id, true);
	encode(out, "object", bytes_of(label, strlen(label)), false);
	append_text(out, "type=cert");
	return tool_string(buf_bytes(out));
}

char *
uri_token_label(const char *common_name)
{
	char *label = tool_string(field(common_name, LABEL_MAX));

	for (char *p = label; *p != '\0'; p++) {
		if (*p == ':' || (unsigned char)*p < ' ' || *p == 127)
			*p = '.';
	}
	return label;
}

char *
uri_token_serial(const char *card_serial)
{
	size_t n = strlen(card_serial);

	return tool_print(
	    "%s", n > SERIAL_MAX ? card_serial + n - SERIAL_MAX : card_serial);
}
