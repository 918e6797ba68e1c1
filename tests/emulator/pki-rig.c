/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define ZLIB_CONST
#include <zlib.h>

#include "tests/emulator/card-host.h"
#include "tests/emulator/pki-rig.h"

void
pki_file(const char *dir, const char *name, struct blob *out)
{
	uint8_t data[1024];
	char path[512];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "r");
	if (!f) {
		fail_msg("%s is missing", path);
		return;
	}
	while ((n = fread(data, 1, sizeof(data), f)) > 0)
		blob_add(out, data, n);
	fclose(f);
}

bool
pki_element(struct card *card, uint8_t tag, struct blob *out)
{
	struct blob t = {0}, v = {0};
	size_t i, len, at = 0;
	bool found = false;

	host_read(card, 1, 255, &t);
	host_read(card, 2, 240, &v);
	for (i = 0; i + 1 < t.len; i += 2) {
		uint8_t this = t.data[i];

		len = t.data[i + 1];
		if (len == 0xFF) {
			assert_true(i + 3 < t.len);
			len = t.data[i + 2] + 256u * t.data[i + 3];
			i += 2;
		}
		assert_true(at + len <= v.len);
		if (this == tag) {
			blob_add(out, v.data + at, len);
			found = true;
		}
		at += len;
	}
	assert_int_equal(at, v.len);
	blob_clear(&t);
	blob_clear(&v);
	return found;
}

static size_t
unpack(const struct blob *in, int window, uint8_t *out, size_t max)
{
	z_stream z = {.next_in = in->data,
	    .avail_in = (uInt)in->len,
	    .next_out = out,
	    .avail_out = (uInt)max};
	size_t n;

	assert_int_equal(inflateInit2(&z, window), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.avail_in, 0);
	n = z.total_out;
	inflateEnd(&z);
	return n;
}

void
pki_container(struct card *card, const char *dir, const char *aid,
    uint8_t certinfo, int window, const char *file)
{
	struct blob packed = {0}, info = {0}, wanted = {0}, lrc = {0};
	uint8_t der[CERT_MAX];
	size_t n;

	host_select(card, aid);
	assert_true(pki_element(card, 0x70, &packed));
	assert_true(pki_element(card, 0x71, &info));
	assert_int_equal(info.len, 1);
	assert_int_equal(info.data[0], certinfo);
	assert_true(pki_element(card, 0xFE, &lrc));
	pki_file(dir, file, &wanted);
	if (window) {
		n = unpack(&packed, window, der, sizeof(der));
		assert_int_equal(n, wanted.len);
		assert_memory_equal(der, wanted.data, n);
	} else {
		assert_int_equal(packed.len, wanted.len);
		assert_memory_equal(packed.data, wanted.data, wanted.len);
	}
	blob_clear(&packed);
	blob_clear(&info);
	blob_clear(&wanted);
	blob_clear(&lrc);
}
