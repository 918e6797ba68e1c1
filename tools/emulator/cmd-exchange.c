/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/hex.h"
#include "tools/emulator/options.h"

#define TPDU_MAX (TPDU_HEADER + 255)

/* Print "< ATR". */
static bool
do_reset(struct line *line, struct card *card)
{
	uint8_t atr[ATR_MAX];
	size_t n = line_reset(line, card, atr);

	fputs("< ", stdout);
	hex_print(stdout, atr, n);
	putchar('\n');
	return n > 0;
}

/* One line "> HEX"; false when it is not a TPDU or the card is mute. */
static bool
do_tpdu(struct line *line, struct card *card, const char *text)
{
	uint8_t tpdu[TPDU_MAX];
	int n = hex_parse(text, tpdu, sizeof(tpdu));
	struct line_answer answer;
	enum line_result result;

	if (card_protocol(card) == 1) {
		if (n < 0)
			return false;
		result = line_block(line, card, tpdu, (size_t)n, 0, &answer);
	} else if (n < TPDU_HEADER ||
	    (n > TPDU_HEADER && n != TPDU_HEADER + tpdu[4])) {
		return false;
	} else {
		result = line_exchange(line, card, tpdu, (size_t)n, &answer);
	}
	if (result != LINE_OK) {
		puts("< mute");
		return true;
	}
	fputs("< ", stdout);
	hex_print(stdout, answer.bytes, answer.n);
	putchar('\n');
	return true;
}

static int
exchange(struct card *card)
{
	struct line line = {.model = model_find(MODEL_DEFAULT), .fidi = 0x11};
	char *text = NULL;
	size_t room = 0;
	unsigned number = 0;
	int status = 0;

	while (status == 0 && getline(&text, &room, stdin) >= 0) {
		bool ok;

		number++;
		text[strcspn(text, "#\r\n")] = '\0';
		if (text[strspn(text, " \t")] == '\0')
			continue;
		if (text[0] != '>')
			ok = false;
		else if (strcmp(text + 1 + strspn(text + 1, " "), "reset") == 0)
			ok = do_reset(&line, card);
		else
			ok = do_tpdu(&line, card, text + 1);
		fflush(stdout);
		if (!ok) {
			complain("line %u: neither '> reset' nor '> ' and a "
				 "TPDU or block: %s",
			    number, text);
			status = EXIT_EMULATOR;
		}
	}
	free(text);
	return status;
}

int
cmd_exchange(const struct subcommand *self, int argc, char **argv)
{
	static struct options options;
	struct card *card = NULL;
	const char *error = "no card";
	int status;

	if (!options_parse(&options, self, argc, argv, &status))
		return status;
	if (options.readers[0].profile == NULL || options.operands < argc) {
		complain(options.readers[0].profile == NULL
			? "exchange wants --card PROFILE"
			: "exchange takes no operands");
		goto out;
	}
	card = card_new(options.readers[0].profile, options.pki, &error);
	if (card == NULL) {
		complain("%s", error);
		status = EXIT_EMULATOR;
		goto out;
	}
	(void)card_reset(card, &(size_t){0});
	status = exchange(card);
out:
	if (card != NULL)
		card_free(&card);
	options_finish(&options);
	return status;
}
