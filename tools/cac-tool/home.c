/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/cac-tool/home.h"
#include "tools/cac-tool/tool.h"

/* Relative paths in these variables are invalid, says the specification. */
static char *
xdg(const char *variable, const char *home, const char *fallback)
{
	const char *value = secure_getenv(variable);

	if (value != NULL && value[0] == '/')
		return tool_print("%s", value);
	return tool_print("%s/%s", home, fallback);
}

bool
home_find(struct home *out)
{
	const char *dir = secure_getenv("HOME");
	struct passwd *user;

	if (dir == NULL || dir[0] != '/') {
		user = getpwuid(geteuid());
		dir = user != NULL ? user->pw_dir : NULL;
	}
	if (dir == NULL || dir[0] != '/') {
		complain("no home folder: HOME is not set");
		return false;
	}
	out->dir = tool_print("%s", dir);
	out->config = xdg("XDG_CONFIG_HOME", dir, ".config");
	out->data = xdg("XDG_DATA_HOME", dir, ".local/share");
	out->state = xdg("XDG_STATE_HOME", dir, ".local/state");
	return true;
}

bool
home_may_write(const struct home *home, const char *command)
{
	const char *sudo = getenv("SUDO_UID");
	struct stat st;

	if (stat(home->dir, &st) != 0) {
		complain("%s: %s", home->dir, strerror(errno));
		return false;
	}
	if (geteuid() == 0 && sudo != NULL && strcmp(sudo, "0") != 0) {
		complain("this is sudo: files in a home must not be root's. "
			 "Run 'cac-tool %s' without sudo, or, for all users, "
			 "'sudo cac-tool %s --system'",
		    command, command);
		return false;
	}
	if (st.st_uid != geteuid()) {
		complain("%s belongs to another user: nothing is written "
			 "there. Run 'cac-tool %s' as that user",
		    home->dir, command);
		return false;
	}
	return true;
}

char *
home_short(const struct home *home, const char *path)
{
	size_t n = strlen(home->dir);

	if (n > 1 && strncmp(path, home->dir, n) == 0 && path[n] == '/')
		return tool_print("~%s", path + n);
	return tool_print("%s", path);
}
