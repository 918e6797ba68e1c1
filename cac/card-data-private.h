/* SPDX-License-Identifier: BSD-2-Clause */
/* The data objects of a card, as card-data*.c know them. */
#ifndef CAC_CARD_DATA_PRIVATE_H
#define CAC_CARD_DATA_PRIVATE_H

#include "cac/card-private.h"
#include "cac/data-spec.h"

#define DATA_MAX 32

struct datum {
	struct card_data shown;
	const struct data_spec *spec;
	struct part *part;
	/* What came with the answer to whether it is there; never of a PIN. */
	struct buf content;
};

struct data_list {
	size_t count;
	struct datum list[DATA_MAX];
};

/* Whether a failed read was refused for want of the PIN. */
bool data_wants_pin(const struct cac_io *io, err_t err);

/*
 * The object itself with its tag and length, and nothing behind it: the answer
 * begins at before, content is in it.
 */
struct bytes data_whole_object(
    const struct buf *answer, size_t before, struct bytes content);

/* There are none any more. */
void data_forget(struct data_list *data);

#endif
