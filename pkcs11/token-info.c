/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of a token, for those who ask. */
#include <string.h>

#include "pkcs11/text.h"
#include "pkcs11/token-private.h"

/*
 * As OpenSC names the maker of every CAC: "manufacturer" is part of the URIs
 * that users have written down.
 */
#define MANUFACTURER "Common Access Card"

/* OpenSC's rule, as serial numbers are in users' URIs: the last 16 digits. */
static const char *
serial_end(const char *serial)
{
	size_t n = strlen(serial);

	return n > 16 ? serial + n - 16 : serial;
}

void
token_info(struct module *m, struct token *t, CK_TOKEN_INFO *info)
{
	char label[sizeof(t->label)];
	CK_FLAGS flags;
	bool labelled;

	lock_acquire(&m->lock);
	memcpy(label, t->label, sizeof(label));
	labelled = t->labelled;
	flags = login_flags_locked(m, t);
	lock_release(&m->lock);

	*info = (CK_TOKEN_INFO){
	    .flags =
		CKF_RNG | CKF_TOKEN_INITIALIZED | CKF_WRITE_PROTECTED | flags,
	    .ulMinPinLen = CARD_PIN_NEW_MIN,
	    .ulMaxPinLen = CARD_PIN_MAX,
	    .ulMaxSessionCount = CK_EFFECTIVELY_INFINITE,
	    .ulMaxRwSessionCount = CK_EFFECTIVELY_INFINITE,
	    .ulTotalPublicMemory = CK_UNAVAILABLE_INFORMATION,
	    .ulFreePublicMemory = CK_UNAVAILABLE_INFORMATION,
	    .ulTotalPrivateMemory = CK_UNAVAILABLE_INFORMATION,
	    .ulFreePrivateMemory = CK_UNAVAILABLE_INFORMATION,
	};
	text_pad(info->label, sizeof(info->label),
	    labelled ? label : card_model(t->card));
	text_pad(
	    info->manufacturerID, sizeof(info->manufacturerID), MANUFACTURER);
	text_pad(info->model, sizeof(info->model), card_model(t->card));
	text_pad(info->serialNumber, sizeof(info->serialNumber),
	    serial_end(card_serial(t->card)));
	text_pad(info->utcTime, sizeof(info->utcTime), "");
}

struct object_set *
token_set(struct module *m, struct token *t, enum token_part part, size_t index,
    bool *more)
{
	struct object_set *set = NULL;

	lock_acquire(&m->lock);
	if (part == TOKEN_CERTIFICATES && index < t->set_count)
		set = object_set_ref(t->sets[index]);
	else if (part == TOKEN_DATA_OBJECTS && index < t->data_count)
		set = object_set_ref(t->data[index]);
	else if (part == TOKEN_OTHERS && index == 0)
		set = object_set_ref(t->profile);
	*more = (part == TOKEN_CERTIFICATES && !t->complete) ||
	    (part == TOKEN_DATA_OBJECTS && !t->data_found);
	lock_release(&m->lock);
	return set;
}

bool
token_has_free_keys(const struct token *t)
{
	for (size_t i = 0; i < card_container_count(t->card); i++) {
		if (card_key_rule(t->card, i) == CARD_KEY_FREE)
			return true;
	}
	return false;
}
