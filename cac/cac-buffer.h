/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the T- and V-buffers of containers (GSC-IS 2.1, 5.3.3 and 8.4). */
#ifndef CAC_CAC_BUFFER_H
#define CAC_CAC_BUFFER_H

#include "cac/cac-io.h"

/* The longest buffer that is read; those of certificates are near 1 KiB. */
#define CAC_BUFFER_MAX 16384

/*
 * Read one buffer of what is selected, without its length prefix; appended to
 * out. Whole, or an error:
 *
 * CARD_ERR_STATUS   the card refused, also smaller pieces; see io->sw
 * CARD_ERR_DATA     a piece shorter than asked for, or a length over the
 *                   longest: proves nothing about the content
 * READER_ERR_RESET  select again and start over
 * Others as reader_exchange(). On any error out is as it was.
 */
err_t cac_buffer_read(
    struct cac_io *io, enum gscis_buffer type, struct buf *out) MUST_CHECK;

/* Whether what is selected has a T-buffer. Errors as cac_buffer_read(). */
err_t cac_buffer_ask(struct cac_io *io) MUST_CHECK;

struct cac_buffers {
	struct buf t;
	struct buf v;
};

void cac_buffers_init(struct cac_buffers *b);
void cac_buffers_clear(struct cac_buffers *b);

/*
 * Select a container and read both its buffers into b, whose former content is
 * dropped; after a reset of the card all of it again, some times. Errors as
 * cac_select() and cac_buffer_read().
 */
err_t cac_buffers_read(struct cac_io *io, const struct cac_path *path,
    struct cac_buffers *b) MUST_CHECK;

#endif
