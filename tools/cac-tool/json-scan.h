/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding one's way in a JSON text (RFC 8259), token by token. Pure. */
#ifndef CAC_TOOL_JSON_SCAN_H
#define CAC_TOOL_JSON_SCAN_H

#include <stdbool.h>

#include "base/bytes.h"

#define JSON_SCAN_DEPTH 64 /* of arrays and objects in each other */

void json_scan_blanks(struct bytes *in);

/*
 * Each takes what its name says off the front of in; false: something else
 * stands there, and in may have lost a part of it.
 */
bool json_scan_byte(struct bytes *in, char want);
bool json_scan_string(struct bytes *in); /* with its quotes */
bool json_scan_value(struct bytes *in);

#endif
