/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files fake-card*.c share. */
#ifndef TESTS_UNIT_FAKE_CARD_PRIVATE_H
#define TESTS_UNIT_FAKE_CARD_PRIVATE_H

#include "tests/unit/fake-card.h"

struct card {
	struct reader *reader;
	struct fake_card *fake;
};

#endif
