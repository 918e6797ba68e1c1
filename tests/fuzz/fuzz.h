/* SPDX-License-Identifier: BSD-2-Clause */
/* What a fuzzing target is (LLVM libFuzzer's interface), and what it checks. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Stands in every build: a target has nobody to report to. */
#define MUST(condition)                                                        \
	do {                                                                   \
		if (!(condition))                                              \
			abort();                                               \
	} while (0)

/* The sanitizers see a read of every byte that was handed out. */
static inline uint8_t
touch(struct bytes b)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < b.n; i++)
		sum = (uint8_t)(sum + b.p[i]);
	return sum;
}

#endif
