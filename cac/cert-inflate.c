/* SPDX-License-Identifier: BSD-2-Clause */
#define ZLIB_CONST
#include <zlib.h>

#include "cac/ber-tlv.h"
#include "cac/card.h"
#include "cac/cert-inflate.h"

#define DER_SEQUENCE	  0x30
#define DER_INTEGER	  0x02
#define DER_VERSION	  0xA0
#define DER_LONG_LENGTH	  0x80
#define DER_LENGTH_OCTETS 3

/* Largest window; 32 adds the choice between zlib and gzip (zlib.h). */
#define WINDOW_BITS (15 + 32)

enum cert_packing
cert_packing(struct bytes in)
{
	uint8_t a, b;

	if (in.n < 2)
		return CERT_UNKNOWN;
	a = in.p[0];
	b = in.p[1];
	if (a == DER_SEQUENCE && b > DER_LONG_LENGTH &&
	    b <= DER_LONG_LENGTH + DER_LENGTH_OCTETS)
		return CERT_PLAIN;
	if (a == 0x1F && b == 0x8B)
		return CERT_GZIP;
	/* CM 8, a window of at most 32 KiB, and the check (RFC 1950, 2.2). */
	if ((a & 0x0F) == 8 && a >> 4 <= 7 && (a << 8 | b) % 31 == 0)
		return CERT_ZLIB;
	return CERT_UNKNOWN;
}

const char *
cert_packing_name(enum cert_packing packing)
{
	static const char *const names[] = {
	    [CERT_UNKNOWN] = "unknown",
	    [CERT_PLAIN] = "plain",
	    [CERT_ZLIB] = "zlib",
	    [CERT_GZIP] = "gzip",
	};

	return names[packing];
}

/* Append the SEQUENCE at the start of in, trimmed to its own length. */
static err_t
append_sequence(struct bytes in, struct buf *der)
{
	struct bytes left = in, content, octets;
	uint8_t tag, first;
	size_t n = 0;

	if (!bytes_take_u8(&left, &tag) || tag != DER_SEQUENCE ||
	    !bytes_take_u8(&left, &first) || first <= DER_LONG_LENGTH ||
	    first > DER_LONG_LENGTH + DER_LENGTH_OCTETS ||
	    !bytes_take(&left, first - DER_LONG_LENGTH, &octets))
		return CARD_ERR_UNDECODABLE;
	for (size_t i = 0; i < octets.n; i++)
		n = n << 8 | octets.p[i];
	if (n == 0 || !bytes_take(&left, n, &content))
		return CARD_ERR_UNDECODABLE;
	in.n -= left.n;
	if (in.n > CARD_CERT_MAX)
		return CARD_ERR_TOO_BIG;
	buf_append(der, in);
	return buf_err(der);
}

/* One byte of room over the ceiling tells "full" from "too big". */
static err_t
unpack(z_stream *z, struct buf *plain)
{
	size_t room = CARD_CERT_MAX + 1;
	uint8_t *p = buf_reserve(plain, room);
	int rc;

	if (p == NULL)
		return ERR_MEMORY;
	z->next_out = p;
	z->avail_out = (uInt)room;
	rc = inflate(z, Z_FINISH);
	if (z->avail_out == 0)
		return CARD_ERR_TOO_BIG;
	if (rc == Z_MEM_ERROR)
		return ERR_MEMORY;
	if (rc != Z_STREAM_END)
		return CARD_ERR_UNDECODABLE;
	buf_commit(plain, room - z->avail_out);
	return 0;
}

static err_t
inflate_sequence(struct bytes in, struct buf *der)
{
	z_stream z = {0};
	struct buf plain;
	err_t err;

	z.next_in = in.p;
	z.avail_in = (uInt)in.n;
	if (inflateInit2(&z, WINDOW_BITS) != Z_OK)
		return ERR_MEMORY;
	buf_init(&plain, CARD_CERT_MAX + 1);
	err = unpack(&z, &plain);
	if (err == 0)
		err = append_sequence(buf_bytes(&plain), der);
	buf_clear(&plain);
	(void)inflateEnd(&z);
	return err;
}

err_t
cert_inflate(struct bytes in, struct buf *der)
{
	switch (cert_packing(in)) {
	case CERT_PLAIN:
		return append_sequence(in, der);
	case CERT_ZLIB:
	case CERT_GZIP:
		return inflate_sequence(in, der);
	case CERT_UNKNOWN:
		break;
	}
	return CARD_ERR_UNDECODABLE;
}

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

size_t
cert_end(struct bytes in, struct bytes der)
{
	const uint8_t *end = in.p + in.n;
	uInt n = (uInt)der.n;
	bool ends;

	switch (cert_packing(in)) {
	case CERT_PLAIN:
		return der.n <= in.n ? der.n : 0;
	case CERT_ZLIB:
		ends = in.n > 4 &&
		    be32(end - 4) == adler32(adler32(0, NULL, 0), der.p, n);
		return ends ? in.n : 0;
	case CERT_GZIP:
		ends = in.n > 8 && bytes_le32(end - 4) == n &&
		    bytes_le32(end - 8) == crc32(crc32(0, NULL, 0), der.p, n);
		return ends ? in.n : 0;
	case CERT_UNKNOWN:
		break;
	}
	return 0;
}

static bool
enter(struct bytes *in, uint8_t tag, struct bytes *value)
{
	struct ber_tlv entry;

	if (ber_tlv_next(in, &entry) != 0 || entry.tag != tag)
		return false;
	*value = entry.value;
	return true;
}

/* Where the validity of a certificate ends (RFC 5280, 4.1); 0: nowhere. */
static size_t
validity_end(struct bytes der)
{
	struct bytes in = der, part;

	if (!enter(&in, DER_SEQUENCE, &in) || !enter(&in, DER_SEQUENCE, &in))
		return 0;
	/* Version 1 does not say so. */
	if (in.n > 0 && in.p[0] == DER_VERSION &&
	    !enter(&in, DER_VERSION, &part))
		return 0;
	/* The serial number, the algorithm, the issuer, the validity. */
	if (!enter(&in, DER_INTEGER, &part))
		return 0;
	for (int i = 0; i < 3; i++)
		if (!enter(&in, DER_SEQUENCE, &part))
			return 0;
	return (size_t)(in.p - der.p);
}

/* How many bytes inflate must be given until it has made n. */
static size_t
packed_head(struct bytes in, size_t n)
{
	z_stream z = {0};
	uint8_t room[512];
	size_t used = 0;
	int rc = Z_OK;

	if (inflateInit2(&z, WINDOW_BITS) != Z_OK)
		return 0;
	z.next_in = in.p;
	while (rc == Z_OK && used < in.n && z.total_out < n) {
		z.avail_in = 1;
		z.next_out = room;
		z.avail_out = sizeof(room);
		rc = inflate(&z, Z_SYNC_FLUSH);
		used++;
	}
	used = z.total_out >= n ? used : 0;
	(void)inflateEnd(&z);
	return used;
}

size_t
cert_head(struct bytes in, struct bytes der)
{
	size_t n = validity_end(der);

	if (n == 0)
		return 0;
	switch (cert_packing(in)) {
	case CERT_PLAIN:
		return n <= in.n ? n : 0;
	case CERT_ZLIB:
	case CERT_GZIP:
		return packed_head(in, n);
	case CERT_UNKNOWN:
		break;
	}
	return 0;
}
