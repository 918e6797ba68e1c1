/* SPDX-License-Identifier: BSD-2-Clause */
/* Certificates from files: PEM, DER, and PKCS#7 (.p7b) in either form. */
#ifndef CAC_TOOL_BUNDLE_H
#define CAC_TOOL_BUNDLE_H

#include "tools/cac-tool/certificate.h"

#define BUNDLE_FILE_MAX 4194304 /* bytes */
#define BUNDLE_MAX	2000	/* certificates */

struct bundle {
	struct certificate *list[BUNDLE_MAX];
	size_t n;
};

/* False after one line on stderr. A certificate that is there twice counts
 * once. */
bool bundle_read(struct bundle *b, const char *path);
bool bundle_add(struct bundle *b, struct certificate *c);

/* All certificates in a PEM text; false: one is bad, or there is none. */
bool bundle_add_pem(struct bundle *b, struct bytes text);

/* Whose signature c bears; NULL: none of these, or its own. */
struct certificate *
bundle_issuer(const struct bundle *b, const struct certificate *c);

/* By its SHA-256; NULL: it is not there. */
struct certificate *
bundle_find(const struct bundle *b, const uint8_t sha256[SHA256_BYTES]);

#endif
