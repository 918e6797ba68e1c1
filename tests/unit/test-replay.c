/* SPDX-License-Identifier: BSD-2-Clause */
/* A trace is a transcript: what was recorded can be played back. */
#include <string.h>

#include "tests/unit/sim-rig.h"
#include "tests/unit/trace-file.h"

#define OBJECT	 700
#define WIRE_MAX 65536

static struct sim_rig g;
static struct fake_usb usb;
static unsigned strike_at;

static bool
at_its_turn(const struct sim_reader *s, struct bytes tpdu)
{
	(void)tpdu;
	return s->transfers == strike_at;
}

/* What a session did, for comparison. */
struct session {
	err_t read, verify, again;
	uint16_t sw;
	struct buf data;
};

static void
run(struct session *s)
{
	buf_init(&s->data, SIM_OBJECT_MAX + 1000);
	s->read = sim_rig_read_once(&g);
	buf_append(&s->data, buf_bytes(&g.data));
	assert_int_equal(sim_rig_begin(&g), 0);
	s->verify = sim_rig_verify(&g, &s->sw);
	sim_rig_end(&g);
	s->again = sim_rig_read_once(&g);
}

/* The recorded reader in the place of the simulated one. */
static void
plug_recorded(const char *text)
{
	fake_usb_load(&usb, text);
	usb.wait = fake_clock_pass_to;
	readers_free(&g.readers);
	g.bus = (struct fake_bus){.lists = 0};
	fake_bus_plug(&g.bus, 0, &usb, "1-1", 2);
	assert_int_equal(readers_new(fake_bus_bus(&g.bus), &g.readers), 0);
	assert_int_equal(readers_refresh(g.readers), 0);
	g.reader = readers_get(g.readers, 0);
	g.selected = false;
}

static void
play_back(const char *text, struct session *s)
{
	plug_recorded(text);
	run(s);
	fake_usb_assert_done(&usb);
	fake_usb_clear(&usb);
}

static void
recorded_and_replayed(enum sim_fault fault, uint8_t bError, unsigned at)
{
	struct trace_file trace;
	struct session first, second;
	char *text;

	trace_file_begin(&trace);
	sim_rig_open(&g, OBJECT);
	strike_at = at;
	sim_reader_strike(&g.sim, fault, bError, at_its_turn);
	g.sim.strikes_max = 1;
	run(&first);
	text = trace_file_text(&trace);
	trace_file_end(&trace);

	play_back(text, &second);
	assert_int_equal(first.read, second.read);
	assert_int_equal(first.verify, second.verify);
	assert_int_equal(first.sw, second.sw);
	assert_int_equal(first.again, second.again);
	assert_bytes(buf_bytes(&second.data), buf_bytes(&first.data));
	buf_clear(&first.data);
	buf_clear(&second.data);
	free(text);
	sim_rig_close(&g);
}

static void
a_healthy_session(void **state)
{
	(void)state;
	recorded_and_replayed(SIM_NONE, 0, 0);
}

static void
sessions_with_faults(void **state)
{
	static const enum sim_fault faults[] = {SIM_ERROR, SIM_INACTIVE,
	    SIM_SILENT, SIM_LATE, SIM_STALL_IN, SIM_SHORT, SIM_LENGTH, SIM_TYPE,
	    SIM_SEQ, SIM_BABBLE, SIM_EMPTY, SIM_GARBAGE};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(faults); i++) {
		for (unsigned at = 1; at <= 5; at++)
			recorded_and_replayed(faults[i], 0xF6, at);
	}
}

static void
a_login_that_fails(void **state)
{
	(void)state;
	/* SELECT, GET DATA and three GET RESPONSE come before VERIFY. */
	recorded_and_replayed(SIM_ERROR, 0xF6, 6);
	recorded_and_replayed(SIM_SILENT, 0, 6);
	recorded_and_replayed(SIM_INACTIVE, 0xFE, 6);
}

/* A transcript of the test data, to be freed. */
static char *
wire(const char *name)
{
	const char *folder = getenv("CAC_TEST_DATA");
	char path[512];
	char *text = calloc(1, WIRE_MAX);
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s",
	    folder != NULL ? folder : "tests/wire", name);
	f = fopen(path, "r");
	if (f == NULL)
		fail_msg("%s cannot be read", path);
	assert_non_null(text);
	assert_true(fread(text, 1, WIRE_MAX - 1, f) > 0);
	(void)fclose(f);
	return text;
}

static void
written_transcripts(void **state)
{
	static const char *const names[] = {"scr3310-f6-once.txt",
	    "scr3310-late-answer.txt", "scr3310-time-extensions.txt",
	    "scr3310-wrong-le.txt", "scr3310-stall.txt",
	    "scr3310-power-lost.txt"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		char *text = wire(names[i]);

		sim_rig_open(&g, 4);
		plug_recorded(text);
		if (sim_rig_read_once(&g) != 0)
			fail_msg("%s: %s", names[i], usb.mismatch);
		fake_usb_assert_done(&usb);
		fake_usb_clear(&usb);
		sim_rig_close(&g);
		free(text);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("replay: a healthy session", a_healthy_session),
	    TEST("replay: sessions with each fault at each exchange",
		sessions_with_faults),
	    TEST("replay: a login that fails", a_login_that_fails),
	    TEST("replay: written transcripts of faults end with the object",
		written_transcripts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
