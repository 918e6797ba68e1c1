/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/hand.h"
#include "tools/emulator/hex.h"

bool
hand_renewal(const char *text, struct hand *hand)
{
	uint8_t number;
	char digits[3] = "";

	if (strlen(text) < 2)
		return false;
	memcpy(digits, text, 2);
	*hand = (struct hand){
	    .what = HAND_RENEW, .new_key = strcmp(text + 2, ":key") == 0};
	if (hex_parse(digits, &number, 1) != 1)
		return false;
	hand->number = number;
	return hand->new_key || text[2] == '\0';
}
