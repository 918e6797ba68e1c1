/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/usb-libusb.h"
#include "tools/cac-tool/file.h"
#include "tools/cac-tool/tool.h"
#include "tools/cac-tool/usb-nodes.h"

#define NODES_MAX     16
#define PROCESSES_MAX 65536
#define NAMED_MAX     8

static const char *const rules[] = {"/etc/udev/rules.d", "/run/udev/rules.d",
    UDEV_RULES_DIR, "/usr/lib/udev/rules.d", "/lib/udev/rules.d"};

/* Programs that keep readers for themselves, by their kernel names. */
static const char *const takers[] = {"pcscd", "scdaemon"};

err_t
usb_nodes_list(
    void (*found)(void *arg, const struct usb_reader_info *info), void *arg)
{
	struct usb_bus bus;
	err_t err = usb_libusb_bus(&bus);

	if (err != 0)
		return err;
	err = bus.ops->list(bus.bus, found, arg);
	bus.ops->close(bus.bus);
	return err;
}

char *
usb_nodes_path(const struct usb_reader_info *info)
{
	return tool_print("/dev/bus/usb/%03u/%03u", info->bus, info->address);
}

struct nodes {
	struct stat st[NODES_MAX];
	size_t n;
};

static void
note_node(void *arg, const struct usb_reader_info *info)
{
	struct nodes *nodes = arg;

	if (nodes->n < NODES_MAX &&
	    stat(usb_nodes_path(info), &nodes->st[nodes->n]) == 0)
		nodes->n++;
}

static bool
is_node(const struct nodes *nodes, const struct stat *st)
{
	for (size_t i = 0; i < nodes->n; i++) {
		const struct stat *node = &nodes->st[i];

		if ((st->st_dev == node->st_dev &&
			st->st_ino == node->st_ino) ||
		    (S_ISCHR(st->st_mode) && S_ISCHR(node->st_mode) &&
			st->st_rdev == node->st_rdev))
			return true;
	}
	return false;
}

static bool
has_open(const char *pid, const struct nodes *nodes)
{
	DIR *dir = opendir(tool_print("/proc/%s/fd", pid));
	bool found = false;
	struct dirent *e;
	struct stat st;

	if (dir == NULL)
		return false;
	while (!found && (e = readdir(dir)) != NULL)
		found = fstatat(dirfd(dir), e->d_name, &st, 0) == 0 &&
		    is_node(nodes, &st);
	(void)closedir(dir);
	return found;
}

static char *
program_of(const char *pid)
{
	struct file f;

	if (file_read(tool_print("/proc/%s/comm", pid), 64, &f) != NULL)
		return tool_print("?");
	while (f.text.n > 0 && f.text.p[f.text.n - 1] == '\n')
		f.text.n--;
	return tool_string(f.text);
}

static bool
is_taker(const char *program)
{
	for (size_t i = 0; i < sizeof(takers) / sizeof(takers[0]); i++) {
		if (strcmp(program, takers[i]) == 0)
			return true;
	}
	return false;
}

/* NULL: this process has nothing to do with readers, as far as is seen. */
static char *
describe(const char *pid, const struct nodes *nodes)
{
	char *program = program_of(pid);

	if (has_open(pid, nodes))
		return tool_print("%s, pid %s, has it open", program, pid);
	return is_taker(program)
	    ? tool_print("%s, pid %s, is running", program, pid)
	    : NULL;
}

char *
usb_nodes_owners(void)
{
	struct nodes nodes = {.n = 0};
	unsigned named = 0;
	char *all = NULL;
	struct dirent *e;
	DIR *proc;

	if (usb_nodes_list(note_node, &nodes) != 0 ||
	    (proc = opendir("/proc")) == NULL)
		return NULL;
	for (unsigned i = 0; i < PROCESSES_MAX && named < NAMED_MAX; i++) {
		char *one;

		e = readdir(proc);
		if (e == NULL)
			break;
		if (e->d_name[0] < '1' || e->d_name[0] > '9' ||
		    atol(e->d_name) == getpid())
			continue;
		one = describe(e->d_name, &nodes);
		if (one == NULL)
			continue;
		all = all != NULL ? tool_print("%s; %s", all, one) : one;
		named++;
	}
	(void)closedir(proc);
	return all;
}

char *
usb_nodes_rule(void)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		char *path = tool_print("%s/70-cac-pkcs11.rules", rules[i]);

		if (file_is_plain(path))
			return tool_print("%s is there: plug the reader in "
					  "again, at the machine itself",
			    path);
	}
	return tool_print("70-cac-pkcs11.rules is not installed: copy it to "
			  "/etc/udev/rules.d, run 'udevadm control --reload' "
			  "and plug the reader in again");
}
