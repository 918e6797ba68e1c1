/* SPDX-License-Identifier: BSD-2-Clause */
/* profiles.ini of Firefox and Thunderbird. Pure. */
#ifndef CAC_TOOL_PROFILES_INI_H
#define CAC_TOOL_PROFILES_INI_H

#include "base/bytes.h"

#define PROFILES_INI_MAX 262144 /* bytes of a file */

struct profile {
	struct bytes name; /* may be empty */
	struct bytes path; /* not empty, without NUL */
	bool relative;	   /* to the folder of profiles.ini */
};

/* The next section [ProfileN] with a path; false at the end. */
bool profiles_ini_next(struct bytes *in, struct profile *out);

#endif
