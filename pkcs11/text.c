/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "pkcs11/text.h"

size_t
text_cut(const char *utf8, size_t n, size_t room)
{
	if (n <= room)
		return n;
	while (room > 0 && ((unsigned char)utf8[room] & 0xC0) == 0x80)
		room--;
	return room;
}

void
text_pad(unsigned char *field, size_t n, const char *utf8)
{
	size_t used = text_cut(utf8, strlen(utf8), n);

	memset(field, ' ', n);
	memcpy(field, utf8, used);
}
