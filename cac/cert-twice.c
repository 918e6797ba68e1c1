/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "cac/card.h"
#include "cac/cert-inflate.h"
#include "cac/cert-twice.h"

static void
remark_content(const struct cac_io *io, const struct cert_reading *reading)
{
	char certinfo[8] = "none";

	if (reading->twin) {
		trace_text(reader_id(io->r), TRACE_CARD, '-',
		    "the certificate of a PIV container, by its end");
		return;
	}
	if (reading->certinfo >= 0)
		(void)snprintf(certinfo, sizeof(certinfo), "%02X",
		    (unsigned)reading->certinfo & 0xFF);
	trace_text(reader_id(io->r), TRACE_CARD, '-',
	    "certificate of %zu bytes, %s, certinfo %s", reading->certificate.n,
	    cert_packing_name(cert_packing(reading->certificate)), certinfo);
}

static err_t
read_and_decode(struct cac_io *io, cert_read read, const void *container,
    struct cert_reading *reading, struct buf *der)
{
	err_t err = read(io, container, reading);

	if (err == 0)
		err = buf_err(&reading->raw);
	if (err != 0)
		return err;
	remark_content(io, reading);
	return cert_inflate(reading->certificate, der);
}

static bool
makes_no_sense(err_t err)
{
	return err == CARD_ERR_DATA || err == CARD_ERR_UNDECODABLE ||
	    err == CARD_ERR_TOO_BIG;
}

/*
 * An empty buffer as well may be what another applet holds, after a reset
 * behind our back: absence is believed when it is seen twice.
 */
static bool
needs_second_reading(err_t err)
{
	return makes_no_sense(err) || err == CARD_ERR_EMPTY;
}

/* What two readings prove, of which the first gave no certificate. */
static err_t
judge(err_t one, err_t two, const struct cert_reading *a,
    const struct cert_reading *b)
{
	bool same = bytes_equal(buf_bytes(&a->raw), buf_bytes(&b->raw));

	if (two == CARD_ERR_NOT_FOUND)
		return CARD_ERR_DATA;
	if (needs_second_reading(two) && (one != two || !same))
		return CARD_ERR_DATA;
	return two;
}

err_t
cert_read_twice(
    struct cac_io *io, cert_read read, const void *container, struct buf *der)
{
	struct cert_reading first = {.certinfo = -1}, second = {.certinfo = -1};
	err_t one, err;

	buf_init(&first.raw, CERT_RAW_MAX);
	buf_init(&second.raw, CERT_RAW_MAX);
	one = err = read_and_decode(io, read, container, &first, der);
	if (!needs_second_reading(err))
		goto out;
	trace_text(reader_id(io->r), TRACE_CARD, '-', "%s: %s, read again",
	    err_name(err), err_text(err));
	err = read_and_decode(io, read, container, &second, der);
	err = judge(one, err, &first, &second);
out:
	buf_clear(&first.raw);
	buf_clear(&second.raw);
	return err;
}
