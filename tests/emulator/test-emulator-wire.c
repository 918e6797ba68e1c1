/* SPDX-License-Identifier: BSD-2-Clause */
/* Recorded exchanges of real cards, sent to the emulated ones. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/emulator/apdu-host.h"
#include "tools/emulator/card/state.h"

#define LINE_SIZE 1024
#define PIECE	  0xF0

/* What is around the certificate: certinfo, MSCUID, LRC. */
#define AROUND (1 + 38 + 1)

struct wire {
	struct card *card;
	struct apdu_host *host; /* for whole APDUs, NULL: TPDUs of T=0 */
	FILE *file;
	unsigned line;
	char text[LINE_SIZE]; /* next line, empty at the end */
	uint8_t block[256];   /* what redacted bytes of a command are */
	struct host_answer answer;
	size_t c_len; /* {C:} */
	size_t v_len; /* {V:} */
	size_t at;    /* of the V-buffer after the last piece */
	unsigned lines;
};

static void
wire_next(struct wire *w)
{
	do {
		w->line++;
		if (!fgets(w->text, sizeof(w->text), w->file)) {
			w->text[0] = '\0';
			return;
		}
	} while (w->text[0] == '#' || w->text[0] == '\n');
	w->text[strcspn(w->text, "\n")] = '\0';
	w->lines++;
}

static uint8_t
byte_at(const char *word)
{
	unsigned value = 0;

	assert_int_equal(sscanf(word, "%2x", &value), 1);
	return (uint8_t)value;
}

/* Redacted: the PIN for VERIFY, else a block below any modulus. */
static void
wire_fill(const struct wire *w, uint8_t *tpdu, size_t at, size_t n)
{
	if (tpdu[1] == 0x20)
		memcpy(tpdu + at, w->card->pin, n);
	else
		memcpy(tpdu + at, w->block, n);
}

static size_t
wire_command(const struct wire *w, char *text, uint8_t *tpdu, size_t max)
{
	unsigned redacted;
	size_t n = 0;
	char *word;

	while ((word = strsep(&text, " "))) {
		if (sscanf(word, "..(%u)", &redacted) == 1) {
			assert_true(n >= 5 && redacted <= max - n);
			wire_fill(w, tpdu, n, redacted);
			n += redacted;
		} else {
			assert_true(n < max);
			tpdu[n++] = byte_at(word);
		}
	}
	return n;
}

static void
wire_send_apdu(struct wire *w, const uint8_t *apdu, size_t n)
{
	struct blob out = {0};

	w->answer.sw = apdu_bytes(w->host, apdu, n, &out);
	assert_true(out.len <= sizeof(w->answer.data));
	w->answer.len = out.len;
	if (out.len > 0)
		memcpy(w->answer.data, out.data, out.len);
	blob_clear(&out);
}

static void
wire_send(struct wire *w)
{
	uint8_t tpdu[5 + 255];
	size_t n = wire_command(w, w->text + 2, tpdu, sizeof(tpdu));

	if (w->host) {
		wire_send_apdu(w, tpdu, n);
		return;
	}
	host_tpdu(w->card, tpdu, n, &w->answer);
	if (tpdu[1] == 0x52 && tpdu[5] == 0x02)
		w->at = (size_t)tpdu[2] * 256 + tpdu[3] + tpdu[6];
}

/* The word's bytes against got, of which left remain; returns how many. */
static size_t
wire_match(struct wire *w, const char *word, const uint8_t *got, size_t left)
{
	unsigned redacted;
	char mark;

	if (sscanf(word, "..(%u)", &redacted) == 1) {
		assert_true(redacted <= left);
		return redacted;
	}
	if (sscanf(word, "{%c:", &mark) == 1) {
		assert_true(left >= 2);
		if (mark == 'C')
			w->c_len = got[0] + 256u * got[1];
		else
			w->v_len = got[0] + 256u * got[1];
		return 2;
	}
	assert_true(left >= 1);
	if (byte_at(word) != got[0])
		fail_msg("line %u: %02X instead of %s", w->line, got[0], word);
	return 1;
}

static void
wire_compare(struct wire *w)
{
	char *text = w->text + 2, *word;
	uint8_t got[sizeof(w->answer.data) + 2];
	size_t n = w->answer.len, at = 0;

	memcpy(got, w->answer.data, n);
	got[n++] = (uint8_t)(w->answer.sw >> 8);
	got[n++] = (uint8_t)w->answer.sw;
	while ((word = strsep(&text, " ")))
		if (*word)
			at += wire_match(w, word, got + at, n - at);
	if (at != n)
		fail_msg("line %u: %zu bytes instead of %zu", w->line, n, at);
}

