/* SPDX-License-Identifier: BSD-2-Clause */
/* Renewals and other cards from outside, and what the report counts of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/emulator/host.h"
#include "tests/emulator/usb-client.h"

#define POWER_ON "62 00 00 00 00 00 .. 00 00 00"
#define HEADER	 10
#define CARD_ID	 14
#define PIECE	 0xF0

/* What a host can tell a card by. */
struct face {
	uint8_t card_id[CARD_ID];
	uint8_t certificate[PIECE]; /* its first part, serial number and all */
};

static void
read_part(struct usb_client *c, const char *select, const char *read,
    const char *fetch, uint8_t *out, size_t n)
{
	usb_client_tpdu(c, select);
	usb_client_expect(c, "80 02 00 00 00 00 .. 00 00 00 61 0D");
	usb_client_tpdu(c, read);
	usb_client_tpdu(c, fetch);
	assert_int_equal(c->n, HEADER + n + 2);
	memcpy(out, c->answer + HEADER, n);
}

static void
look(struct usb_client *c, struct face *face)
{
	usb_client_ask(c, POWER_ON);
	read_part(c, "00 A4 04 00 07 A0 00 00 01 16 DB 00",
	    "80 52 00 09 02 02 0E", "00 C0 00 00 0E", face->card_id, CARD_ID);
	read_part(c, "00 A4 04 00 07 A0 00 00 00 79 01 00",
	    "80 52 00 02 02 02 F0", "00 C0 00 00 F0", face->certificate, PIECE);
}

static void
expect(const struct face *a, const struct face *b, bool id, bool certificate)
{
	assert_int_equal(memcmp(a->card_id, b->card_id, CARD_ID) == 0, id);
	assert_int_equal(
	    memcmp(a->certificate, b->certificate, PIECE) == 0, certificate);
}

static void
scene_renew(void)
{
	struct face first, now;
	struct usb_client c;

	usb_client_begin(&c, POWER_ON);
	look(&c, &first);
	host_tell("renew 00", "done");
	look(&c, &now);
	expect(&first, &now, true, false);
	first = now;
	host_tell("renew 02:key", "done");
	look(&c, &now);
	expect(&first, &now, true, true);
	host_tell("renew 09", "failed");
	host_tell("renew 0", "what?");
	host_tell("renew 00:all", "what?");
	host_tell("renew", "what?");
	/* The next card will have been renewed. */
	host_tell("card out", "done");
	host_tell("renew 00:key", "done");
	host_tell("card in", "done");
	look(&c, &now);
	expect(&first, &now, true, false);
	usb_client_close(&c);
}

static void
certificates_are_renewed(void **state)
{
	(void)state;
	host_play(
	    "renew", "--card cac-v2-plain-gzip --control $FOLDER/control");
	host_expect("log", "C certificate 00 renewed\n");
	host_expect("log", "C certificate 02 renewed, new key\n");
	host_expect("log", "C not renewed: there is no key 09\n");
}

static void
scene_other(void)
{
	struct face first, other, now;
	struct usb_client c;

	usb_client_begin(&c, POWER_ON);
	look(&c, &first);
	/* The same card; then one of another identity, by hand and by fault. */
	host_tell("card in", "done");
	look(&c, &now);
	expect(&first, &now, true, true);
	host_tell("card other", "done");
	look(&c, &now);
	expect(&first, &now, false, false);
	host_tell("card other nothing", "failed");
	host_tell("card another", "what?");
	host_tell("card other", "done");
	look(&c, &other);
	expect(&other, &now, true, true);
	host_tell("card in", "done");
	look(&c, &now);
	expect(&first, &now, true, true);
	usb_client_tpdu(&c, "00 20 00 00 08 31 32 33 34 35 36 FF FF");
	look(&c, &now);
	expect(&other, &now, true, true);
	usb_client_close(&c);
}

static void
another_card_is_another(void **state)
{
	(void)state;
	host_play("other",
	    "--card cac-v2-plain-gzip --control $FOLDER/control "
	    "--inject 'card-other lost ins=20'");
}

