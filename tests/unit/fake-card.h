/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cac/card.h in memory, but for its errors, which are cac/card-error.c's. A
 * test fills a struct and puts it into a reader.
 */
#ifndef TESTS_UNIT_FAKE_CARD_H
#define TESTS_UNIT_FAKE_CARD_H

#include <stdatomic.h>

#include "cac/card.h"

#define FAKE_CONTAINERS_MAX 8

struct fake_container {
	struct card_container place;
	struct bytes der; /* borrowed */
	err_t err;	  /* instead of der */
	atomic_uint reads;
};

struct fake_card {
	const char *model;
	const char *serial;
	size_t count;
	struct fake_container containers[FAKE_CONTAINERS_MAX];
	err_t open_error;
	atomic_uint opens;
	atomic_uint verifies;
	/* Called inside card_read_certificate(), before it answers. */
	void (*reading)(struct fake_card *card, size_t index);
};

void fake_card_add(
    struct fake_card *card, const char *label, uint8_t id, struct bytes der);

#endif
