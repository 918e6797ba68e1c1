/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The data objects of PIV (NIST SP 800-73-4, part 1, tables 2 and 3) and the
 * containers of the CAC applets that users know, with OpenSC's labels.
 */
#ifndef CAC_DATA_SPEC_H
#define CAC_DATA_SPEC_H

#include "cac/cac-io.h"

#define DATA_ARCS_MAX 4

struct data_spec {
	const char *label;
	uint32_t tag;	      /* of GET DATA; 0: not in PIV */
	struct cac_path path; /* in the CAC applets; has_object: there */
	bool pin;
	uint8_t arcs_len;
	uint8_t arcs[DATA_ARCS_MAX]; /* of the OID, below DATA_OID_HEAD */
};

/* 2.16.840.1.101.3.7, in DER. */
#define DATA_OID_HEAD                                                          \
	{                                                                      \
		0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x07                       \
	}

extern const struct data_spec data_specs[];
extern const size_t data_spec_count;

#endif
