/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reader with a card in it, as usb_ops: what it does follows from rules and
 * not from a script, and faults can be made to strike it. It is what its class
 * descriptor says, and fails the test when the host does what dwFeatures leaves
 * to the reader, or leaves what is the host's. It never sleeps: a timeout is
 * told to wait().
 */
#ifndef TESTS_SIM_READER_H
#define TESTS_SIM_READER_H

#include "reader/usb.h"
#include "reader/ccid-desc.h"
#include "tests/unit/sim-card.h"
#include "tests/unit/sim-t1.h"

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

/* What a host finds that slept, or whose reader lost its power. */
enum sim_forget {
	SIM_FORGET_QUIETLY, /* the next command is the first after power-on */
	SIM_FORGET_COMMAND, /* likewise, and that command is lost */
	SIM_FORGET_IN,	    /* a bus error instead of the answer */
	SIM_FORGET_OUT,	    /* a bus error instead of the command */
};

struct sim_frame {
	uint8_t bytes[300];
	size_t n;
};

struct sim_reader {
	struct sim_card card;
	struct sim_t1 t1;
	const char *desc; /* hex; the rest follows from it */
	struct ccid_desc d;

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
	unsigned volts;	      /* bits 1 << bPowerSelect; 0: any will do */
	unsigned forget_at;   /* the command's number; 0: never */
	enum sim_forget forget;

	/* State. */
	bool powered, absent, unplugged, dead, halted_in, halted_out;
	uint8_t fidi, protocol; /* in force */
	uint8_t volts_now;	/* bPowerSelect of the card that is powered */
	uint32_t rate;		/* as set by hand, bit/s; 0: not yet */
	uint8_t chained[1024];	/* of a command in parts */
	size_t chained_n;
	uint8_t
	    pending[SIM_OBJECT_MAX + 300]; /* to come, by characters, parts */
	size_t pending_n, given;
	uint8_t header[5]; /* of a TPDU by characters */
	bool data_due;
	struct sim_frame queue[SIM_FRAMES_MAX];
	size_t queued, read;
	struct sim_frame late;
	bool babble;
	err_t claim_err;
	bool wanted;	   /* by another process */
	uint64_t last_use; /* stands still unless a test moves it */
	void (*wait)(struct deadline until); /* before a timeout; or NULL */

	/* What it saw. */
	unsigned commands, transfers, strikes, verifies;
	unsigned powers, warm, cold, set_params, usb_resets, aborts, halts;
	unsigned pps, rates_set, bus_errors;
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

/* The reader behaves by this class descriptor (hex). */
void sim_reader_describe(struct sim_reader *s, const char *desc);

/* Another card of the same kind, without the host's knowledge. */
void sim_reader_swap(struct sim_reader *s);

struct usb_pipe sim_reader_pipe(struct sim_reader *s);

#endif
