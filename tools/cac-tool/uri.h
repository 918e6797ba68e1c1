/* SPDX-License-Identifier: BSD-2-Clause */
/* PKCS#11 URIs (RFC 7512), written as p11-kit and p11tool do. */
#ifndef CAC_TOOL_URI_H
#define CAC_TOOL_URI_H

#include "base/bytes.h"

/* What the module says of a card (CK_TOKEN_INFO). */
struct uri_token {
	const char *model;
	const char *serial;
	const char *label;
};

/* Of a certificate; lives until tool_end(). */
char *uri_certificate(
    const struct uri_token *token, struct bytes id, const char *label);

/* The fields of CK_TOKEN_INFO as the module fills them. */
char *uri_token_label(const char *common_name);
char *uri_token_serial(const char *card_serial);

#endif
