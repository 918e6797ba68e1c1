/* SPDX-License-Identifier: BSD-2-Clause */
/* cac-emulator: a USB smart card reader and its card, without hardware. */
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "tools/emulator/options.h"

static const struct subcommand subcommands[] = {
    {RUN, "run", "[OPTIONS] -- COMMAND [ARGUMENTS]",
	"run a command that sees an emulated reader", cmd_run},
    {USBIP, "usbip", "[OPTIONS]", "export the reader by USB/IP", cmd_usbip},
    {EXCHANGE, "exchange", "--card PROFILE [OPTIONS]",
	"talk to the card alone: command TPDUs from standard input",
	cmd_exchange},
};

void
complain(const char *format, ...)
{
	va_list args;

	fputs("cac-emulator: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	putc('\n', stderr);
}

static int
help(void)
{
	const struct model *model;

	puts("usage: cac-emulator SUBCOMMAND ...\n");
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(*subcommands); i++)
		printf("  %-9s %s\n", subcommands[i].name, subcommands[i].help);
	puts("\nReaders (--reader):\n");
	for (size_t i = 0; (model = model_at(i)) != NULL; i++)
		printf("  %-14s %s\n", model->name, model->about);
	puts("\ncac-emulator SUBCOMMAND --help lists the options.");
	return 0;
}

int
main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	/* Cards live and die in another thread, with library contexts whose
	 * traces here libcrypto would follow in its cleanup at exit. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		return help();
	if (strcmp(word, "--version") == 0) {
		puts("cac-emulator " PACKAGE_VERSION);
		return 0;
	}
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(*subcommands);
	     i++) {
		const struct subcommand *s = &subcommands[i];

		if (strcmp(word, s->name) == 0)
			return s->run(s, argc - 1, argv + 1);
	}
	if (*word == '\0')
		complain("a subcommand is missing; see cac-emulator --help");
	else
		complain("no subcommand '%s'; see cac-emulator --help", word);
	return EXIT_USAGE;
}
