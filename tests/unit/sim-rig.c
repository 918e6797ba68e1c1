/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/sim-rig.h"

#define RESETS_MAX 20

void
sim_rig_open(struct sim_rig *g, size_t object_n)
{
	*g = (struct sim_rig){.selected = false};
	sim_reader_init(&g->sim, object_n);
	g->sim.wait = fake_clock_pass_to;
	fake_bus_plug_pipe(&g->bus, 0, sim_reader_pipe(&g->sim), "1-1", 2);
	assert_int_equal(readers_new(fake_bus_bus(&g->bus), &g->readers), 0);
	sim_rig_describe(g, g->sim.desc);
	assert_int_equal(readers_count(g->readers), 1);
	g->reader = readers_get(g->readers, 0);
	buf_init(&g->data, SIM_OBJECT_MAX + 1000);
}

void
sim_rig_describe(struct sim_rig *g, const char *desc)
{
	uint8_t room[64];

	sim_reader_describe(&g->sim, desc);
	memcpy(g->bus.info[0].ccid, hex_parse(desc, room).p, 54);
	assert_int_equal(readers_refresh(g->readers), 0);
}

void
sim_rig_close(struct sim_rig *g)
{
	readers_free(&g->readers);
	assert_int_equal(g->bus.closes, 1);
	assert_int_equal(g->sim.claims, g->sim.releases);
	buf_clear(&g->data);
}

err_t
sim_rig_begin(struct sim_rig *g)
{
	return reader_begin(g->reader, deadline_in(600000));
}

void
sim_rig_end(struct sim_rig *g)
{
	reader_end(g->reader);
}

static err_t
select_applet(struct sim_rig *g)
{
	struct apdu_cmd cmd = {.ins = 0xA4,
	    .p1 = 4,
	    .data = HEX("CA C0"),
	    .replay = APDU_REPLAY_OK};
	struct apdu_rsp rsp = {.data = NULL};
	err_t err;

	if (g->selected && g->epoch == reader_epoch(g->reader))
		return 0;
	g->selected = false;
	err = reader_exchange(g->reader, &cmd, &rsp, deadline_in(600000));
	if (err != 0)
		return err;
	assert_int_equal(rsp.sw, 0x9000);
	g->selected = true;
	g->epoch = reader_epoch(g->reader);
	return 0;
}

static err_t
get_object(struct sim_rig *g)
{
	struct apdu_cmd cmd = {.ins = 0xCB,
	    .data = HEX("01"),
	    .ne = APDU_NE_ALL,
	    .replay = APDU_REPLAY_OK};
	struct apdu_rsp rsp = {.data = &g->data};
	err_t err = select_applet(g);

	if (err == 0)
		err =
		    reader_exchange(g->reader, &cmd, &rsp, deadline_in(600000));
	if (err != 0) {
		/* As it was, says reader.h. */
		assert_int_equal(g->data.n, 0);
		assert_int_equal(buf_err(&g->data), 0);
		return err;
	}
	/* A card without selection says 6A82: no object would be missed. */
	if (rsp.sw != 0x9000)
		fail_msg("status word %04X for an object that exists", rsp.sw);
	assert_int_equal(g->data.n, g->sim.card.object_n);
	for (size_t i = 0; i < g->data.n; i++) {
		if (g->data.p[i] != sim_object_byte(i))
			fail_msg("byte %zu is wrong: a splice", i);
	}
	return 0;
}

err_t
sim_rig_read(struct sim_rig *g)
{
	err_t err = READER_ERR_RESET;

	reader_new_object(g->reader);
	for (unsigned i = 0; i < RESETS_MAX && err == READER_ERR_RESET; i++) {
		buf_truncate(&g->data, 0);
		err = get_object(g);
	}
	return err;
}

err_t
sim_rig_read_once(struct sim_rig *g)
{
	err_t err = sim_rig_begin(g);

	if (err != 0)
		return err;
	err = sim_rig_read(g);
	sim_rig_end(g);
	return err;
}

err_t
sim_rig_verify(struct sim_rig *g, uint16_t *sw)
{
	struct apdu_cmd cmd = {.ins = 0x20,
	    .data = HEX("33 31 34 31 35 39 FF FF"),
	    .replay = APDU_NEVER_REPLAY,
	    .secret = APDU_SECRET_DATA};
	struct apdu_rsp rsp = {.data = NULL};
	err_t err;

	reader_new_object(g->reader);
	err = reader_exchange(g->reader, &cmd, &rsp, deadline_in(600000));
	*sw = rsp.sw;
	return err;
}

unsigned
sim_rig_asks(struct bytes tpdu)
{
	if (tpdu.n != 5)
		return 0;
	return tpdu.p[4] == 0 ? 256 : tpdu.p[4];
}

enum presence
sim_rig_poll(struct sim_rig *g)
{
	unsigned generation;
	err_t why;

	return reader_poll(g->reader, &generation, &why);
}

unsigned
sim_rig_generation(struct sim_rig *g)
{
	unsigned generation;
	err_t why;

	(void)reader_poll(g->reader, &generation, &why);
	return generation;
}
