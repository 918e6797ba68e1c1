/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file with a card's refused PINs: $XDG_RUNTIME_DIR/cac-pkcs11/ and a hash
 * of the card's serial number. Set-id programs have none, nor do users without
 * that folder. Only to be used in a transaction with the card, which keeps
 * other processes from changing it meanwhile.
 */
#ifndef PKCS11_PIN_FILE_H
#define PKCS11_PIN_FILE_H

#include "pkcs11/pin-memory.h"

/* Empty when there is none, or none to be trusted. */
void pin_file_load(const char *serial, struct pin_memory *out);

/* Empty: the file is removed. Failures are passed over. */
void pin_file_store(const char *serial, const struct pin_memory *mem);

#endif
