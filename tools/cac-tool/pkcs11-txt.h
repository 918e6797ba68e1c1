/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pkcs11.txt, the list of modules in an NSS database: stanzas of NAME=VALUE
 * lines, each ended by an empty line. Pure; the text stays as it is but for the
 * stanzas that are meant.
 */
#ifndef CAC_TOOL_PKCS11_TXT_H
#define CAC_TOOL_PKCS11_TXT_H

#include "base/buf.h"

#define PKCS11_TXT_MAX 1048576 /* bytes of a file */

struct pkcs11_stanza {
	struct bytes whole;   /* with its comments and the empty line */
	struct bytes library; /* both without quotes; may be empty */
	struct bytes name;
};

/* False at the end. For a text that pkcs11_txt_check() took. */
bool pkcs11_txt_next(struct bytes *in, struct pkcs11_stanza *out);

/*
 * Whether NSS reads it as it was meant: 0, or the number of the first line that
 * is no comment and no NAME=VALUE, or that names a second library or name in
 * the same stanza, so that NSS would lose the first.
 */
unsigned pkcs11_txt_check(struct bytes text) MUST_CHECK;

/* NSS's rules: keys in any case, values bare or in quotes. */
bool pkcs11_txt_is(struct bytes value, const char *text);

/*
 * Append text to out, and to that a stanza. An empty line is put between:
 * NSS drops a last stanza without one when it writes the file.
 */
void pkcs11_txt_add(
    struct bytes text, const char *library, const char *name, struct buf *out);

/* Append text without the stanzas for which drop() is true; how many those are.
 */
size_t pkcs11_txt_drop(struct bytes text,
    bool (*drop)(void *arg, const struct pkcs11_stanza *s), void *arg,
    struct buf *out);

/*
 * What a file can carry as a library or a name: UTF-8 or not, but no control
 * character, quote, or blank at an end.
 */
bool pkcs11_txt_can_hold(const char *value);

#endif
