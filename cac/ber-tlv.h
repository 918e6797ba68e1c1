/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BER-TLV as PIV uses it (ISO/IEC 7816-4, 5.2.2): tags are taken as single
 * bytes, because the data objects carry legacy tags that BER would read as
 * parts of longer ones (SP 800-73-1, Appendix A). Pure.
 */
#ifndef CAC_BER_TLV_H
#define CAC_BER_TLV_H

#include "base/bytes.h"
#include "base/err.h"

struct ber_tlv {
	uint8_t tag;
	struct bytes value;
};

/*
 * Take the first entry off in, which stays as it was on error.
 *
 * CARD_ERR_DATA: in ends within the entry, or the length has more than three
 * bytes or is indefinite.
 */
err_t ber_tlv_next(struct bytes *in, struct ber_tlv *out) MUST_CHECK;

/* The first entry, with as much of its value as is there. */
err_t ber_tlv_begin(struct bytes in, struct ber_tlv *out) MUST_CHECK;

#endif
