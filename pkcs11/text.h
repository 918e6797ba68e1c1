/* SPDX-License-Identifier: BSD-2-Clause */
/* Text for the fixed fields of Cryptoki: blank padded, without NUL. */
#ifndef PKCS11_TEXT_H
#define PKCS11_TEXT_H

#include <stddef.h>

/* How many of n bytes of UTF-8 fit in room without splitting a character. */
size_t text_cut(const char *utf8, size_t n, size_t room);

/* Fill all n bytes of a field. */
void text_pad(unsigned char *field, size_t n, const char *utf8);

#endif
