/* SPDX-License-Identifier: BSD-2-Clause */
/* What people want to know of a certificate (RFC 5280). */
#ifndef CAC_TOOL_CERTIFICATE_H
#define CAC_TOOL_CERTIFICATE_H

#include <stdbool.h>
#include <time.h>

#include "tools/cac-tool/crypto.h"

#define CERTIFICATE_EKUS_MAX	 16
#define CERTIFICATE_PURPOSES_MAX 5

/* keyUsage, in the order of its bits. */
#define CERTIFICATE_USAGES 9
extern const char *const certificate_usages[CERTIFICATE_USAGES];

struct certificate {
	X509 *x509;
	struct bytes der;
	uint8_t sha256[SHA256_BYTES];
	char *subject; /* RFC 4514 */
	char *issuer;
	char *common_name; /* of the subject, the first; NULL: none */
	char *serial;	   /* in hex */
	bool dated;
	time_t not_before, not_after;
	char *key_type; /* "RSA", "EC P-256" */
	int key_bits;
	bool has_usage;
	unsigned usage; /* bit n: certificate_usages[n] */
	size_t eku_count;
	char *eku[CERTIFICATE_EKUS_MAX]; /* dotted */
	bool authority;
	bool self_issued; /* and signed by its own key */
};

/* der is copied. NULL: it is no certificate. Lives until tool_end(). */
struct certificate *certificate_new(struct bytes der);

/*
 * What for: "authentication", "signing", "encryption", "card authentication",
 * or "authority". How many.
 */
size_t certificate_purposes(const struct certificate *c,
    const char *purposes[CERTIFICATE_PURPOSES_MAX]);

/* Whole days until it ends, negative when it has. For a dated one. */
long certificate_days_left(const struct certificate *c, time_t now);

#define CERTIFICATE_WARN_DAYS 60

/* "until 2027-03-01", "expired 2020-01-01", "expires in 9 days". */
char *certificate_validity(const struct certificate *c, time_t now);

/* Whether issuer's name and key made the signature. */
bool certificate_issued_by(
    const struct certificate *c, const struct certificate *issuer);

/* PEM; lives until tool_end(). */
struct bytes certificate_pem(const struct certificate *c);

#endif
