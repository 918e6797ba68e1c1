/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changing a JSON text (RFC 8259) that people write by hand: what is not meant
 * stays byte for byte. Pure.
 */
#ifndef CAC_TOOL_JSON_TEXT_H
#define CAC_TOOL_JSON_TEXT_H

#include "base/buf.h"

#define JSON_TEXT_MAX 1048576 /* bytes of a text */

/* Whether it is one value and nothing else. */
bool json_text_check(struct bytes text) MUST_CHECK;

enum json_text_found { JSON_TEXT_NONE, JSON_TEXT_ONE, JSON_TEXT_MANY };

/*
 * The value of a member of an object, both with their brackets or quotes. NONE
 * also when it is no object; MANY: readers differ in which one they take. For a
 * text that was checked. Keys are compared as they are written.
 */
enum json_text_found
json_text_member(struct bytes object, const char *key, struct bytes *value);

/* The members of an object, or the elements of an array. */
size_t json_text_count(struct bytes value);

/* Whether an array holds this string. */
bool json_text_has(struct bytes array, const char *string);

/*
 * Append to out the text with member "key": value put into the object, first of
 * all; object is a part of text.
 */
void json_text_put_member(struct bytes text, struct bytes object,
    const char *key, const char *value, struct buf *out);

/* The same for a string and an array. */
void json_text_put_string(
    struct bytes text, struct bytes array, const char *string, struct buf *out);

/*
 * Append to out the text without a member of an object that has one, or without
 * a string in an array.
 */
void json_text_drop_member(
    struct bytes text, struct bytes object, const char *key, struct buf *out);
void json_text_drop_string(
    struct bytes text, struct bytes array, const char *string, struct buf *out);

/* A string with its quotes. */
void json_text_quote(const char *string, struct buf *out);

#endif
