/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where browsers keep their databases. Chromium: as observed with version 156.
 * Mozilla: profiles.ini of each place that versions up to 153 use.
 */
#include <glob.h>
#include <stdlib.h>
#include <string.h>

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

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

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
			d->user_pid = browser_mozilla_pid(d->dir);
	}
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
	    !browser_exists(BROWSER_CHROMIUM, home))
		return;
	d = add(all, place, place_path(home, place),
	    tool_print("%s", browser_name(BROWSER_CHROMIUM)));
	if (d != NULL)
		d->user_pid = browser_chromium_pid(home);
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
