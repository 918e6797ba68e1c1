/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/cac-tool/edit.h"
#include "tools/cac-tool/module.h"
#include "tools/cac-tool/p11-kit.h"
#include "tools/cac-tool/tool.h"

#define MODULE_FILE_MAX	 65536
#define MODULE_FILES_MAX 256
#define SYSTEM_FOLDER	 "/etc/pkcs11/modules"

/* Fedora's way to load p11-kit-proxy into each NSS program. */
static const char nss_policy[] = "/etc/crypto-policies/back-ends/nss.config";

/* The value of "module:", without blanks; NULL: none. */
static char *
module_of(struct bytes text)
{
	char *line, *rest = tool_string(text);

	while ((line = strsep(&rest, "\n")) != NULL) {
		size_t n;

		line += strspn(line, " \t");
		if (strncmp(line, "module", 6) != 0)
			continue;
		line += 6;
		line += strspn(line, " \t");
		if (*line != ':')
			continue;
		line++;
		line += strspn(line, " \t");
		n = strlen(line);
		while (n > 0 && strchr(" \t\r", line[n - 1]) != NULL)
			n--;
		return n > 0 ? tool_print("%.*s", (int)n, line) : NULL;
	}
	return NULL;
}

/* A name without a folder is one of p11-kit's own. */
static char *
library_path(const char *value)
{
	if (value[0] == '/')
		return tool_print("%s", value);
	return tool_print("%s/%s", P11_MODULE_PATH, value);
}

static void
look_at_file(const char *path, bool for_all, struct p11_kit_view *out)
{
	struct file f;
	char *value, *library;
	enum module_kind kind;

	if (file_read(path, MODULE_FILE_MAX, &f) != NULL)
		return;
	value = module_of(f.text);
	if (value == NULL)
		return;
	library = library_path(value);
	kind = module_kind(bytes_of(library, strlen(library)), bytes_of("", 0),
	    module_installed(), false);
	if (strstr(path, "/" MODULE_NAME ".module") != NULL ||
	    kind == MODULE_OURS) {
		out->file = tool_print("%s", path);
		out->library = library;
		out->dead = access(library, R_OK) != 0;
		out->for_all = for_all;
	} else if (kind == MODULE_RIVAL && access(library, R_OK) == 0) {
		out->rival = tool_print("%s", path);
	}
}

static void
look_in(const char *folder, bool for_all, struct p11_kit_view *out)
{
	struct dirent *e;
	DIR *dir = opendir(folder);

	if (dir == NULL)
		return;
	for (unsigned i = 0; i < MODULE_FILES_MAX && (e = readdir(dir)); i++) {
		const char *end = strrchr(e->d_name, '.');

		if (end != NULL && strcmp(end, ".module") == 0)
			look_at_file(tool_print("%s/%s", folder, e->d_name),
			    for_all, out);
	}
	(void)closedir(dir);
}

static bool
nss_loads_proxy(void)
{
	struct file f;

	return file_read(nss_policy, MODULE_FILE_MAX, &f) == NULL &&
	    strstr(tool_string(f.text), "p11-kit-proxy") != NULL;
}

void
p11_kit_look(const struct home *home, struct p11_kit_view *out)
{
	*out = (struct p11_kit_view){0};
	/* Later folders win, as in p11-kit. */
	look_in(P11_MODULE_CONFIGS, true, out);
	look_in(SYSTEM_FOLDER, true, out);
	if (home != NULL && geteuid() != 0)
		look_in(
		    tool_print("%s/pkcs11/modules", home->config), false, out);
	if (nss_loads_proxy())
		out->by_nss = tool_print("%s", nss_policy);
}

char *
p11_kit_user_file(const struct home *home)
{
	return tool_print(
	    "%s/pkcs11/modules/%s.module", home->config, MODULE_NAME);
}

const char *
p11_kit_system_file(void)
{
	return SYSTEM_FOLDER "/" MODULE_NAME ".module";
}

const char *
p11_kit_register(struct record *r, const char *file, const char *module)
{
	struct bytes before;
	const char *wrong;
	char *folder, *text;
	struct edit e;

	wrong = edit_open(r, file, MODULE_FILE_MAX, &e);
	if (wrong != NULL)
		return wrong;
	folder = tool_print("%s", file);
	*strrchr(folder, '/') = '\0';
	wrong = file_make_folder(folder,
	    strncmp(file, "/etc/", 5) == 0 ? 0755 : 0700, record_made, r);
	if (wrong != NULL)
		return wrong;
	text = tool_print("module: %s\n", module);
	before = e.untouched ? e.before : e.file.text;
	return edit_write(&e,
	    (e.untouched ? e.was_there : e.file.exists) ? &before : NULL,
	    bytes_of(text, strlen(text)), 0644);
}

const char *
p11_kit_unregister(struct record *r, const char *file, bool *found)
{
	const char *wrong;
	struct edit e;

	*found = false;
	wrong = edit_open(r, file, MODULE_FILE_MAX, &e);
	if (wrong != NULL || !e.file.exists || e.entry == NULL)
		return wrong;
	*found = true;
	wrong = edit_claim(&e, MODULE_FILE_MAX);
	return wrong != NULL ? wrong : edit_undo(&e, e.file.text);
}
