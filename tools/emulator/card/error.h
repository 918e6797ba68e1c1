/* SPDX-License-Identifier: BSD-2-Clause */
/* The one message for the user when a card cannot be made. */
#ifndef EMULATOR_CARD_ERROR_H
#define EMULATOR_CARD_ERROR_H

/* Keep the message of this thread; returns false, so callers can return it. */
_Bool error_set(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The last message, valid until the next error_set of this thread. */
const char *error_text(void);

#endif
