/* SPDX-License-Identifier: BSD-2-Clause */
#define ZLIB_CONST
#include <zlib.h>

#include "cac/card.h"
#include "cac/cert-repack.h"

/* Without the optional fields of RFC 1952, which nobody uses here. */
#define GZIP_HEADER_LEN	 10
#define GZIP_TRAILER_LEN 8
#define GZIP_FLAGS_AT	 3
#define ZLIB_HEADER_LEN	 2
#define ZLIB_TRAILER_LEN 4

/* What zlib or gzip wraps. */
static bool
take_stream(struct bytes in, struct bytes *stream)
{
	size_t head = 0, tail = 0;
	struct bytes header;

	switch (cert_packing(in)) {
	case CERT_GZIP:
		head = GZIP_HEADER_LEN;
		tail = GZIP_TRAILER_LEN;
		break;
	case CERT_ZLIB:
		head = ZLIB_HEADER_LEN;
		tail = ZLIB_TRAILER_LEN;
		break;
	case CERT_PLAIN:
	case CERT_UNKNOWN:
		return false;
	}
	if (in.n < head + tail ||
	    (head == GZIP_HEADER_LEN && in.p[GZIP_FLAGS_AT] != 0))
		return false;
	return bytes_take(&in, head, &header) &&
	    bytes_take(&in, in.n - tail, stream);
}

static void
append_gzip(struct bytes stream, struct bytes der, struct buf *out)
{
	static const uint8_t header[GZIP_HEADER_LEN] = {0x1F, 0x8B, Z_DEFLATED};
	uint8_t trailer[GZIP_TRAILER_LEN];

	bytes_put_le32(trailer, (uint32_t)crc32(0, der.p, (uInt)der.n));
	bytes_put_le32(trailer + 4, (uint32_t)der.n);
	buf_append(out, BYTES(header));
	buf_append(out, stream);
	buf_append(out, BYTES(trailer));
}

static void
append_zlib(struct bytes stream, struct bytes der, struct buf *out)
{
	static const uint8_t header[ZLIB_HEADER_LEN] = {0x78, 0x9C};
	uLong sum = adler32(adler32(0, NULL, 0), der.p, (uInt)der.n);

	buf_append(out, BYTES(header));
	buf_append(out, stream);
	for (unsigned i = 0; i < ZLIB_TRAILER_LEN; i++)
		buf_append_u8(out, (uint8_t)(sum >> 8 * (3 - i)));
}

err_t
cert_repack(struct bytes in, struct bytes der, enum cert_packing packing,
    struct buf *out)
{
	struct bytes stream;

	if (packing == CERT_PLAIN)
		buf_append(out, der);
	else if (packing == cert_packing(in))
		buf_append(out, in);
	else if (packing == CERT_UNKNOWN || !take_stream(in, &stream))
		return CARD_ERR_UNDECODABLE;
	else if (packing == CERT_GZIP)
		append_gzip(stream, der, out);
	else
		append_zlib(stream, der, out);
	return buf_err(out);
}
