/* SPDX-License-Identifier: BSD-2-Clause */
/* Small files in the PKI's folder, each replaced whole or not at all. */
#ifndef EMULATOR_CARD_PKI_STORE_H
#define EMULATOR_CARD_PKI_STORE_H

#include <sys/types.h>

#include "tools/emulator/card/blob.h"

/* False when there is no such file or it is larger than a key can be. */
bool store_read(int folder, const char *name, struct blob *out);

/* Nothing is written when the file holds these bytes already. */
bool store_write(
    int folder, const char *name, mode_t mode, const void *data, size_t len);

/*
 * Run fill(folder, arg) on the folder path. If there is none yet it is filled
 * beside and then renamed; a folder that is there is locked meanwhile.
 * False with error_set when the folder or fill failed.
 */
bool
store_fill(const char *path, bool (*fill)(int folder, void *arg), void *arg);

#endif
