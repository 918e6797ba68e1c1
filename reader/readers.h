/* SPDX-License-Identifier: BSD-2-Clause */
/* All readers seen since the start. The list grows and never shrinks. */
#ifndef READER_READERS_H
#define READER_READERS_H

#include "reader/reader.h"
#include "reader/usb.h"

struct readers;

/* Takes over the bus, also on error. No I/O. */
err_t readers_new(struct usb_bus take_bus, struct readers **out) MUST_CHECK;

/* Ends everything, also what other threads wait for in reader_begin(). */
void readers_free(struct readers **rs);

/*
 * Look at the bus: a new reader is appended, one slot after the other; one
 * that came back (same port, else same model) takes its old place; one that is
 * missing stays, unplugged. Not safe against itself in two threads; safe
 * against everything that is done with single readers.
 */
err_t readers_refresh(struct readers *rs) MUST_CHECK;

size_t readers_count(const struct readers *rs);

/* Lives as long as rs. NULL past the end. */
struct reader *readers_get(const struct readers *rs, size_t index);

#endif
