/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#include "tools/emulator/card/compress.h"

#define WINDOW	    15
#define WINDOW_GZIP (15 + 16)

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
