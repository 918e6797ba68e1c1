/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where browsers keep their databases. Chromium: as observed with version 156.
 * Mozilla: profiles.ini of each place that versions up to 153 use.
 */
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "tools/cac-tool/databases.h"
#include "tools/cac-tool/file.h"
#include "tools/cac-tool/profiles-ini.h"
#include "tools/cac-tool/tool.h"

enum base { IN_HOME, IN_CONFIG, IN_DATA };

struct place {
	enum browser browser;
	enum confinement confined;
	enum base base;
	const char *path;
};

/* Folders with a profiles.ini. */
static const struct place mozilla[] = {
    {BROWSER_FIREFOX, CONFINED_NOT, IN_HOME, ".mozilla/firefox"},
    {BROWSER_FIREFOX, CONFINED_NOT, IN_CONFIG, "mozilla/firefox"},
    {BROWSER_FIREFOX, CONFINED_SNAP, IN_HOME,
	"snap/firefox/common/.mozilla/firefox"},
    {BROWSER_FIREFOX, CONFINED_SNAP, IN_HOME,
	"snap/firefox/common/.config/mozilla/firefox"},
    {BROWSER_FIREFOX, CONFINED_FLATPAK, IN_HOME,
	".var/app/org.mozilla.firefox/.mozilla/firefox"},
    {BROWSER_FIREFOX, CONFINED_FLATPAK, IN_HOME,
	".var/app/org.mozilla.firefox/config/mozilla/firefox"},
    {BROWSER_THUNDERBIRD, CONFINED_NOT, IN_HOME, ".thunderbird"},
    {BROWSER_THUNDERBIRD, CONFINED_NOT, IN_CONFIG, "thunderbird"},
    {BROWSER_THUNDERBIRD, CONFINED_SNAP, IN_HOME,
	"snap/thunderbird/common/.thunderbird"},
    {BROWSER_THUNDERBIRD, CONFINED_FLATPAK, IN_HOME,
	".var/app/org.mozilla.Thunderbird/.thunderbird"},
};

/* Databases of Chromium; a native one is first come, first used. */
static const struct place nssdb[] = {
    {BROWSER_CHROMIUM, CONFINED_NOT, IN_HOME, ".pki/nssdb"},
    {BROWSER_CHROMIUM, CONFINED_NOT, IN_DATA, "pki/nssdb"},
    {BROWSER_CHROMIUM, CONFINED_SNAP, IN_HOME, "snap/*/current/.pki/nssdb"},
    {BROWSER_CHROMIUM, CONFINED_SNAP, IN_HOME,
	"snap/*/current/.local/share/pki/nssdb"},
    {BROWSER_CHROMIUM, CONFINED_FLATPAK, IN_HOME, ".var/app/*/.pki/nssdb"},
    {BROWSER_CHROMIUM, CONFINED_FLATPAK, IN_HOME, ".var/app/*/data/pki/nssdb"},
};

/* What shows that one of Chromium's kind is there, and which are running. */
static const char *const chromium_programs[] = {"chromium", "chromium-browser",
    "google-chrome", "google-chrome-stable", "brave-browser", "microsoft-edge",
    "vivaldi"};
static const char *const chromium_configs[] = {"chromium", "google-chrome",
    "BraveSoftware/Brave-Browser", "microsoft-edge", "vivaldi"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

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

const char *
browser_name(enum browser browser)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		if (names[i].browsers == (unsigned)browser)
			return names[i].name;
	}
	return "?";
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

static char *
place_path(const struct home *home, const struct place *place)
{
	const char *base = place->base == IN_HOME ? home->dir
	    : place->base == IN_CONFIG		  ? home->config
						  : home->data;

	return tool_print("%s/%s", base, place->path);
}

static const char *
confined_word(enum confinement confined)
{
	return confined == CONFINED_SNAP   ? " (snap)"
	    : confined == CONFINED_FLATPAK ? " (Flatpak)"
					   : "";
}

/* Two names may lead to the same folder. */
static bool
is_known(const struct databases *all, const char *dir)
{
	for (size_t i = 0; i < all->n; i++) {
		if (file_is_same(all->list[i].dir, dir))
			return true;
	}
	return false;
}

static struct database *
add(struct databases *all, const struct place *place, char *dir, char *title)
{
	struct database *d = &all->list[all->n];

	if (is_known(all, dir))
		return NULL;
	if (all->n == DATABASES_MAX) {
		all->too_many = true;
		return NULL;
	}
	all->n++;
	*d = (struct database){
	    .browser = place->browser,
	    .confined = place->confined,
	    .title = title,
	    .dir = dir,
	    .exists = file_is_folder(dir),
	};
	return d;
}

/* Whoever holds the lock that Mozilla's programs put on a profile. */
static long
mozilla_user(const char *dir)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char target[256], *plus;
	ssize_t n;
	long pid;
	int fd;

	fd = open(tool_print("%s/.parentlock", dir),
	    O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0) {
		int got = fcntl(fd, F_GETLK, &l);

		(void)close(fd);
		if (got == 0 && l.l_type != F_UNLCK)
			return l.l_pid > 0 ? l.l_pid : 1;
	}
	/* The older one: a link to "address:+pid". */
	n = readlink(tool_print("%s/lock", dir), target, sizeof(target) - 1);
	if (n <= 0)
		return 0;
	target[n] = '\0';
	plus = strrchr(target, '+');
	pid = plus != NULL ? strtol(plus + 1, NULL, 10) : 0;
	return pid > 1 && kill((pid_t)pid, 0) == 0 ? pid : 0;
}

