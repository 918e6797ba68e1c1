/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the simulated reader share. */
#ifndef TESTS_SIM_PRIVATE_H
#define TESTS_SIM_PRIVATE_H

#include "tests/unit/sim-reader.h"
#include "tests/unit/unit.h"

void sim_power_off(struct sim_reader *s);

/* Queue an answer to msg, or a failure. */
struct sim_frame *sim_answer(
    struct sim_reader *s, struct bytes msg, uint8_t type, struct bytes data);
void sim_refuse(
    struct sim_reader *s, struct bytes msg, uint8_t type, uint8_t bError);

/* A command message that has arrived. */
void sim_on_message(struct sim_reader *s, struct bytes msg);

/* XfrBlock as the level of exchange has it, the answer queued. */
void sim_exchange(struct sim_reader *s, struct bytes msg);

/* Whether the fault strikes this transfer; and what it does to the answer. */
bool sim_strikes(struct sim_reader *s, struct bytes tpdu);
void sim_spoil(struct sim_reader *s, struct bytes msg);

#endif
