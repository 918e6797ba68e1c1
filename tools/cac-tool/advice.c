/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "tools/cac-tool/advice.h"
#include "tools/cac-tool/text.h"

static bool
starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* The folders from which ssh-agent loads modules (ssh-agent(1), -P). */
bool
advice_agent_takes(const char *module)
{
	return starts_with(module, "/usr/lib") ||
	    starts_with(module, "/usr/local/lib");
}

void
advice_programs(const char *module)
{
	module = text_clean(module);
	printf("\nPrograms that are told where the module is:\n"
	       "  ssh       a line in ~/.ssh/config: PKCS11Provider %s\n"
	       "            or, with an agent: ssh-add -s %s\n",
	    module, module);
	if (!advice_agent_takes(module))
		printf("            (the agent takes it only if started as: "
		       "ssh-agent -P '%s')\n",
		    module);
	printf("  curl      with OpenSSL's engine (Debian: "
	       "libengine-pkcs11-openssl):\n"
	       "            PKCS11_MODULE_PATH=%s curl -E 'pkcs11:id=%%01' "
	       "...\n"
	       "            'cac-tool list' shows the ids\n"
	       "  OpenSSL   with pkcs11-provider, in openssl.cnf: "
	       "pkcs11-module-path = %s\n",
	    module, module);
}

static const struct database *
first_confined(const struct target *t, enum confinement confined)
{
	for (size_t i = 0; i < t->databases->n; i++) {
		if (t->databases->list[i].confined == confined)
			return &t->databases->list[i];
	}
	return NULL;
}

static void
list_confined(const struct target *t, enum confinement confined)
{
	for (size_t i = 0; i < t->databases->n; i++) {
		const struct database *d = &t->databases->list[i];

		if (d->confined == confined)
			printf("  %s\n", text_clean(target_name(t, d)));
	}
}

static void
advise_snap(const struct target *t)
{
	printf("\nIn a snap, and left alone:\n");
	list_confined(t, CONFINED_SNAP);
	printf(
	    "A snap cannot use this module: it loads no library from outside,\n"
	    "has no access to USB devices, and its runtime has no\n"
	    "p11-kit-client.so that could ask a server. Use the browser as a\n"
	    "package of the distribution or of its maker (Firefox:\n"
	    "packages.mozilla.org), then run 'cac-tool register' again.\n");
}

/* "org.mozilla.firefox" of ~/.var/app/org.mozilla.firefox/... */
static char *
flatpak_id(const struct target *t, const struct database *d)
{
	const char *p = d->dir + strlen(t->home.dir) + strlen("/.var/app/");

	return tool_print("%.*s", (int)strcspn(p, "/"), p);
}

/* The client in Flatpak's runtimes, which are laid out as Debian is. */
static char *
runtime_client(void)
{
	struct utsname u;

	return tool_print("/usr/lib/%s-linux-gnu/pkcs11/p11-kit-client.so",
	    uname(&u) == 0 ? u.machine : "x86_64");
}

static void
advise_flatpak(const struct target *t, const char *module)
{
	char *id = flatpak_id(t, first_confined(t, CONFINED_FLATPAK));

	printf("\nIn a Flatpak, and left alone:\n");
	list_confined(t, CONFINED_FLATPAK);
	printf("A Flatpak does not see this module; p11-kit (Debian: p11-kit) "
	       "can\n"
	       "serve it. Write this to\n"
	       "~/.config/systemd/user/cac-p11-kit-server.service:\n"
	       "\n"
	       "[Unit]\n"
	       "Description=Common Access Card for programs in a Flatpak\n"
	       "[Service]\n"
	       "RuntimeDirectory=cac-pkcs11\n"
	       "ExecStart=/usr/bin/p11-kit server --foreground "
	       "--name %%t/cac-pkcs11/socket \\\n"
	       "  --provider %s "
	       "pkcs11:manufacturer=Common%%%%20Access%%%%20Card\n"
	       "[Install]\n"
	       "WantedBy=default.target\n"
	       "\n"
	       "and then run, for each of them and each database above:\n"
	       "\n"
	       "  systemctl --user enable --now cac-p11-kit-server\n"
	       "  flatpak override --user --filesystem=xdg-run/cac-pkcs11 \\\n"
	       "    --env=P11_KIT_SERVER_ADDRESS="
	       "unix:path=$XDG_RUNTIME_DIR/cac-pkcs11/socket %s\n"
	       "  cac-tool register --database %s \\\n"
	       "    --module %s\n",
	    text_clean(module), text_clean(id),
	    text_clean(first_confined(t, CONFINED_FLATPAK)->dir),
	    runtime_client());
}

void
advice_confined(const struct target *t, const char *module)
{
	if (first_confined(t, CONFINED_SNAP) != NULL)
		advise_snap(t);
	if (first_confined(t, CONFINED_FLATPAK) != NULL)
		advise_flatpak(t, module);
}

void
advice_nothing(const struct target *t)
{
	(void)t;
	puts("No browser of this user has a database yet. Start the browser "
	     "once and run\nthis again, or have the administrator run "
	     "'cac-tool register --system', which\nalso holds for Firefox "
	     "profiles that are made later.");
}
