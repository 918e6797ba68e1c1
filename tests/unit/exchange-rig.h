/* SPDX-License-Identifier: BSD-2-Clause */
/* A script of TPDUs with their answers, and one command that is run by it. */
#ifndef TESTS_EXCHANGE_RIG_H
#define TESTS_EXCHANGE_RIG_H

#include "reader/exchange.h"
#include "tests/unit/ccid-rig.h"

#define DATA_MAX 70000

static struct rig rig;
static struct buf got;
static uint16_t got_sw;
static bool got_more;
static char script[32 * 1024];
static size_t script_n;

/* The byte at a place of what the card sends: splices show. */
static inline uint8_t
pattern(size_t at)
{
	return (uint8_t)(at * 7 + at / 256);
}

static inline void
add(const char *head, const char *text)
{
	script_n += (size_t)snprintf(
	    script + script_n, sizeof(script) - script_n, "%s%s\n", head, text);
	assert_true(script_n < sizeof(script));
}

/* A TPDU and its whole answer. */
static inline void
step(const char *tpdu, const char *answer)
{
	add("M > XfrBlock slot=0 seq=1 00 00 00 | ", tpdu);
	add("M < DataBlock slot=0 seq=1 status=00 error=00 00 | ", answer);
}

/* An answer of n bytes of the pattern from `at` on. */
static inline void
step_data(const char *tpdu, size_t at, size_t n, const char *sw)
{
	static char answer[3 * 260];
	char *p = answer;

	for (size_t i = 0; i < n; i++)
		p += sprintf(p, "%02X ", pattern(at + i));
	(void)strcpy(p, sw);
	step(tpdu, answer);
}

static inline err_t
run(const struct apdu_cmd *cmd, unsigned chunk)
{
	struct apdu_rsp rsp = {.data = &got};
	struct params t0 = {.protocol = 0};
	struct link link;
	err_t err;

	buf_clear(&got);
	rig_open(&rig, SCR3310_5116, script);
	assert_int_equal(
	    link_start(&link, &rig.slot, &t0, true, deadline_in(60000)), 0);
	err = exchange(&link, cmd, chunk, deadline_in(60000), &rsp);
	got_sw = rsp.sw;
	got_more = rsp.more;
	rig_close(&rig);
	script_n = 0;
	script[0] = '\0';
	return err;
}

static inline int
empty(void **state)
{
	(void)state;
	buf_init(&got, DATA_MAX);
	script_n = 0;
	script[0] = '\0';
	return 0;
}

static inline int
cleared(void **state)
{
	(void)state;
	buf_clear(&got);
	return 0;
}

#define EXCHANGE(sentence, function)                                           \
	TEST_WITH("exchange: " sentence, function, empty, cleared)

#endif
