/* SPDX-License-Identifier: BSD-2-Clause */
/* CCID messages as bytes (CCID 1.1, 6.1 and 6.2). Pure; no I/O. */
#ifndef READER_CCID_MSG_H
#define READER_CCID_MSG_H

#include "base/buf.h"
#include "base/trace.h"
#include "reader/ccid-spec.h"
#include "reader/reader-error.h"

/* How much of an answer's data the trace may show. */
enum ccid_secrecy {
	CCID_ANSWER_PUBLIC,
	CCID_ANSWER_SECRET_BODY, /* SW1 SW2 at its end are public */
	CCID_ANSWER_SECRET
};

/* PC_to_RDR: specific[] are bytes 7 to 9 of the header. */
struct ccid_command {
	enum ccid_command_type type;
	uint8_t specific[3];
	struct bytes data;
	struct secret_range secret; /* in data */
	enum ccid_secrecy answer;
};

/* RDR_to_PC: data is borrowed from the buffer that was parsed. */
struct ccid_answer {
	uint8_t type;
	uint8_t bSlot;
	uint8_t bSeq;
	enum ccid_icc icc;
	enum ccid_outcome outcome;
	uint8_t bError;
	uint8_t specific; /* byte 9 */
	struct bytes data;
};

void ccid_command_encode(const struct ccid_command *cmd, uint8_t bSlot,
    uint8_t bSeq, struct buf *out);

/*
 * CCID_ERR_SYNC: shorter than a header, dwLength not what was received, or
 * reserved status bits. *out is then partly filled, for the trace only.
 */
err_t ccid_answer_parse(struct bytes in, struct ccid_answer *out) MUST_CHECK;

/* The message type that answers a command. */
uint8_t ccid_answer_type(enum ccid_command_type type);

/* bError of a failed command as an error (6.2.6). */
err_t ccid_error(uint8_t bError);

/*
 * The same after Secure. PIN_TIMEOUT and PIN_CANCELLED name what only a pad
 * can report; after any other command they are a reader's own codes.
 */
err_t ccid_secure_error(uint8_t bError);

const char *ccid_type_name(uint8_t bMessageType);

#endif
