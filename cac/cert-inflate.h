/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A certificate as cards store it: plain DER, zlib (RFC 1950) or gzip (RFC
 * 1952). Certinfo bytes are read differently by different issuers, so the
 * content alone decides. Pure.
 */
#ifndef CAC_CERT_INFLATE_H
#define CAC_CERT_INFLATE_H

#include "base/buf.h"

enum cert_packing {
	CERT_UNKNOWN,
	CERT_PLAIN, /* 30 81, 30 82 or 30 83 */
	CERT_ZLIB,
	CERT_GZIP
};

enum cert_packing cert_packing(struct bytes in);
const char *cert_packing_name(enum cert_packing packing);

/*
 * Append the first DER SEQUENCE of the unpacked certificate to der, nothing
 * that may follow it.
 *
 * CARD_ERR_UNDECODABLE  no known packing; the stream is damaged, truncated or
 *                       wants a dictionary; the SEQUENCE is not all there
 * CARD_ERR_TOO_BIG      more than CARD_CERT_MAX bytes when unpacked; for
 *                       callers the same: no certificate
 * ERR_MEMORY. On any error der is as it was, but may have failed.
 */
err_t cert_inflate(struct bytes in, struct buf *der) MUST_CHECK;

/*
 * Where in the bytes that were unpacked to der its signature ends, or the
 * checksum behind it: what is before that cannot be the same for another
 * certificate. 0: something else is at the end.
 */
size_t cert_end(struct bytes in, struct bytes der);

/*
 * How many bytes from the start of the stored certificate, of which in holds
 * the first ones, are enough to tell that its serial number, issuer and
 * validity are those of der, the same unpacked. Whatever the packing: what
 * inflate makes of the first bytes does not depend on the later ones (RFC 1951,
 * 3.2.3). 0: in does not reach so far, or der is no certificate.
 */
size_t cert_head(struct bytes in, struct bytes der);

#endif
