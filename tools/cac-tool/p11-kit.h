/* SPDX-License-Identifier: BSD-2-Clause */
/* p11-kit's module files (pkcs11.conf(5)). */
#ifndef CAC_TOOL_P11_KIT_H
#define CAC_TOOL_P11_KIT_H

#include "tools/cac-tool/home.h"
#include "tools/cac-tool/record.h"

struct p11_kit_view {
	char *file;    /* the module file that names ours; NULL: none does */
	char *library; /* what it names, as a path */
	bool dead;     /* and that is not there */
	bool for_all;  /* it is not this user's alone */
	char *rival;   /* the file of another module for these cards */
	char *by_nss;  /* where it says that all NSS programs load p11-kit */
};

/* home may be NULL: the system's only. */
void p11_kit_look(const struct home *home, struct p11_kit_view *out);

/* Where register writes. */
char *p11_kit_user_file(const struct home *home);
const char *p11_kit_system_file(void);

/* NULL, or what is wrong. */
const char *
p11_kit_register(struct record *r, const char *file, const char *module);
/* *found: there was one. */
const char *p11_kit_unregister(struct record *r, const char *file, bool *found);

#endif
