/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands while the emulator runs: one per line in a FIFO, and one line of
 * answer for each in a second FIFO, whose name has .answer behind it. The
 * words are in cac-emulator(1).
 */
#ifndef EMULATOR_CONTROL_H
#define EMULATOR_CONTROL_H

#include "tools/emulator/hand.h"

enum control_what { CONTROL_HAND, CONTROL_UNPLUG, CONTROL_REPLUG };

struct control_command {
	enum control_what what;
	unsigned reader;  /* 1 is the first */
	struct hand hand; /* CONTROL_HAND */
};

/* Carries a command out; false: it could not be. */
typedef bool control_fn(void *arg, const struct control_command *command);

struct control;

/* Makes both FIFOs; NULL after one line on stderr. */
struct control *control_new(const char *path);
void control_free(struct control **control);

/* Readable when there is something to serve. */
int control_fd(const struct control *control);

/* Reads what is there, without waiting, and answers each whole line. */
void control_serve(struct control *control, control_fn *fn, void *arg);

#endif