/* Chromium's link to "host-pid" in the folder of its settings. */
static long
chromium_user(const struct home *home)
{
	char target[256], *dash;
	ssize_t n;
	long pid;

	for (size_t i = 0; i < COUNT(chromium_configs); i++) {
		n = readlink(tool_print("%s/%s/SingletonLock", home->config,
				 chromium_configs[i]),
		    target, sizeof(target) - 1);
		if (n <= 0)
			continue;
		target[n] = '\0';
		dash = strrchr(target, '-');
		pid = dash != NULL ? strtol(dash + 1, NULL, 10) : 0;
		if (pid > 1 && kill((pid_t)pid, 0) == 0)
			return pid;
	}
	return 0;
}

static void
add_profiles(
    struct databases *all, const struct home *home, const struct place *place)
{
	char *root = place_path(home, place), *path, *name;
	struct database *d;
	struct profile p;
	struct file ini;
	struct bytes rest;
	const char *wrong;

	path = tool_print("%s/profiles.ini", root);
	wrong = file_read(path, PROFILES_INI_MAX, &ini);
	if (wrong != NULL) {
		complain("%s: %s", path, wrong);
		return;
	}
	rest = ini.text;
	while (profiles_ini_next(&rest, &p)) {
		path = tool_string(p.path);
		if (p.relative || path[0] != '/')
			path = tool_print("%s/%s", root, path);
		name = p.name.n > 0 ? tool_string(p.name) : path;
		d = add(all, place, path,
		    tool_print("%s profile %s%s", browser_name(place->browser),
			name, confined_word(place->confined)));
		if (d != NULL)
			d->user_pid = mozilla_user(d->dir);
	}
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

static bool
chromium_exists(const struct home *home)
{
	for (size_t i = 0; i < COUNT(chromium_programs); i++) {
		if (program_exists(chromium_programs[i]))
			return true;
	}
	for (size_t i = 0; i < COUNT(chromium_configs); i++) {
		if (file_is_folder(
			tool_print("%s/%s", home->config, chromium_configs[i])))
			return true;
	}
	return false;
}

/* The first one hides the second. */
static void
add_chromium(struct databases *all, const struct home *home, bool wanted)
{
	const struct place *place = &nssdb[0];
	struct database *d;

	if (!file_is_folder(place_path(home, place)))
		place = &nssdb[1];
	if (!wanted && !file_is_folder(place_path(home, place)) &&
	    !chromium_exists(home))
		return;
	d = add(all, place, place_path(home, place),
	    tool_print("%s", browser_name(BROWSER_CHROMIUM)));
	if (d != NULL)
		d->user_pid = chromium_user(home);
}

/* For glob(). */
static char *
escape_pattern(const char *path)
{
	char *out = tool_alloc(2 * strlen(path) + 1), *to = out;

	for (; *path != '\0'; path++) {
		if (strchr("*?[\\", *path) != NULL)
			*to++ = '\\';
		*to++ = *path;
	}
	return out;
}

/* The name of the snap or of the Flatpak is in the path. */
static void
add_confined(
    struct databases *all, const struct home *home, const struct place *place)
{
	glob_t found;

	if (glob(tool_print("%s/%s", escape_pattern(home->dir), place->path), 0,
		NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *word = strstr(place->path, "/*/");
		const char *name = found.gl_pathv[i] + strlen(home->dir) + 1 +
		    (word - place->path) + 1;

		(void)add(all, place, tool_print("%s", found.gl_pathv[i]),
		    tool_print("%.*s%s", (int)strcspn(name, "/"), name,
			confined_word(place->confined)));
	}
	globfree(&found);
}

struct databases *
databases_find(const struct home *home, unsigned browsers, unsigned wanted)
{
	struct databases *all = tool_alloc(sizeof(*all));

	if (browsers & BROWSER_CHROMIUM) {
		add_chromium(all, home, (wanted & BROWSER_CHROMIUM) != 0);
		for (size_t i = 2; i < COUNT(nssdb); i++)
			add_confined(all, home, &nssdb[i]);
	}
	for (size_t i = 0; i < COUNT(mozilla); i++) {
		if (browsers & mozilla[i].browser)
			add_profiles(all, home, &mozilla[i]);
	}
	if (all->too_many)
		complain("more than %d databases: the rest is left out",
		    DATABASES_MAX);
	return all;
}

void
databases_add(struct databases *all, const char *dir)
{
	static const struct place other = {
	    BROWSER_OTHER, CONFINED_NOT, IN_HOME, ""};

	if (strncmp(dir, "sql:", 4) == 0)
		dir += 4;
	(void)add(all, &other, file_absolute(dir),
	    tool_print("%s", browser_name(BROWSER_OTHER)));
}