static void
scene_count(void)
{
	struct usb_client c;

	usb_client_begin(&c, POWER_ON);
	usb_client_tpdu(&c, "00 20 00 00 08 31 32 33 34 35 36 FF FF");
	usb_client_expect(&c, "80 02 00 00 00 00 .. 00 00 00 63 C2");
	usb_client_tpdu(&c, "00 84 00 00 08");
	host_tell("card in", "done");
	usb_client_ask(&c, POWER_ON);
	usb_client_tpdu(&c, "00 20 00 00 08 31 32 33 34 35 36 FF FF");
	usb_client_tpdu(&c, "00 20 00 00 08 31 32 33 34 35 36 FF FF");
	usb_client_tpdu(&c, "00 A4 04 00 07 A0 00 00 00 79 77 77");
	usb_client_close(&c);
}

static void
the_report_counts_all_cards(void **state)
{
	(void)state;
	host_play("count", "--card cac-v2 --control $FOLDER/control");
	host_expect("report", "\"verify_commands\": 3,");
	host_expect("report", "\"wrong_pins\": 3,");
	host_expect("report", "\"pin_tries_left\": 1,");
	host_expect("report", "\"pin_changes\": 0,");
	host_expect("report", "\"private_operations\": 0,");
	host_expect("report", "\"challenges\": 1,");
	host_expect(
	    "report", "\"commands\": {\"20\": 3, \"84\": 1, \"A4\": 1},");
	host_expect("report", "\"unexpected_commands\": {},");
	host_play("probe", "--card foreign");
	host_expect("report", "\"commands\": {\"20\": 1, \"A4\": 1},");
	host_expect("report", "\"unexpected_commands\": {\"20\": 1},");
	host_play("mute", "--card foreign-memory");
	host_expect("report", "\"exchanges\": 0,");
	host_play("mute", "--card none");
	host_expect("report", "\"pin_tries_left\": null,");
}

static void
scene_probe(void)
{
	struct usb_client c;

	usb_client_begin(&c, POWER_ON);
	usb_client_tpdu(&c, "00 A4 04 00 07 A0 00 00 00 79 01 00");
	usb_client_tpdu(&c, "00 20 00 00 08 31 32 33 34 35 36 FF FF");
	usb_client_expect(&c, "80 02 00 00 00 00 .. 00 00 00 6D 00");
	usb_client_close(&c);
}

static void
scene_mute(void)
{
	struct usb_client c;

	memset(&c, 0, sizeof(c));
	assert_int_equal(usb_client_open(&c), 0);
	usb_client_ask(&c, POWER_ON);
	assert_int_equal(c.n, HEADER);
	assert_int_equal(c.answer[7] & 0xC0, 0x40);
	assert_int_equal(c.answer[8], 0xFE);
	usb_client_close(&c);
}

static void
scene_started(void)
{
	struct face first, now;
	struct usb_client c;

	usb_client_begin(&c, POWER_ON);
	look(&c, &first);
	host_tell("card in", "done");
	look(&c, &now);
	expect(&first, &now, true, true);
	usb_client_close(&c);
}

static void
a_renewal_at_the_start(void **state)
{
	(void)state;
	host_play("started",
	    "--card cac-v2-plain-gzip --renew 01 --renew 00:key "
	    "--control $FOLDER/control");
	host_expect("log", "C certificate 01 renewed\n");
	host_expect("log", "C certificate 00 renewed, new key\n");
	assert_int_equal(host_shell("$EMULATOR run $OPTIONS --card cac-v2 "
				    "--renew 44 -- true 2>$FOLDER/err"),
	    125);
	host_expect("err", "there is no key 44 to renew");
	assert_int_equal(host_shell("$EMULATOR run $OPTIONS --card cac-v2 "
				    "--renew x -- true 2>$FOLDER/err"),
	    2);
	host_expect("err", "--renew: neither NN nor NN:key: x");
}

int
main(int argc, char **argv)
{
	static const struct host_scene scenes[] = {
	    {"renew", scene_renew},
	    {"other", scene_other},
	    {"count", scene_count},
	    {"probe", scene_probe},
	    {"mute", scene_mute},
	    {"started", scene_started},
	    {NULL, NULL},
	};
	static const struct CMUnitTest tests[] = {
	    {"hand: certificates are renewed", certificates_are_renewed, NULL,
		NULL, NULL},
	    {"hand: another card is another", another_card_is_another, NULL,
		NULL, NULL},
	    {"report: counts what all cards were sent",
		the_report_counts_all_cards, NULL, NULL, NULL},
	    {"hand: a renewal at the start", a_renewal_at_the_start, NULL, NULL,
		NULL},
	};
	int status = host_main(argc, argv, scenes);

	if (status >= 0)
		return status;
	return cmocka_run_group_tests(tests, host_setup, host_teardown);
}
