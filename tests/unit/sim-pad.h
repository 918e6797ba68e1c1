/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The simulated reader as an SPR532: a PIN pad that says what a test wants it
 * to say, and behind it a T=1 card when the ATR asks for one. What is not
 * about PINs or T=1 goes to the simulated reader.
 */
#ifndef TESTS_SIM_PAD_H
#define TESTS_SIM_PAD_H

#include "tests/unit/sim-rig.h"

#define SIM_ATR_T1    "3B 80 01 81"
#define SIM_ATR_IFSC  "3B 80 81 11 10 00" /* 16 bytes a block */
#define SIM_CUT_SHORT 0xFF		  /* no status has it */

/* One thing that the pad says, so long after the one before. */
struct sim_turn {
	unsigned after_ms;
	err_t err;	/* instead of a message */
	uint8_t type;	/* 0: DataBlock */
	uint8_t status; /* or SIM_CUT_SHORT */
	uint8_t error;
	const char *data; /* hex; NULL none */
	bool block;	  /* data goes into an I-block of the card */
	uint8_t seq_off;  /* added to bSeq */
};

struct sim_pad {
	struct sim_rig g;
	struct usb_ops ops;
	const struct usb_ops *inner;
	const struct sim_turn *turn;
	unsigned turns, next;
	bool armed;
	int64_t since;
	err_t out_err; /* what sending Secure brings */

	/* The last Secure, and how many there were. */
	uint8_t msg[64];
	size_t msg_n;
	unsigned sent;
	uint8_t bSeq; /* of the last command that waits for a turn */

	/* The T=1 card. */
	uint8_t ns, nr;
	unsigned resynchs, blocks;
};

/*
 * Open it and start a transaction. One byte of the class descriptor may be
 * another: its place and value; SIM_NO_PATCH for none.
 */
#define SIM_NO_PATCH 0, 0x36
void sim_pad_open(struct sim_pad *p, const char *atr, size_t at, uint8_t value,
    const struct sim_turn *turn, unsigned turns);
void sim_pad_close(struct sim_pad *p);

/* VERIFY with ten minutes of fake time. */
err_t
sim_pad_verify(struct sim_pad *p, const struct pin_entry *e, uint16_t *sw);

/* Reader and card still do what a card layer wants. */
void sim_pad_assert_usable(struct sim_pad *p);

#endif
