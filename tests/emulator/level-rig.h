/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages to readers of every exchange level. */
#ifndef TESTS_EMULATOR_LEVEL_RIG_H
#define TESTS_EMULATOR_LEVEL_RIG_H

#include "tests/emulator/usb-client.h"

#define SELECT	    "00 A4 04 00 07 A0 00 00 01 16 DB 00"
#define FCI	    "6F 0B 84 07 A0 00 00 01 16 DB 00 A5 00 90 00"
#define XFR(n)	    "6F " n " 00 00 00 00 .. 00 00 00"
#define EMPTY(n)    "6F 00 00 00 00 00 .. 00 " n " 00"
#define DATA(n)	    "80 " n " 00 00 00 00 .. 00 00 00"
#define FAILED(e)   "80 00 00 00 00 00 .. 40 " e " 00"
#define PARAMS_T1   "61 07 00 00 00 00 .. 01 00 00 "
#define IN_FORCE    "82 07 00 00 00 00 .. 00 00 01 "
#define POWER_ON(v) "62 00 00 00 00 00 .. " v " 00 00"

/* Open the reader and switch this voltage on. */
void level_begin(struct usb_client *c, const char *voltage);

/* Ask, and expect the answer. */
void level_swap(struct usb_client *c, const char *command, const char *answer);

/* A card of its own: a profile and one more line, in a file. */
void level_profile(const char *name, const char *base, const char *line);

#endif
