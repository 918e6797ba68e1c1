/* SPDX-License-Identifier: BSD-2-Clause */
/* cac-tool: see, export, register and diagnose a Common Access Card. */
#include <stdio.h>
#include <string.h>

#include "base/trace.h"
#include "cac/card.h"
#include "config.h"
#include "reader/reader-error.h"
#include "tools/cac-tool/text.h"
#include "tools/cac-tool/tool.h"

static const struct command commands[] = {
    {"list", "[--json] [--reader N]",
	"Show readers, cards, certificates, and the PIN tries that are left.",
	cmd_list},
    {"export", "[--label LABEL|--id HEX|--all] [OPTIONS]",
	"Write certificates of a card as PEM or DER.", cmd_export},
    {"register", "[OPTIONS]",
	"Make the module known to p11-kit and to the browsers of this user.",
	cmd_register},
    {"unregister", "[OPTIONS]", "Undo what register has done.", cmd_unregister},
    {"status", "[OPTIONS]", "Show where the module is registered.", cmd_status},
    {"trust", "add|remove|status FILE... [OPTIONS]",
	"Have browsers trust authorities: PEM, DER or PKCS#7 (.p7b) files.",
	cmd_trust},
    {"pin", "status|change [--reader N]",
	"Show how many PIN tries are left, or change the PIN.", cmd_pin},
    {"diagnose", "[--personal]",
	"Print what a report of a problem should hold.", cmd_diagnose},
};

static int
help(void)
{
	puts("usage: cac-tool SUBCOMMAND ...\n");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		printf("  %-11s %s\n", commands[i].name, commands[i].help);
	puts("\ncac-tool SUBCOMMAND --help lists the options.");
	return STATUS_DONE;
}

static int
run(const struct command *command, int argc, char **argv)
{
	int status;

	reader_error_register();
	card_error_register();
	trace_open();
	status = (int)command->run(command, argc, argv);
	if ((fflush(stdout) != 0 || ferror(stdout)) && status == STATUS_DONE)
		status = STATUS_FAILED;
	tool_end();
	trace_close();
	return status;
}

int
main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	text_begin();
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		return help();
	if (strcmp(word, "--version") == 0) {
		puts("cac-tool " PACKAGE_VERSION);
		return STATUS_DONE;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(word, commands[i].name) == 0)
			return run(&commands[i], argc - 1, argv + 1);
	}
	if (*word == '\0')
		complain("a subcommand is missing; see cac-tool --help");
	else
		complain("no subcommand '%s'; see cac-tool --help", word);
	tool_end();
	return STATUS_USAGE;
}
