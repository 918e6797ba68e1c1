/* SPDX-License-Identifier: BSD-2-Clause */
/* A slot as its own files see it. */
#ifndef PKCS11_SLOT_PRIVATE_H
#define PKCS11_SLOT_PRIVATE_H

#include "pkcs11/slot.h"

struct slot {
	struct reader *reader;
	unsigned id;

	/* The rest is guarded by the module's lock. */
	enum presence presence;
	unsigned generation; /* of the card last seen */
	uint64_t arrived_ms; /* when it was seen to come; 0: it was there */
	bool looked;	     /* the above are not guesses */
	bool late;	     /* not in the first listing */
	bool event;
	unsigned asked; /* looks begun */
	unsigned told;	/* the latest look whose answer counted */
	struct token *token;
};

#endif
