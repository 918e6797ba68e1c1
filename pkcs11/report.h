/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What went wrong, in one line for people: in the trace, and where the
 * environment variable CAC_PKCS11_ERRORS says "stderr" or "syslog", there as
 * well. Programs show a number at best.
 */
#ifndef PKCS11_REPORT_H
#define PKCS11_REPORT_H

#include "base/err.h"

/* Look at the environment; called once per C_Initialize. */
void report_open(void);

/* what: of whom or of which call; reader: slot id, 0 for none. */
void report_error(unsigned reader, const char *what, err_t err);

/* Where no err_t tells it: cause and next step. */
void report_text(unsigned reader, const char *what, const char *text);

#endif
