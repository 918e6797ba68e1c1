/* SPDX-License-Identifier: BSD-2-Clause */
/* A card with two PKI containers, and what is read from the first. */
#ifndef TESTS_UNIT_BUFFER_RIG_H
#define TESTS_UNIT_BUFFER_RIG_H

#include "cac/cac-buffer.h"
#include "tests/unit/fake-reader.h"

#define T_HEX	 "71 01 70 FF B2 03 72 26 FE 01"
#define V_LENGTH 986

/* Of the first container. */
extern const struct cac_path rig_path;

/* T has 10 bytes, V has V_LENGTH; both containers are alike. */
extern const uint8_t rig_t[10];
extern struct buf rig_v;
extern struct fake_container rig_containers[2];
extern struct reader reader;
extern struct cac_io rig_io;
extern struct cac_buffers rig_out;

/* For each test. */
int rig_setup(void **state);
int rig_teardown(void **state);

/* Both buffers are read as they are on the card. */
void rig_reads(void);

/* The one fault of the reader. */
void rig_fault(struct fake_fault fault);

#endif
