/* SPDX-License-Identifier: BSD-2-Clause */
/* Certificates of authorities: which to add, and where. */
#ifndef CAC_TOOL_TRUST_H
#define CAC_TOOL_TRUST_H

#include "tools/cac-tool/bundle.h"
#include "tools/cac-tool/target.h"

struct trust {
	struct target_options where;
	struct target target;
	struct option_values roots; /* as given: files and fingerprints */
	const char *password_file;  /* of the databases */
	bool dry;
	struct bundle files; /* what the operands hold */
	struct bundle named; /* the roots */
	struct bundle good;  /* the roots, and what chains to them */
	unsigned left_out;
	struct tally tally;
};

/* Fill named from roots; false after one line on stderr. */
bool trust_find_roots(struct trust *t);

/*
 * Fill good; what is no authority, has expired, or does not chain to a root
 * (RFC 5280, 6.1) is told on stderr and counted.
 */
void trust_verify(struct trust *t);
bool trust_is_root(const struct trust *t, const struct certificate *c);

/* "DoD Root CA 3, until 2029-12-30, SHA-256 ..." */
char *trust_describe(const struct certificate *c);

/*
 * NSS: by certutil, all certificates; roots for servers, clients and mail, the
 * others without trust of their own. Remove takes back what is recorded of
 * these certificates, or everything when there are none.
 */
bool trust_nss_ready(void);
void trust_nss_add(struct trust *t);
void trust_nss_remove(struct trust *t);
void trust_nss_status(struct trust *t);

/* The system's store, which p11-kit shows: the roots. */
void trust_system_add(struct trust *t);
void trust_system_remove(struct trust *t);
void trust_system_status(struct trust *t);

#endif
