/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "tools/cac-tool/file.h"
#include "tools/cac-tool/module.h"
#include "tools/cac-tool/pkcs11-txt.h"
#include "tools/cac-tool/tool.h"

/* Other software for the Common Access Card, by file name. */
static const char *const rivals[] = {"opensc-pkcs11.so",
    "onepin-opensc-pkcs11.so", "libcackey.so", "libcackey_g.so",
    "libcoolkeypk11.so", "libacpkcs211.so", "libacpkcs.so"};

const char *
module_installed(void)
{
	return PKCS11_DIR "/cac-pkcs11.so";
}

const char *
module_path(const char *given)
{
	const char *path =
	    given != NULL ? file_absolute(given) : module_installed();

	if (!file_is_plain(path)) {
		complain("%s: %s; %s", path,
		    access(path, F_OK) != 0 ? strerror(errno)
					    : "not a plain file",
		    given != NULL ? "--module names the PKCS#11 module"
				  : "install it, or name it with --module");
		return NULL;
	}
	if (!pkcs11_txt_can_hold(path)) {
		complain("%s: no list of modules can hold such a name", path);
		return NULL;
	}
	return path;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

enum module_kind
module_kind(
    struct bytes library, struct bytes name, const char *path, bool files_seen)
{
	const char *file = tool_string(library);

	if (library.n == 0)
		return MODULE_OTHER;
	if (pkcs11_txt_is(name, MODULE_NAME) || file_is_same(file, path))
		return MODULE_OURS;
	if (strcmp(base_name(file), "p11-kit-proxy.so") == 0)
		return MODULE_PROXY;
	/* A bare name is looked for by the dynamic linker. */
	if (files_seen && file[0] == '/' && access(file, F_OK) != 0)
		return MODULE_DEAD;
	if (strcmp(base_name(file), base_name(module_installed())) == 0)
		return MODULE_RIVAL;
	for (size_t i = 0; i < sizeof(rivals) / sizeof(rivals[0]); i++) {
		if (strcmp(base_name(file), rivals[i]) == 0)
			return MODULE_RIVAL;
	}
	return MODULE_OTHER;
}
