/* SPDX-License-Identifier: BSD-2-Clause */
/* A host with one simulated reader, and a card layer in miniature. */
#ifndef TESTS_SIM_RIG_H
#define TESTS_SIM_RIG_H

#include "reader/readers.h"
#include "tests/unit/fake-bus.h"
#include "tests/unit/fake-clock.h"
#include "tests/unit/sim-reader.h"
#include "tests/unit/unit.h"

struct sim_rig {
	struct fake_bus bus;
	struct sim_reader sim;
	struct readers *readers;
	struct reader *reader;
	struct buf data;
	bool selected;
	unsigned epoch; /* of the selection */
};

/* A healthy reader whose card holds an object of n bytes. */
void sim_rig_open(struct sim_rig *g, size_t object_n);
void sim_rig_close(struct sim_rig *g);

/* Before the first use: the class descriptor (hex) for host and reader. */
void sim_rig_describe(struct sim_rig *g, const char *desc);

/* A look at the slot: what is in it, and how often that has changed. */
enum presence sim_rig_poll(struct sim_rig *g);
unsigned sim_rig_generation(struct sim_rig *g);

/* Every transaction may take ten minutes of fake time. */
err_t sim_rig_begin(struct sim_rig *g);
void sim_rig_end(struct sim_rig *g);

/*
 * Select and read the object as a card layer would, into g->data: again from
 * the selection after READER_ERR_RESET. 0 only for the whole object.
 */
err_t sim_rig_read(struct sim_rig *g);

/* One transaction with sim_rig_read(). */
err_t sim_rig_read_once(struct sim_rig *g);

/* VERIFY with PIN 314159, padded with FF. */
err_t sim_rig_verify(struct sim_rig *g, uint16_t *sw);

/* The P3 of a TPDU that asks for data, 0 for others. */
unsigned sim_rig_asks(struct bytes tpdu);

#endif
