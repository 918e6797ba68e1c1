/* SPDX-License-Identifier: BSD-2-Clause */
/* A card made of applets, put together by each test, and what it shows. */
#ifndef TESTS_UNIT_EDGES_RIG_H
#define TESTS_UNIT_EDGES_RIG_H

#include "cac/card.h"
#include "tests/unit/cac-samples.h"

#define EDGES_SERVICES                                                         \
	"01 05 10 02 06 02 02 94 01 03 "                                       \
	"93 0A 4F 92 07 A0 00 00 01 16 DB 00 "                                 \
	"93 0A 61 92 07 A0 00 00 00 79 01 00 "                                 \
	"93 0A 62 92 07 A0 00 00 00 79 00 05 "
#define OBJECT(id, keys)                                                       \
	"51 11 41 02 " id " 42 05 00 1E 00 54 05 43 04 06 20 " keys " "
#define EDGES_PROPERTIES                                                       \
	"01 05 10 02 06 02 03 40 01 04 " OBJECT("01 00", "01 01")              \
	    OBJECT("01 01", "00 00") OBJECT(                                   \
		"01 02", "00 01") "50 0B 41 02 DB 00 42 05 00 F6 00 04 02"

/* What is right, in the order in which it is listed. */
struct expected {
	const char *label;
	uint8_t id;
	size_t sample; /* its index; 0: a hole */
};

struct edges_rig {
	struct sample_card sample; /* zlib, plain, gzip, a hole */
	struct fake_container containers[8];
	struct buf streams[3];
	struct reader reader;
	struct card *card;
};

extern struct edges_rig rig;
extern const struct deadline rig_never;

int edges_setup(void **state);
int edges_teardown(void **state);

/* An applet A0000000 79 group number: empty, or with that sample. */
struct fake_container *edges_add(uint8_t group, uint8_t number);
void edges_add_sample(uint8_t group, uint8_t number, size_t i);
void edges_add_object(uint8_t group, uint8_t number, struct bytes id, size_t i);

/* Bare applets 0100, 0101 (empty) and 0103. */
#define EDGES_BARE 3
extern const struct expected edges_bare[EDGES_BARE];
void edges_insert_bare(void);

/* Two applets with objects, behind the other ACA. */
#define EDGES_ALTERNATE 3
extern const struct expected edges_alternate[EDGES_ALTERNATE];
void edges_insert_alternate(void);

/* Open and read all; how many entries are right, or -1. */
int
edges_list(const char *model, const struct expected *expected, size_t count);

/* The same with each fault at each exchange: resets change nothing. */
void
edges_sweep(const char *model, const struct expected *expected, size_t count);

#endif
