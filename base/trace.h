/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One stream for all levels, in time order, one write(2) per line:
 *
 *	12.004 r1 A > 00 A4 04 00 07 A0 00 00 01 16 DB 00
 *
 * seconds, reader, level, direction, text. The level is C Cryptoki, D card,
 * A APDU, T TPDU, M CCID message, U USB or R recovery; the direction is > out,
 * < in or - remark. Bytes that a caller marked secret are written as **.
 *
 * The stream goes to the file named by CAC_PKCS11_TRACE, which is created with
 * mode 0600 or appended to; set-id programs have none.
 */
#ifndef BASE_TRACE_H
#define BASE_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

enum trace_level {
	TRACE_CRYPTOKI = 'C',
	TRACE_CARD = 'D',
	TRACE_APDU = 'A',
	TRACE_TPDU = 'T',
	TRACE_MESSAGE = 'M',
	TRACE_USB = 'U',
	TRACE_RECOVERY = 'R',
};

/*
 * Which part of some bytes is secret. It travels down with the bytes, shifted
 * by each layer's own header. n may reach past the end of the bytes.
 */
struct secret_range {
	size_t from;
	size_t n;
};

#define SECRET_NONE ((struct secret_range){0, 0})
#define SECRET_ALL  ((struct secret_range){0, SIZE_MAX})

/* The same range behind a header of n bytes. */
struct secret_range secret_shift(struct secret_range s, size_t n);

/* Open the file named in the environment. Called once per C_Initialize. */
void trace_open(void);
void trace_close(void);
bool trace_on(void);

/*
 * reader is the slot id, 0 for none; text is what stands before the bytes,
 * NULL or "" for nothing. The length of a secret range is secret as well.
 */
void trace_bytes(unsigned reader, enum trace_level level, char direction,
    const char *text, struct bytes b, struct secret_range secret);
void trace_text(unsigned reader, enum trace_level level, char direction,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
