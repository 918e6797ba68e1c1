/* SPDX-License-Identifier: BSD-2-Clause */
/* Our module in one NSS database. */
#ifndef CAC_TOOL_NSS_MODULE_H
#define CAC_TOOL_NSS_MODULE_H

#include "tools/cac-tool/databases.h"
#include "tools/cac-tool/record.h"

#define NSS_OTHERS_MAX 16

/* A module that is dead, or for the same cards. */
struct nss_other {
	char *name, *library;
	bool dead; /* its file is not there */
};

struct nss_view {
	const char *wrong; /* it cannot be read; the rest is empty then */
	bool no_list;	   /* there is no pkcs11.txt yet */
	bool old_format;   /* databases of NSS before 3.12 only */
	char *library;	   /* ours, as registered; NULL: it is not */
	bool right;	   /* that is the module meant, once */
	bool by_proxy;	   /* p11-kit-proxy is loaded */
	size_t others;
	struct nss_other other[NSS_OTHERS_MAX];
};

void
nss_look(const struct database *d, const char *module, struct nss_view *out);

/* "OpenSC (/usr/lib/opensc-pkcs11.so), for the same cards" */
char *nss_words(const struct nss_other *other);

enum nss_done {
	NSS_UNCHANGED, /* it was so already */
	NSS_CHANGED,
	NSS_CREATED, /* and the database was made for it */
	NSS_FAILED   /* *wrong tells why; nothing has changed */
};

struct nss_job {
	struct record *record;
	const char *module;
	bool replace; /* dead and rival modules go */
	bool dry;     /* only say what would be done */
};

enum nss_done nss_register(
    const struct nss_job *job, const struct database *d, const char **wrong);
enum nss_done nss_unregister(
    const struct nss_job *job, const struct database *d, const char **wrong);

#endif
