/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A TPDU-level reader with a card in it, as usb_ops: what it does follows from
 * rules and not from a script, and faults can be made to strike it. It never
 * sleeps: a timeout is told to wait().
 */
#ifndef TESTS_SIM_READER_H
#define TESTS_SIM_READER_H

#include "reader/usb.h"
#include "tests/unit/sim-card.h"

#define SIM_FRAMES_MAX 8

/* What goes wrong with an XfrBlock. */
enum sim_fault {
	SIM_NONE,
	SIM_ERROR,     /* the answer is bError */
	SIM_INACTIVE,  /* likewise, and the card has lost its power */
	SIM_SILENT,    /* no answer ever */
	SIM_LATE,      /* the answer comes after the time */
	SIM_STALL_IN,  /* bulk IN halts, the answer is lost */
	SIM_STALL_OUT, /* bulk OUT halts, the command stays with the host */
	SIM_SHORT,     /* half a header */
	SIM_LENGTH,    /* dwLength is wrong */
	SIM_TYPE,      /* SlotStatus without an error */
	SIM_SEQ,       /* bSeq is wrong */
	SIM_BABBLE,    /* more than was asked for */
	SIM_EMPTY,     /* a DataBlock without a status word */
	SIM_GARBAGE,   /* a status word that is none */
	SIM_DEAD,      /* nothing is answered any more until a USB reset */
	SIM_GONE,      /* unplugged */
	SIM_PULLED,    /* the card is pulled */
};

struct sim_frame {
	uint8_t bytes[300];
	size_t n;
};

struct sim_reader {
	struct sim_card card;
	const char *desc; /* hex */

	/* The fault, when it strikes, and whether the card did its part. */
	enum sim_fault fault;
	uint8_t bError;
	bool (*when)(const struct sim_reader *s, struct bytes tpdu);
	unsigned strikes_max; /* 0: for ever */
	bool after_card;

	/* Other weaknesses. */
	unsigned mute;	      /* this many activations bring no ATR */
	uint8_t mute_error;   /* instead of FE */
	uint8_t refuse_fidi;  /* SetParameters with it fails */
	uint8_t refuse_code;  /* bError for that */
	bool refuse_params;   /* whatever is in them */
	bool no_get_params;   /* GetParameters is unknown */
	bool auto_active;     /* the card is powered on insertion */
	const char *warm_atr; /* of a warm reset, when it differs */

	/* State. */
	bool powered, absent, unplugged, dead, halted_in, halted_out;
	uint8_t fidi, protocol; /* in force */
	struct sim_frame queue[SIM_FRAMES_MAX];
	size_t queued, read;
	struct sim_frame late;
	bool babble;
	err_t claim_err;
	uint64_t last_use; /* stands still unless a test moves it */
	void (*wait)(struct deadline until); /* before a timeout; or NULL */

	/* What it saw. */
	unsigned commands, transfers, strikes, verifies;
	unsigned powers, warm, cold, set_params, usb_resets, aborts, halts;
	unsigned claims, releases, opens, closes;
	const uint8_t *pin; /* where the last VERIFY lay in the host's memory */
	size_t pin_n;
	size_t smallest; /* P3 of a GET RESPONSE; 0 also stands for 256 */
};

/* A healthy SCR3310 v1 with an Oberthur CAC and an object of n bytes. */
void sim_reader_init(struct sim_reader *s, size_t object_n);

/* Strike every XfrBlock for which `when` is true (NULL: all). */
void
sim_reader_strike(struct sim_reader *s, enum sim_fault fault, uint8_t bError,
    bool (*when)(const struct sim_reader *s, struct bytes tpdu));

/* Another card of the same kind, without the host's knowledge. */
void sim_reader_swap(struct sim_reader *s);

struct usb_pipe sim_reader_pipe(struct sim_reader *s);

#endif
