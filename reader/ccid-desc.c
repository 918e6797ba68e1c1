/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/ccid-desc.h"

bool
ccid_desc_find(struct bytes extra, struct bytes *desc)
{
	while (extra.n >= 2) {
		size_t n = extra.p[0];
		uint8_t type = extra.p[1];

		if (n < 2 || !bytes_take(&extra, n, desc))
			return false;
		if (n == CCID_DESCRIPTOR_LENGTH && type == CCID_DESCRIPTOR_TYPE)
			return true;
	}
	return false;
}

static void
copy_fields(const uint8_t *p, struct ccid_desc *d)
{
	d->bMaxSlotIndex = p[4];
	d->bVoltageSupport = p[5];
	d->dwProtocols = bytes_le32(p + 6) & 0xFFFF;
	d->dwDefaultClock = bytes_le32(p + 10);
	d->dwMaximumClock = bytes_le32(p + 14);
	d->dwDataRate = bytes_le32(p + 19);
	d->dwMaxDataRate = bytes_le32(p + 23);
	d->bNumDataRatesSupported = p[27];
	d->dwMaxIFSD = bytes_le32(p + 28);
	d->dwFeatures = bytes_le32(p + 40);
	d->dwMaxCCIDMessageLength = bytes_le32(p + 44);
	d->bClassGetResponse = p[48];
	d->bPINSupport = p[52];
	d->bMaxCCIDBusySlots = p[53];
}

err_t
ccid_desc_parse(struct bytes in, struct ccid_desc *out)
{
	*out = (struct ccid_desc){0};
	if (in.n != CCID_DESCRIPTOR_LENGTH || in.p[0] != in.n ||
	    in.p[1] != CCID_DESCRIPTOR_TYPE)
		return USB_ERR_DESCRIPTOR;
	copy_fields(in.p, out);

	/* The longest ATR must fit, or no card can ever be used. */
	if (out->dwMaxCCIDMessageLength < CCID_HEADER_LENGTH + 33 ||
	    out->dwDefaultClock == 0 || out->dwMaxDataRate == 0)
		return USB_ERR_DESCRIPTOR;
	return 0;
}
