/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/emulator/card/command.h"

#define ANY_CAC (APPLET_CONTAINER | APPLET_ACA)

static bool
always(const struct apdu *apdu)
{
	(void)apdu;
	return true;
}

static bool
never(const struct apdu *apdu)
{
	(void)apdu;
	return false;
}

static const struct command commands[] = {
    {0xA4, 0, always, select_check, select_run},
    {0x20, ANY_CAC, always, verify_check, verify_run},
    {0x24, ANY_CAC, always, change_check, change_run},
    {0x42, APPLET_CONTAINER, always, private_check, private_run},
    {0x4C, APPLET_ACA, acr_takes_data, acr_check, acr_run},
    {0x52, APPLET_CONTAINER, always, read_check, read_run},
    {0x56, ANY_CAC, properties_takes_data, properties_check, properties_run},
    {0x58, APPLET_CONTAINER, always, update_check, NULL},
    {0x84, ANY_CAC, never, challenge_check, challenge_run},
};

static bool
command_known(const struct card *card, const struct command *c)
{
	if (c->applets == 0)
		return true;
	return card->applet && (card->applet->kind & c->applets);
}

const struct command *
command_find(const struct card *card, uint8_t ins)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].ins == ins)
			break;
	if (i == sizeof(commands) / sizeof(commands[0]))
		return NULL;
	return command_known(card, &commands[i]) ? &commands[i] : NULL;
}
