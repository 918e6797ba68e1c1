/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader/reader.h without a reader: a GSC-IS card made of containers, also a
 * CAC v1 or one with PIV objects, with habits that real cards have, and faults
 * at chosen exchanges. Linked instead of the reader layer.
 */
#ifndef TESTS_UNIT_FAKE_READER_H
#define TESTS_UNIT_FAKE_READER_H

#include "tests/unit/fake-keys.h"

struct fake_container {
	uint8_t aid[7];
	uint8_t object[2];
	bool needs_object;   /* readable only after SELECT of the object */
	uint16_t select_sw;  /* what its SELECT answers; 0 for 9000 */
	struct bytes t, v;   /* without their length prefixes */
	struct bytes behind; /* what READ BUFFER gives behind the end of V */

	/* What else the applet answers; without bytes it does not. */
	struct bytes properties; /* GET PROPERTIES */
	struct bytes services;	 /* GET ACR of the service table */
	struct bytes stream;	 /* GET CERTIFICATE, whole */
	uint16_t read_sw;	 /* instead of READ BUFFER; 0: it is read */
	bool wants_pin;		 /* V does */
};

/* A data object of PIV, as GET DATA answers it. */
struct fake_object {
	uint32_t tag;
	struct bytes data;
	uint16_t sw; /* instead of data; 0 for 9000 */
};

enum fake_piv {
	FAKE_PIV_NONE,
	FAKE_PIV_GOOD,
	FAKE_PIV_LIAR /* SELECT answers 9000, and nothing is selected */
};

enum fake_fault_kind {
	FAKE_FAIL,	   /* the exchange ends with err; card unharmed */
	FAKE_RESET,	   /* READER_ERR_RESET: the card lost its state */
	FAKE_SILENT_RESET, /* state lost, then the command is answered */
	FAKE_STATUS,	   /* sw and no data instead of the answer */
	FAKE_SHORT,	   /* the answer without its last byte */
	FAKE_CORRUPT,	   /* one bit of the answer's last byte is wrong */
};

struct fake_fault {
	unsigned at; /* exchange, from 0 */
	enum fake_fault_kind kind;
	bool stays; /* all later exchanges, too */
	err_t err;
	uint16_t sw;
};

struct reader {
	const struct fake_container *containers;
	size_t count;

	/* Habits; zeroes are a card that takes everything. */
	unsigned chunk;	       /* of the reader; 0 for 256 */
	unsigned longest;      /* most bytes of a READ BUFFER; 0 for 255 */
	uint16_t too_long_sw;  /* for longer ones */
	uint16_t no_answer_sw; /* for SELECT with P2 0C */
	uint16_t wrong_cla_sw; /* for READ BUFFER of another class than cla */
	uint8_t cla;	       /* counts when wrong_cla_sw is set */
	uint16_t unknown_sw;   /* for foreign AIDs; 0 for 6A82 */
	uint16_t applet_sw;    /* of a SELECT that worked; 0 for 9000 */

	enum fake_piv piv;
	const struct fake_object *piv_objects;
	size_t piv_count;
	uint16_t no_object_sw; /* for others; 0 for 6A82 */
	uint16_t mid_chain_sw; /* while a chain is left; 0: it is dropped */
	uint16_t partial_sw;   /* for partial commands; 0: they are taken */
	bool cuts;	       /* it says 9000 to what is cut off, not 61XX */

	struct fake_keys *keys; /* NULL: it knows no command for them */

	const struct fake_fault *faults;
	size_t fault_count;
	err_t reset_error; /* of reader_reset_card() */

	/* What happened. */
	unsigned exchanges;
	unsigned objects; /* calls of reader_new_object() */
	unsigned resets;  /* calls of reader_reset_card() */
	unsigned parts;	  /* partial commands */
	struct buf log;	  /* each command in hex, one a line, no final 0 */

	/* The card's state. */
	const struct fake_container *selected;
	bool object_selected;
	bool piv_selected;
	size_t position; /* in the stream */
	bool left;	 /* an answer's end, by a partial command */
	unsigned epoch;
	unsigned memory;
};

void fake_reader_init(
    struct reader *r, const struct fake_container *containers, size_t count);
void fake_reader_clear(struct reader *r);

/* As between two transactions: the card may have lost its state. */
void fake_reader_reset(struct reader *r);

/* Two transactions between which nobody has used the card. */
void fake_reader_begin(struct reader *r);

/* Compare the log with lines of hex, then empty it. */
void fake_reader_assert_log(struct reader *r, const char *expected);

#endif
