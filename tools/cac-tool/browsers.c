/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "tools/cac-tool/browsers.h"
#include "tools/cac-tool/file.h"
#include "tools/cac-tool/tool.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The first word of a browser is the one that it is called by. */
static const struct {
	const char *word;
	unsigned browsers;
	const char *name;
} names[] = {
    {"chrome", BROWSER_CHROMIUM, "Chrome and Chromium"},
    {"chromium", BROWSER_CHROMIUM, NULL},
    {"firefox", BROWSER_FIREFOX, "Firefox"},
    {"thunderbird", BROWSER_THUNDERBIRD, "Thunderbird"},
    {"other", BROWSER_OTHER, "NSS database"},
};

static const struct {
	enum browser browser;
	const char *name;
} programs[] = {
    {BROWSER_CHROMIUM, "chromium"},
    {BROWSER_CHROMIUM, "chromium-browser"},
    {BROWSER_CHROMIUM, "google-chrome"},
    {BROWSER_CHROMIUM, "google-chrome-stable"},
    {BROWSER_CHROMIUM, "brave-browser"},
    {BROWSER_CHROMIUM, "microsoft-edge"},
    {BROWSER_CHROMIUM, "vivaldi"},
    {BROWSER_FIREFOX, "firefox"},
    {BROWSER_FIREFOX, "firefox-esr"},
    {BROWSER_THUNDERBIRD, "thunderbird"},
};

/* Where those made of Chromium keep their settings. */
static const char *const chromium_configs[] = {"chromium", "google-chrome",
    "BraveSoftware/Brave-Browser", "microsoft-edge", "vivaldi"};

static size_t
find_name(enum browser browser)
{
	size_t i = 0;

	while (i + 1 < COUNT(names) && names[i].browsers != (unsigned)browser)
		i++;
	return i;
}

const char *
browser_name(enum browser browser)
{
	return names[find_name(browser)].name;
}

const char *
browser_word(enum browser browser)
{
	return names[find_name(browser)].word;
}

unsigned
browser_parse(const char *name)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		if (strcasecmp(name, names[i].word) == 0)
			return names[i].browsers;
	}
	complain("--browser: %s is none of chrome, firefox, thunderbird", name);
	return 0;
}

bool
program_exists(const char *name)
{
	const char *path = getenv("PATH");

	if (path == NULL)
		path = "/usr/local/bin:/usr/bin:/bin";
	while (*path != '\0') {
		size_t n = strcspn(path, ":");

		if (n > 0 &&
		    access(tool_print("%.*s/%s", (int)n, path, name), X_OK) ==
			0)
			return true;
		path += n + (path[n] == ':');
	}
	return false;
}

bool
browser_exists(enum browser browser, const struct home *home)
{
	for (size_t i = 0; i < COUNT(programs); i++) {
		if (programs[i].browser == browser &&
		    program_exists(programs[i].name))
			return true;
	}
	for (size_t i = 0;
	     browser == BROWSER_CHROMIUM && i < COUNT(chromium_configs); i++) {
		if (file_is_folder(
			tool_print("%s/%s", home->config, chromium_configs[i])))
			return true;
	}
	return false;
}

/* A link to "address:+pid" or "host-pid"; 0 when that process is gone. */
static long
linked_pid(const char *path, char before)
{
	char target[256], *end;
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	long pid;

	if (n <= 0)
		return 0;
	target[n] = '\0';
	end = strrchr(target, before);
	pid = end != NULL ? strtol(end + 1, NULL, 10) : 0;
	return pid > 1 && kill((pid_t)pid, 0) == 0 ? pid : 0;
}

long
browser_mozilla_pid(const char *profile)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd;

	fd = open(tool_print("%s/.parentlock", profile),
	    O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0) {
		int got = fcntl(fd, F_GETLK, &l);

		(void)close(fd);
		if (got == 0 && l.l_type != F_UNLCK)
			return l.l_pid > 0 ? l.l_pid : 1;
	}
	return linked_pid(tool_print("%s/lock", profile), '+');
}

long
browser_chromium_pid(const struct home *home)
{
	long pid = 0;

	for (size_t i = 0; pid == 0 && i < COUNT(chromium_configs); i++)
		pid = linked_pid(tool_print("%s/%s/SingletonLock", home->config,
				     chromium_configs[i]),
		    '-');
	return pid;
}