/* Read on as the recording did, to the end of this card's V-buffer. */
static void
wire_rest(struct wire *w)
{
	char hex[64];
	size_t count, end = w->v_len + 2;

	assert_int_equal(w->v_len, w->c_len + AROUND);
	while (w->at < end) {
		count = end - w->at < PIECE ? end - w->at : PIECE;
		snprintf(hex, sizeof(hex), "00 52 %02zX %02zX 02 02 %02zX",
		    w->at >> 8, w->at & 0xFF, count);
		assert_int_equal(
		    host_hex(w->card, hex, &w->answer), 0x6100 | count);
		snprintf(hex, sizeof(hex), "00 C0 00 00 %02zX", count);
		assert_int_equal(host_hex(w->card, hex, &w->answer), 0x9000);
		assert_int_equal(w->answer.len, count);
		w->at += count;
	}
	while (w->text[0] == '~')
		wire_next(w);
}

static void
wire_run_as(
    const char *file, struct card *card, struct apdu_host *host, unsigned lines)
{
	struct wire w = {.card = card, .host = host};
	char path[512];
	size_t i;

	for (i = 1; i < sizeof(w.block); i++)
		w.block[i] = (uint8_t)i;
	data_path(file, path, sizeof(path));
	w.file = fopen(path, "r");
	if (!w.file) {
		fail_msg("%s is missing", path);
		return;
	}
	for (wire_next(&w); w.text[0];) {
		if (w.text[0] == '~') {
			wire_rest(&w);
			continue;
		}
		if (w.text[0] == '>')
			wire_send(&w);
		else
			wire_compare(&w);
		wire_next(&w);
	}
	fclose(w.file);
	assert_int_equal(w.lines, lines);
}

static void
wire_run(const char *file, struct card *card, unsigned lines)
{
	wire_run_as(file, card, NULL, lines);
}

static void
gemalto_gcx4_answers_as_recorded(void **state)
{
	struct card *card = host_card("cac-v2-gcx4", NULL);

	(void)state;
	wire_run("gemalto-gcx4-cac.txt", card, 158);
	card_free(&card);
}

static void
oberthur_cosmo52_answers_as_recorded(void **state)
{
	struct card *card = host_card("cac-v2-cosmo52", NULL);

	(void)state;
	wire_run("oberthur-cosmo52-cac.txt", card, 162);
	card_free(&card);
}

static void
gemalto_topdl_piv_answers_as_recorded(void **state)
{
	char folder[128], path[512], data[512], ccc[512], lines[1100];
	struct card *card;

	(void)state;
	folder_make(folder, sizeof(folder));
	data_path("gemalto-topdl-piv.profile", data, sizeof(data));
	profile_path("piv-ccc.inc", ccc, sizeof(ccc));
	snprintf(lines, sizeof(lines), "include %s\ninclude %s", data, ccc);
	host_profile(folder, "gemalto-gx4.inc", lines, path, sizeof(path));
	card = host_card(path, NULL);
	wire_run("gemalto-topdl-piv.txt", card, 68);
	wire_run("gemalto-topdl-piv-probes.txt", card, 46);
	assert_int_equal(card_verifies(card), 1);
	card_free(&card);
	folder_remove(folder);
}

/* The recording does not tell the protocol: both, then. */
static void
gd_sce7_answers_as_recorded(void **state)
{
	static const uint8_t t1[] = {0xFF, 0x01, 0xFE};
	struct apdu_host h;
	uint8_t answer[6];

	(void)state;
	apdu_open(&h, "piv-only-sce7", NULL);
	wire_run_as("gd-sce7-piv.txt", h.card, &h, 12);
	apdu_reset(&h);
	assert_int_equal(card_pps(h.card, t1, sizeof(t1), answer), sizeof(t1));
	assert_int_equal(card_protocol(h.card), 1);
	wire_run_as("gd-sce7-piv.txt", h.card, &h, 12);
	apdu_close(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gemalto_gcx4_answers_as_recorded),
	    cmocka_unit_test(oberthur_cosmo52_answers_as_recorded),
	    cmocka_unit_test(gemalto_topdl_piv_answers_as_recorded),
	    cmocka_unit_test(gd_sce7_answers_as_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
