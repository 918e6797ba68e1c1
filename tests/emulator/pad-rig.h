/* SPDX-License-Identifier: BSD-2-Clause */
/* PC_to_RDR_Secure (CCID 1.1, 6.1.11) in the form of a strict pad. */
#ifndef TESTS_EMULATOR_PAD_RIG_H
#define TESTS_EMULATOR_PAD_RIG_H

#include "tests/emulator/usb-client.h"

#define POWER_ON   "62 00 00 00 00 00 .. 00 00 00"
#define SECURE(n)  "69 " n " 00 00 00 00 .. 00 00 00 "
#define NOTICE	   "80 00 00 00 00 00 .. 80 01 00"
#define STATUS(sw) "80 02 00 00 00 00 .. 00 00 00 " sw
#define FAILED(e)  "80 00 00 00 00 00 .. 40 " e " 00"

/* Time, format, block, length, digits, validation, messages, language. */
#define FORM   "1E 82 08 00 08 06 02 00 09 04 00 "
#define NO_T1  "00 00 00 "
#define BLOCK  "FF FF FF FF FF FF FF FF "
#define VERIFY SECURE("1C") "00 " FORM NO_T1 "00 20 00 00 08 " BLOCK
#define CHANGE "00 24 00 00 10 " BLOCK BLOCK

#define V(fields)  SECURE("1C") "00 " fields NO_T1 "00 20 00 00 08 " BLOCK
#define A(n, apdu) SECURE(n) "00 " FORM NO_T1 apdu
#define M(fields)  SECURE("27") "01 1E " fields NO_T1 CHANGE

/* Ask; one notice for each prompt, then the answer. */
void pad_enter(struct usb_client *c, const char *command, unsigned prompts,
    const char *answer);

/* Ask, and expect this bError. */
void pad_refuse(struct usb_client *c, const char *command, const char *error);

#endif
