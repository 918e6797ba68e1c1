/* SPDX-License-Identifier: BSD-2-Clause */
/* Which PKCS#11 module is registered, and which others are in its way. */
#ifndef CAC_TOOL_MODULE_H
#define CAC_TOOL_MODULE_H

#include "base/bytes.h"

/* What it is called wherever it is registered. */
#define MODULE_NAME "cac-pkcs11"

/*
 * The absolute path: as given, or as installed. NULL after one line on stderr:
 * it is not there, or cannot be written into a list of modules.
 */
const char *module_path(const char *given);

/* As installed, whether it is there or not. */
const char *module_installed(void);

enum module_kind {
	MODULE_OURS,  /* under our name, or our file */
	MODULE_PROXY, /* p11-kit's, which shows what is registered with it */
	MODULE_DEAD,  /* its file is not there */
	MODULE_RIVAL, /* another one for the same cards */
	MODULE_OTHER
};

/*
 * path is our module's; dead modules are known only where the files of this
 * system are seen.
 */
enum module_kind module_kind(
    struct bytes library, struct bytes name, const char *path, bool files_seen);

#endif
