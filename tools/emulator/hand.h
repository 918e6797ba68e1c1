/* SPDX-License-Identifier: BSD-2-Clause */
/* What a hand at the reader does: cards, keys of a PIN pad, renewals. */
#ifndef EMULATOR_HAND_H
#define EMULATOR_HAND_H

#include <stdbool.h>

enum hand_what {
	HAND_CARD_OUT,
	HAND_CARD_IN,	 /* text: profile, or NULL for the first one */
	HAND_CARD_OTHER, /* the same, of another identity */
	HAND_RENEW,	 /* number, new_key */
	HAND_PAD	 /* text: see pin-pad.h */
};

struct hand {
	enum hand_what what;
	const char *text; /* borrowed */
	unsigned number;
	bool new_key;
};

/* NN or NN:key, as --renew takes it. */
bool hand_renewal(const char *text, struct hand *hand);

#endif
