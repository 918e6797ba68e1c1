/* SPDX-License-Identifier: BSD-2-Clause */
/* What the data objects of PIV hold (SP 800-73-4, part 1, 3.1 and 3.2). Pure.
 */
#ifndef CAC_PIV_DATA_H
#define CAC_PIV_DATA_H

#include "cac/cert-twice.h"

/*
 * The content of a data object: what 53 or 7E wraps. Bytes behind it are
 * passed over.
 *
 * CARD_ERR_EMPTY  the content has length 0: the object is not there
 * CARD_ERR_DATA   another tag, or less than the object's own length says
 */
err_t piv_data_unwrap(struct bytes in, struct bytes *content) MUST_CHECK;

/* The same, of an object's first bytes: the content's first bytes. */
err_t piv_data_begin(struct bytes in, struct bytes *content) MUST_CHECK;

/* The first entry with this tag that is not empty; n is 0 without one. */
struct bytes piv_data_find(struct bytes content, uint8_t tag);

/*
 * Find the certificate by its tag, whatever stands before or behind it.
 *
 * CARD_ERR_EMPTY  tag 70 is missing or has length 0
 * CARD_ERR_DATA   an entry passes the end, and no certificate was found
 */
err_t piv_data_certificate(
    struct bytes content, struct cert_reading *reading) MUST_CHECK;

/*
 * What tells cards apart in a CHUID: the FASC-N, or the GUID on cards of no
 * agency (9999); n is 0 when neither says anything.
 */
struct bytes piv_data_chuid_id(struct bytes content);

/*
 * The key reference of the PIN that VERIFY is for, by the Discovery object:
 * PIV_PIN, unless the card has the global PIN and wants it first.
 */
uint8_t piv_data_pin(struct bytes content);

/* How many retired keys have their certificates on the card, 0 to 20. */
unsigned piv_data_retired(struct bytes content);

#endif
