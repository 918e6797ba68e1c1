/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#include "tools/emulator/card/compress.h"

#define WINDOW	    15
#define WINDOW_GZIP (15 + 16)
#define ZEROS	    1024

bool
compress_zeros(struct blob *out, enum wrapper wrapper, size_t n)
{
	static const uint8_t zeros[ZEROS];
	uint8_t packed[ZEROS];
	z_stream z = {0};
	int rv = Z_OK;

	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED,
		wrapper == WRAPPER_GZIP ? WINDOW_GZIP : WINDOW, 9,
		Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	while (rv == Z_OK && !out->failed) {
		if (z.avail_in == 0) {
			z.avail_in = (uInt)(n < ZEROS ? n : ZEROS);
			z.next_in = zeros;
			n -= z.avail_in;
		}
		z.next_out = packed;
		z.avail_out = sizeof(packed);
		rv = deflate(&z, n > 0 ? Z_NO_FLUSH : Z_FINISH);
		blob_add(out, packed, sizeof(packed) - z.avail_out);
	}
	deflateEnd(&z);
	return rv == Z_STREAM_END && !out->failed;
}

bool
compress_add(
    struct blob *out, enum wrapper wrapper, const uint8_t *in, size_t len)
{
	int window = wrapper == WRAPPER_GZIP ? WINDOW_GZIP : WINDOW;
	z_stream z = {0};
	uint8_t *packed;
	uLong size;
	int rv;

	if (len > BLOB_MAX)
		return false;
	if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window, 8,
		Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	size = deflateBound(&z, (uLong)len);
	packed = malloc(size);
	if (!packed) {
		deflateEnd(&z);
		return false;
	}
	z.next_in = in;
	z.avail_in = (uInt)len;
	z.next_out = packed;
	z.avail_out = (uInt)size;
	rv = deflate(&z, Z_FINISH);
	if (rv == Z_STREAM_END)
		blob_add(out, packed, z.total_out);
	deflateEnd(&z);
	free(packed);
	return rv == Z_STREAM_END && !out->failed;
}
