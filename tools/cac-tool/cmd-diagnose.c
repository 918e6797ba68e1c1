/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <grp.h>
#include <libusb.h>
#include <openssl/crypto.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "config.h"
#include "tools/cac-tool/file.h"
#include "tools/cac-tool/module.h"
#include "tools/cac-tool/status.h"
#include "tools/cac-tool/survey.h"
#include "tools/cac-tool/text.h"
#include "tools/cac-tool/usb-nodes.h"

static void
say(const char *what, const char *text)
{
	printf("  %-12s %s\n", what, text_clean(text));
}

/* PRETTY_NAME of os-release(5), without its quotes. */
static char *
system_name(void)
{
	static const char key[] = "PRETTY_NAME=";
	struct file f;
	char *text, *line;

	if (file_read("/etc/os-release", 65536, &f) != NULL)
		return tool_print("unknown");
	text = tool_string(f.text);
	while ((line = strsep(&text, "\n")) != NULL) {
		size_t n = strlen(line);

		if (strncmp(line, key, sizeof(key) - 1) != 0)
			continue;
		line += sizeof(key) - 1;
		n = strlen(line);
		if (n >= 2 && line[0] == '"')
			return tool_print("%.*s", (int)n - 2, line + 1);
		return line;
	}
	return tool_print("unknown");
}

static void
print_versions(void)
{
	const struct libusb_version *usb = libusb_get_version();
	struct utsname kernel = {.release = "?"};

	(void)uname(&kernel);
	puts("Versions");
	say("cac-tool", PACKAGE_VERSION);
	say("system",
	    tool_print("%s, Linux %s, %s", system_name(), kernel.release,
		kernel.machine));
	say("libusb",
	    tool_print("%u.%u.%u", usb->major, usb->minor, usb->micro));
	say("libcrypto", OpenSSL_version(OPENSSL_VERSION));
	say("module",
	    tool_print("%s%s", module_installed(),
		file_is_plain(module_installed()) ? ""
						  : ", which is not there"));
}

static char *
owner_of(const struct stat *st)
{
	const struct passwd *user = getpwuid(st->st_uid);
	const char *name = user != NULL ? user->pw_name : "?";
	char *text = tool_print("%s", name);
	const struct group *group = getgrgid(st->st_gid);

	return tool_print("%s:%s %04o", text,
	    group != NULL ? group->gr_name : "?", st->st_mode & 07777);
}

static void
print_node(void *arg, const struct usb_reader_info *info)
{
	unsigned *count = arg;
	char *node = usb_nodes_path(info);
	struct stat st;

	++*count;
	printf("  %04x:%04x    device %u.%02x, interface %u, %s\n",
	    info->idVendor, info->idProduct, info->bcdDevice >> 8,
	    info->bcdDevice & 0xFF, info->bInterfaceNumber, node);
	if (stat(node, &st) != 0)
		say("", strerror(errno));
	else
		say("",
		    tool_print("%s; you may %sopen it", owner_of(&st),
			access(node, R_OK | W_OK) == 0 ? "" : "not "));
}

static void
print_bus(void)
{
	unsigned count = 0;
	err_t err;
	char *owners;

	puts("\nUSB readers");
	err = usb_nodes_list(print_node, &count);
	if (err != 0)
		say("error", err_text(err));
	else if (count == 0)
		puts("  none: no device on the bus has a CCID interface");
	say("udev rule", usb_nodes_rule());
	owners = usb_nodes_owners();
	say("others",
	    owners != NULL ? owners : "no program of yours has a reader open");
}

/* Names and numbers of people stay out, unless they are asked for. */
static void
print_card(const struct survey_card *card, bool personal)
{
	say("",
	    tool_print("%s, serial %s", card->model,
		personal ? card->serial : "(not shown)"));
	say("",
	    card->tries_known ? tool_print("PIN tries left: %u", card->tries)
			      : tool_print("PIN tries left: not told"));
	for (size_t i = 0; i < card->count; i++) {
		const struct survey_object *o = &card->objects[i];
		const struct certificate *c = o->certificate;

		if (o->err != 0)
			say("",
			    tool_print("%s: %s: %s", o->label, err_name(o->err),
				err_text(o->err)));
		else
			say("",
			    tool_print("%s: %s %d, %s%s%s", o->label,
				c->key_type, c->key_bits,
				certificate_validity(c, time(NULL)),
				personal ? ", " : "",
				personal ? c->subject : ""));
	}
}

static void
print_readers(bool personal)
{
	struct survey *s = survey_run(0, SURVEY_CARDS);

	puts("\nReaders and cards");
	if (s == NULL || s->count == 0)
		puts("  none");
	for (size_t i = 0; s != NULL && i < s->count; i++) {
		const struct survey_reader *r = &s->list[i];
		char *problem = survey_problem(r);

		say(tool_print("reader %u", r->number),
		    tool_print("%s %s", r->info.manufacturer, r->info.product));
		if (problem != NULL)
			say("",
			    tool_print(
				"%s: %s", err_name(survey_error(r)), problem));
		else
			print_card(&r->card, personal);
	}
}

static void
print_registration(void)
{
	struct target_options where = {.system = false};
	enum tool_status status;
	struct target target;

	puts("\nRegistration");
	fflush(stdout);
	if (target_open(&target, &where, NULL, &status))
		status_text(status_look(&target, module_installed()));
}

enum tool_status
cmd_diagnose(const struct command *self, int argc, char **argv)
{
	bool personal = false;
	const struct option_def defs[] = {
	    {.name = "personal",
		.help = "with serial numbers and names of the card",
		.flag = &personal},
	    {.name = NULL},
	};
	enum tool_status status;

	if (!options_alone(self, defs, argc, argv, &status))
		return status;
	print_versions();
	print_bus();
	print_readers(personal);
	print_registration();
	puts("\nA trace shows every byte but the PIN; it holds the names in "
	     "the certificates:\n"
	     "  CAC_PKCS11_TRACE=/tmp/trace cac-tool list");
	return STATUS_DONE;
}
