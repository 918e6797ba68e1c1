/* SPDX-License-Identifier: BSD-2-Clause */
/* Standard USB descriptors of a reader (USB 2.0, 9.6). */
#ifndef EMULATOR_DESCRIPTOR_H
#define EMULATOR_DESCRIPTOR_H

#include "tools/emulator/model.h"

#define DESCRIPTOR_MAX	   255
#define DEVICE_DESCRIPTOR  18
#define CONFIG_DESCRIPTORS 93

/*
 * The descriptor that GET_DESCRIPTOR asks for with wValue and wIndex (its
 * LANGID for strings). Returns its length, 0 when the device has none.
 */
size_t descriptor_get(const struct model *model, uint16_t value, uint16_t index,
    uint8_t out[DESCRIPTOR_MAX]);

/* Device and configuration block in one, as sysfs shows them. */
void descriptor_all(const struct model *model,
    uint8_t out[DEVICE_DESCRIPTOR + CONFIG_DESCRIPTORS]);

#endif
