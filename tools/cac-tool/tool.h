/* SPDX-License-Identifier: BSD-2-Clause */
/* cac-tool: its subcommands, exit statuses, messages and memory. */
#ifndef CAC_TOOL_TOOL_H
#define CAC_TOOL_TOOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum tool_status {
	STATUS_DONE = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_NOTHING = 3, /* no reader, no card, nothing to do it with */
	STATUS_PART = 4	    /* done but for what was named on stderr */
};

struct command {
	const char *name;
	const char *usage; /* what stands behind the name */
	const char *help;
	/* argv[0] is the subcommand's name. */
	enum tool_status (*run)(
	    const struct command *self, int argc, char **argv);
};

enum tool_status cmd_list(const struct command *self, int argc, char **argv);
enum tool_status cmd_export(const struct command *self, int argc, char **argv);
enum tool_status
cmd_register(const struct command *self, int argc, char **argv);
enum tool_status
cmd_unregister(const struct command *self, int argc, char **argv);
enum tool_status cmd_status(const struct command *self, int argc, char **argv);
enum tool_status cmd_trust(const struct command *self, int argc, char **argv);
enum tool_status cmd_pin(const struct command *self, int argc, char **argv);
enum tool_status
cmd_diagnose(const struct command *self, int argc, char **argv);

/* "cac-tool: ..." on stderr; the text is made safe for a terminal. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Memory that lives until tool_end(); the program ends with a message when
 * there is none.
 */
void *tool_alloc(size_t n);
char *tool_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* An empty buffer that may grow to cap bytes. */
struct buf *tool_buf(size_t cap);

/* Bytes as text; a NUL within ends it. */
char *tool_string(struct bytes b);

/* Have release(p) called by tool_end(), last come first served. */
void tool_own(void *p, void (*release)(void *p));
void tool_end(void);

#endif
