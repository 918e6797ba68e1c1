/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/emulator/card/command.h"

#define ANY_CAC (APPLET_CONTAINER | APPLET_ACA)
#define ANY_V1	(APPLET_V1 | APPLET_V1_PIN)

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
    {0x20, ANY_CAC | ANY_V1, always, verify_check, verify_run},
    {0x24, ANY_CAC | ANY_V1, always, change_check, change_run},
    {0x36, APPLET_V1, never, certificate_check, certificate_run},
    {0x42, APPLET_CONTAINER | APPLET_V1, always, private_check, private_run},
    {0x4C, APPLET_ACA, acr_takes_data, acr_check, acr_run},
    {0x52, APPLET_CONTAINER, always, read_check, read_run},
    {0x56, ANY_CAC, properties_takes_data, properties_check, properties_run},
    {0x56, ANY_V1, never, properties_check, old_properties_run},
    {0x58, APPLET_CONTAINER, always, update_check, NULL},
    {0x84, ANY_CAC | ANY_V1, never, challenge_check, challenge_run},
    {0x20, APPLET_PIV, always, piv_verify_check, piv_verify_run},
    {0x24, APPLET_PIV, always, piv_change_check, piv_change_run},
    {0x2C, APPLET_PIV, always, piv_unblock_check, piv_unblock_run},
    {0x87, APPLET_PIV, always, authenticate_check, authenticate_run},
    {0xCB, APPLET_PIV, always, data_check, data_run},
};

/* Some cards take the PIN in one applet only. */
static bool
pin_belongs_here(const struct card *card, uint8_t ins)
{
	const struct habits *h = &card->profile->habits;
	const struct aid *aid;

	if (ins != 0x20 && ins != 0x24)
		return true;
	aid = ins == 0x20 ? &h->verify_applet : &h->change_applet;
	return aid->len == 0 ||
	    card->applet == profile_applet(card->profile, aid->bytes, aid->len);
}

static bool
command_known(const struct card *card, const struct command *c)
{
	if (c->applets == 0)
		return true;
	return card->applet && (card->applet->kind & c->applets) &&
	    pin_belongs_here(card, c->ins);
}

const struct command *
command_find(const struct card *card, uint8_t ins)
{
	const struct command *c = scripted_find(card);
	size_t i;

	for (i = 0; !c && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].ins == ins && command_known(card, &commands[i]))
			c = &commands[i];
	return c;
}
