/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/emulator/apdu-host.h"

#define IFS	   32
#define APDU_MAX   1024
#define ROUNDS_MAX 128

#define PCB_R	0x80
#define PCB_WTX 0xC3
#define PCB_M	0x20

void
apdu_reset(struct apdu_host *h)
{
	size_t len;

	card_reset(h->card, &len);
	h->ns = h->nr = 0;
}

void
apdu_open(struct apdu_host *h, const char *profile, const char *pki)
{
	memset(h, 0, sizeof(*h));
	h->card = host_card(profile, pki);
}

void
apdu_open_habit(struct apdu_host *h, const char *folder, const char *base,
    const char *lines, const char *pki)
{
	char path[512];

	host_profile(folder, base, lines, path, sizeof(path));
	apdu_open(h, path, pki);
}

void
apdu_close(struct apdu_host *h)
{
	assert_int_equal(card_t1_errors(h->card), 0);
	card_free(&h->card);
}

static uint16_t
by_t0(struct apdu_host *h, const uint8_t *apdu, size_t n, struct blob *out)
{
	uint8_t tpdu[5 + 255] = {0};
	struct host_answer a;

	assert_true(n >= 4 && n <= sizeof(tpdu) + 1);
	/* Le after data is left to GET RESPONSE. */
	if (n > 5 && n == 6u + apdu[4])
		n--;
	memcpy(tpdu, apdu, n);
	host_tpdu(h->card, tpdu, n == 4 ? 5 : n, &a);
	if (out)
		blob_add(out, a.data, a.len);
	return a.sw;
}

/* A block to the card and what comes back; time is granted. */
static void
swap(struct apdu_host *h, uint8_t pcb, const uint8_t *inf, size_t n,
    uint8_t answer[T1_BLOCK_MAX], struct t1_block *b)
{
	bool crc = card_uses_crc(h->card);
	uint8_t block[T1_BLOCK_MAX];
	unsigned rounds = 0;

	n = t1_block_make(block, crc, pcb, inf, n);
	n = card_t1_block(h->card, block, n, answer);
	assert_int_equal(t1_block_take(answer, n, crc, b), T1_FINE);
	while (b->pcb == PCB_WTX) {
		assert_true(rounds++ < ROUNDS_MAX);
		h->wtx++;
		n = t1_block_make(block, crc, PCB_WTX | PCB_M, b->inf, b->len);
		n = card_t1_block(h->card, block, n, answer);
		assert_int_equal(t1_block_take(answer, n, crc, b), T1_FINE);
	}
}

static uint16_t
by_t1(struct apdu_host *h, const uint8_t *apdu, size_t n, struct blob *out)
{
	uint8_t answer[T1_BLOCK_MAX];
	struct blob all = {0};
	struct t1_block b = {0};
	unsigned rounds = 0;
	size_t at, part;
	uint16_t sw;

	for (at = 0; at < n; at += part) {
		part = n - at < IFS ? n - at : IFS;
		swap(h, (uint8_t)(h->ns << 6 | (at + part < n ? PCB_M : 0)),
		    apdu + at, part, answer, &b);
		h->ns ^= 1;
		if (at + part < n)
			assert_int_equal(b.pcb, PCB_R | h->ns << 4);
	}
	for (;;) {
		assert_int_equal(b.pcb & ~PCB_M, h->nr << 6);
		assert_true(rounds++ < ROUNDS_MAX);
		h->nr ^= 1;
		blob_add(&all, b.inf, b.len);
		if (!(b.pcb & PCB_M))
			break;
		swap(h, (uint8_t)(PCB_R | h->nr << 4), NULL, 0, answer, &b);
	}
	assert_true(all.len >= 2);
	sw = (uint16_t)(all.data[all.len - 2] << 8 | all.data[all.len - 1]);
	if (out)
		blob_add(out, all.data, all.len - 2);
	blob_clear(&all);
	return sw;
}

uint16_t
apdu_once(struct apdu_host *h, const uint8_t *apdu, size_t n, struct blob *out)
{
	if (card_protocol(h->card) == 1)
		return by_t1(h, apdu, n, out);
	return by_t0(h, apdu, n, out);
}

uint16_t
apdu_bytes(struct apdu_host *h, const uint8_t *apdu, size_t n, struct blob *out)
{
	uint8_t get[5] = {0x00, 0xC0, 0x00, 0x00, 0x00}, again[5];
	uint16_t sw = apdu_once(h, apdu, n, out);
	unsigned rounds = 0;

	if (sw >> 8 == 0x6C && n == 5) {
		memcpy(again, apdu, sizeof(again));
		again[4] = (uint8_t)sw;
		sw = apdu_once(h, again, sizeof(again), out);
	}
	while (sw >> 8 == 0x61) {
		assert_true(rounds++ < ROUNDS_MAX);
		get[4] = (uint8_t)sw;
		sw = apdu_once(h, get, sizeof(get), out);
	}
	return sw;
}

static void
compare(const struct blob *out, uint16_t sw, const char *answer)
{
	uint8_t wanted[APDU_MAX];
	size_t n = hex_bytes(answer, wanted, sizeof(wanted));

	assert_true(n >= 2);
	assert_int_equal(sw, wanted[n - 2] << 8 | wanted[n - 1]);
	assert_int_equal(out->len, n - 2);
	if (n > 2)
		assert_memory_equal(out->data, wanted, n - 2);
}

void
apdu_exact(struct apdu_host *h, const char *hex, const char *answer)
{
	uint8_t apdu[APDU_MAX];
	size_t n = hex_bytes(hex, apdu, sizeof(apdu));
	struct blob out = {0};
	uint16_t sw = apdu_once(h, apdu, n, &out);

	compare(&out, sw, answer);
	blob_clear(&out);
}

void
apdu_expect(struct apdu_host *h, const char *hex, const char *answer)
{
	struct blob out = {0};
	uint16_t sw = apdu_hex(h, hex, &out);

	compare(&out, sw, answer);
	blob_clear(&out);
}

uint16_t
apdu_hex(struct apdu_host *h, const char *hex, struct blob *out)
{
	uint8_t apdu[APDU_MAX];
	size_t n = hex_bytes(hex, apdu, sizeof(apdu));

	return apdu_bytes(h, apdu, n, out);
}

uint16_t
apdu_chain(struct apdu_host *h, const uint8_t header[3],
    const struct blob *data, size_t piece, struct blob *out)
{
	uint8_t apdu[5 + 255 + 1];
	uint16_t sw = 0x9000;
	size_t at, part, n;

	for (at = 0; at < data->len && sw == 0x9000; at += part) {
		part = data->len - at < piece ? data->len - at : piece;
		apdu[0] = at + part < data->len ? 0x10 : 0x00;
		memcpy(apdu + 1, header, 3);
		apdu[4] = (uint8_t)part;
		memcpy(apdu + 5, data->data + at, part);
		n = 5 + part;
		if (apdu[0] == 0x00)
			apdu[n++] = 0x00;
		sw = apdu_bytes(h, apdu, n, out);
	}
	return sw;
}
