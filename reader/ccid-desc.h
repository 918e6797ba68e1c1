/* SPDX-License-Identifier: BSD-2-Clause */
/* The CCID class descriptor (CCID 1.1, 5.1). */
#ifndef READER_CCID_DESC_H
#define READER_CCID_DESC_H

#include "base/bytes.h"
#include "reader/ccid-spec.h"
#include "reader/reader-error.h"

struct ccid_desc {
	uint8_t bMaxSlotIndex;
	uint8_t bVoltageSupport;
	uint32_t dwProtocols;
	uint32_t dwDefaultClock; /* kHz */
	uint32_t dwMaximumClock; /* kHz */
	uint32_t dwDataRate;	 /* bit/s */
	uint32_t dwMaxDataRate;	 /* bit/s */
	uint8_t bNumDataRatesSupported;
	uint32_t dwMaxIFSD;
	uint32_t dwFeatures;
	uint32_t dwMaxCCIDMessageLength;
	uint8_t bClassGetResponse;
	uint8_t bPINSupport;
	uint8_t bMaxCCIDBusySlots;
};

/*
 * Find the 54 bytes of type 21h among the descriptors of an interface.
 * Type 21h is HID's as well, so the length is part of the test.
 */
bool ccid_desc_find(struct bytes extra, struct bytes *desc);

/*
 * USB_ERR_DESCRIPTOR: wrong length or type, a message length that holds no
 * header and status word, or a clock or rate of 0 where one is needed.
 */
err_t ccid_desc_parse(struct bytes in, struct ccid_desc *out) MUST_CHECK;

#endif
