/* SPDX-License-Identifier: BSD-2-Clause */
/* APDUs over T=0, done by the reader (ISO/IEC 7816-3, 12.2). */
#include <string.h>

#include "tools/emulator/ccid-slot.h"

#define INS_GET_RESPONSE 0xC0
#define INS_ENVELOPE	 0xC2
#define CLASS_ECHO	 0xFF
#define ROUNDS_MAX	 1024
#define CHUNK		 255

/* A command APDU, cut up (ISO/IEC 7816-4, 5.1). */
struct apdu_parts {
	const uint8_t *header;
	const uint8_t *data;
	size_t lc;
	size_t ne; /* 0: no Le */
};

struct talk {
	struct slot *slot;
	struct line_answer answer;
	unsigned *extended;
	uint8_t cla;
};

static bool
cut_short(const uint8_t *p, size_t n, struct apdu_parts *out)
{
	if (n > 5) {
		out->lc = p[4];
		out->data = p + 5;
		if (n != 5 + out->lc && n != 6 + out->lc)
			return false;
	}
	if (n == 5 || (n > 5 && n == 6 + out->lc))
		out->ne = p[n - 1] ? p[n - 1] : 256;
	return true;
}

static bool
cut_extended(const uint8_t *p, size_t n, struct apdu_parts *out)
{
	size_t first = (size_t)p[5] << 8 | p[6];
	bool has_le = n == 7;

	if (n > 7) {
		out->lc = first;
		out->data = p + 7;
		has_le = n == 9 + first;
		if (first == 0 || (n != 7 + first && !has_le))
			return false;
	}
	if (has_le)
		out->ne = (size_t)p[n - 2] << 8 | p[n - 1];
	if (has_le && out->ne == 0)
		out->ne = 65536;
	return true;
}

static bool
cut(const uint8_t *p, size_t n, struct apdu_parts *out)
{
	*out = (struct apdu_parts){.header = p};
	if (n > 6 && p[4] == 0)
		return cut_extended(p, n, out);
	return cut_short(p, n, out);
}

static unsigned
sw_of(const struct talk *talk)
{
	const struct line_answer *a = &talk->answer;

	return (unsigned)a->bytes[a->n - 2] << 8 | a->bytes[a->n - 1];
}

static enum line_result
tpdu(struct talk *talk, const uint8_t header[4], size_t p3, const uint8_t *data,
    size_t n)
{
	uint8_t bytes[TPDU_HEADER + CHUNK];
	enum line_result result;

	memcpy(bytes, header, 4);
	bytes[4] = (uint8_t)p3;
	if (n > 0)
		memcpy(bytes + TPDU_HEADER, data, n);
	result = line_exchange(&talk->slot->line, talk->slot->card, bytes,
	    TPDU_HEADER + n, &talk->answer);
	*talk->extended += talk->answer.nulls;
	return result;
}

/* 12.2.4: the whole APDU in pieces. */
static enum line_result
envelope(struct talk *talk, const uint8_t *apdu, size_t n)
{
	const uint8_t header[4] = {talk->cla, INS_ENVELOPE, 0, 0};
	enum line_result result = LINE_OK;

	for (size_t at = 0; at < n && result == LINE_OK; at += CHUNK) {
		size_t part = n - at < CHUNK ? n - at : CHUNK;

		result = tpdu(talk, header, part, apdu + at, part);
		if (result == LINE_OK && sw_of(talk) != 0x9000)
			break;
	}
	return result;
}

static void
keep(const struct talk *talk, size_t ne, struct blob *response)
{
	size_t n = talk->answer.n - 2;

	if (n > ne - response->len)
		n = ne - response->len;
	if (n > 0)
		blob_add(response, talk->answer.bytes, n);
}

/* 61xx until all is there that was asked for. */
static enum line_result
fetch(struct talk *talk, size_t ne, struct blob *response)
{
	uint8_t fixed = talk->slot->model->ccid[48]; /* bClassGetResponse */
	const uint8_t header[4] = {
	    fixed == CLASS_ECHO ? talk->cla : fixed, INS_GET_RESPONSE, 0, 0};
	enum line_result result = LINE_OK;

	for (unsigned i = 0; i < ROUNDS_MAX; i++) {
		unsigned sw = sw_of(talk);
		size_t want = sw & 0xFF ? sw & 0xFF : 256;

		if ((sw >> 8 != 0x61 && sw >> 8 != 0x6C) || response->len >= ne)
			break;
		if (sw >> 8 == 0x61 && want > ne - response->len)
			want = ne - response->len;
		result = tpdu(talk, header, want, NULL, 0);
		if (result != LINE_OK)
			break;
		keep(talk, ne, response);
	}
	return result;
}

/* No data to the card: P3 is Le, and 6Cxx the card's idea of it. */
static enum line_result
ask(struct talk *talk, const struct apdu_parts *a, struct blob *response)
{
	size_t p3 = a->ne < 256 ? a->ne : 0;
	enum line_result result = tpdu(talk, a->header, p3, NULL, 0);

	if (result == LINE_OK && a->ne > 0 && sw_of(talk) >> 8 == 0x6C)
		result = tpdu(talk, a->header, sw_of(talk) & 0xFF, NULL, 0);
	if (result == LINE_OK)
		keep(talk, a->ne, response);
	return result;
}

enum line_result
level_t0_apdu(struct slot *slot, const uint8_t *apdu, size_t n,
    struct blob *response, unsigned *extended)
{
	struct talk talk = {.slot = slot, .extended = extended, .cla = apdu[0]};
	struct apdu_parts a;
	enum line_result result;

	if (!cut(apdu, n, &a)) {
		blob_add(response, "\x67\x00", 2);
		return LINE_OK;
	}
	if (a.lc > CHUNK)
		result = envelope(&talk, apdu, n);
	else if (a.lc > 0)
		result = tpdu(&talk, a.header, a.lc, a.data, a.lc);
	else
		result = ask(&talk, &a, response);
	if (result == LINE_OK && a.ne > 0 && sw_of(&talk) >> 8 == 0x61)
		result = fetch(&talk, a.ne, response);
	if (result == LINE_OK) {
		blob_byte(response, sw_of(&talk) >> 8);
		blob_byte(response, sw_of(&talk) & 0xFF);
	}
	return result;
}
