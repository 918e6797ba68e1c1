/* SPDX-License-Identifier: BSD-2-Clause */
/* What is the same for all commands: counting them, and answers without end. */
#include "tools/emulator/card/command.h"
#include "tools/emulator/card/sw.h"

#define INS_PRIVATE	 0x42
#define INS_GENERAL_AUTH 0x87
#define INS_CHALLENGE	 0x84
#define INS_CHANGE	 0x24
#define ENDLESS_AHEAD	 512

void
command_seen(struct card *card, uint8_t ins)
{
	const struct habits *h = &card->profile->habits;

	card->counts.commands[ins]++;
	if (h->picky && !h->expects[ins])
		card->counts.unexpected[ins]++;
}

static void
count(struct card *card)
{
	switch (card->apdu.ins) {
	case INS_PRIVATE:
	case INS_GENERAL_AUTH:
		/* Blocks that are not the last one have no answer. */
		card->counts.private_operations += card->answer.len > 0;
		break;
	case INS_CHALLENGE:
		card->counts.challenges++;
		break;
	case INS_CHANGE:
		card->counts.pin_changes++;
		break;
	default:
		break;
	}
}

uint16_t
command_run(struct card *card, const struct command *command)
{
	uint16_t sw = command->run(card, &card->apdu);

	pki_rest(card->pki);
	if (sw == SW_OK && card->answer.failed)
		sw = SW_NO_DIAGNOSIS;
	if (sw == SW_OK) {
		count(card);
		card->endless = card->profile->habits.endless[card->apdu.ins];
		command_go_on(card);
	}
	return sw;
}

void
command_go_on(struct card *card)
{
	size_t left = card->answer.len - card->answer_at;
	struct blob rest = {0};

	if (card->endless != SW_MORE >> 8 || left >= ENDLESS_AHEAD)
		return;
	if (left > 0)
		blob_add(&rest, card->answer.data + card->answer_at, left);
	while (rest.len < 2 * ENDLESS_AHEAD && !rest.failed)
		blob_byte(&rest, (unsigned)rest.len);
	blob_clear(&card->answer);
	card->answer = rest;
	card->answer_at = 0;
}
