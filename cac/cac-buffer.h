/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the T- and V-buffers of containers (GSC-IS 2.1, 5.3.3 and 8.4). */
#ifndef CAC_CAC_BUFFER_H
#define CAC_CAC_BUFFER_H

#include "cac/cac-io.h"

/* The longest buffer that is read; those of certificates are near 1 KiB. */
#define CAC_BUFFER_MAX 16384

/*
 * Read the beginning of one buffer of what is selected: as much of the first
 * guess bytes, the length prefix among them, as one command gives. What lies
 * behind the prefix is appended to out, which is empty; *total is how long the
 * buffer is, without the prefix. A card that does not read past the end is
 * asked for the prefix alone.
 *
 * CARD_ERR_STATUS   the card refused; see io->sw
 * CARD_ERR_DATA     a piece shorter than asked for, or a length over the
 *                   longest: proves nothing about the content
 * READER_ERR_RESET  select again and start over
 * Others as reader_exchange().
 */
err_t cac_buffer_begin(struct cac_io *io, enum gscis_buffer type, size_t guess,
    struct buf *out, size_t *total) MUST_CHECK;

/*
 * Read on until out has upto bytes, which the buffer must have. Errors as
 * above; CARD_ERR_STATUS when smaller pieces were refused as well.
 */
err_t cac_buffer_continue(struct cac_io *io, enum gscis_buffer type,
    size_t upto, struct buf *out) MUST_CHECK;

/* Some bytes of a buffer; offset counts from the prefix. Errors as above. */
err_t cac_buffer_read_at(struct cac_io *io, enum gscis_buffer type,
    size_t offset, size_t n, struct buf *out) MUST_CHECK;

/* How long a buffer is, without its prefix. Errors as above. */
err_t cac_buffer_total(
    struct cac_io *io, enum gscis_buffer type, size_t *total) MUST_CHECK;

/* Whether what is selected has a T-buffer. Errors as above. */
err_t cac_buffer_ask(struct cac_io *io) MUST_CHECK;

struct cac_buffers {
	struct buf t;
	struct buf v;
	size_t v_total; /* as V says, when less of it was read */
};

void cac_buffers_init(struct cac_buffers *b);
void cac_buffers_clear(struct cac_buffers *b);

/*
 * Select a container and have it read; after a reset of the card all of it
 * again, some times, and once when the selection is in doubt. An applet's only
 * object is not selected unless the card wants it. Errors as cac_select() and
 * read().
 */
typedef err_t (*cac_reading)(struct cac_io *io, void *what);

err_t cac_read_container(struct cac_io *io, const struct cac_path *path,
    cac_reading read, void *what) MUST_CHECK;

/*
 * Read both buffers of a container whole into b, whose former content is
 * dropped. Errors as cac_read_container() and cac_buffer_begin().
 */
err_t cac_buffers_read(struct cac_io *io, const struct cac_path *path,
    struct cac_buffers *b) MUST_CHECK;

#endif
