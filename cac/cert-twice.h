/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Certificates out of any kind of container. A content that makes no sense is
 * read a second time, so that a disturbed line is not taken for an absent
 * certificate.
 */
#ifndef CAC_CERT_TWICE_H
#define CAC_CERT_TWICE_H

#include "cac/cac-io.h"

/* One reading of a container. */
struct cert_reading {
	/* All that was read; two readings are compared by it. */
	struct buf raw;
	/* The certificate as stored; points into raw. */
	struct bytes certificate;
	int certinfo; /* -1: none */
	bool twin;    /* not read, but proved to be one that was */
};

/* The longest raw content of a container. */
#define CERT_RAW_MAX 65536

/*
 * Read the container into reading, which is empty. CARD_ERR_EMPTY,
 * CARD_ERR_DATA: what was read holds no certificate, or makes no sense.
 */
typedef err_t (*cert_read)(
    struct cac_io *io, const void *container, struct cert_reading *reading);

/*
 * Append the container's certificate to der.
 *
 * CARD_ERR_EMPTY, CARD_ERR_UNDECODABLE, CARD_ERR_TOO_BIG, CARD_ERR_NOT_FOUND:
 * proved, there is no certificate. CARD_ERR_DATA: also when two readings
 * differ. Others as read(). On any error der is as it was.
 */
err_t cert_read_twice(struct cac_io *io, cert_read read, const void *container,
    struct buf *der) MUST_CHECK;

#endif
