/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "cac/cac-buffer.h"
#include "cac/cac-certificate.h"
#include "cac/cac-container.h"
#include "cac/card.h"
#include "cac/cert-inflate.h"

static void
remark_content(const struct cac_io *io, const struct cac_container *c)
{
	char certinfo[8] = "none";

	if (c->has_certinfo)
		(void)snprintf(certinfo, sizeof(certinfo), "%02X", c->certinfo);
	trace_text(reader_id(io->r), TRACE_CARD, '-',
	    "certificate of %zu bytes, %s, certinfo %s", c->certificate.n,
	    cert_packing_name(cert_packing(c->certificate)), certinfo);
}

static err_t
read_and_decode(struct cac_io *io, const struct cac_path *path,
    struct cac_buffers *b, struct buf *der)
{
	struct cac_container container;
	err_t err = cac_buffers_read(io, path, b);

	if (err == 0)
		err = cac_container_parse(
		    buf_bytes(&b->t), buf_bytes(&b->v), &container);
	if (err != 0)
		return err;
	remark_content(io, &container);
	return cert_inflate(container.certificate, der);
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

static bool
same_buffers(const struct cac_buffers *a, const struct cac_buffers *b)
{
	return bytes_equal(buf_bytes(&a->t), buf_bytes(&b->t)) &&
	    bytes_equal(buf_bytes(&a->v), buf_bytes(&b->v));
}

/* What two readings prove, of which the first gave no certificate. */
static err_t
judge(err_t one, err_t two, const struct cac_buffers *a,
    const struct cac_buffers *b)
{
	if (two == CARD_ERR_NOT_FOUND)
		return CARD_ERR_DATA;
	if (needs_second_reading(two) && (one != two || !same_buffers(a, b)))
		return CARD_ERR_DATA;
	return two;
}

err_t
cac_certificate_read(
    struct cac_io *io, const struct cac_path *path, struct buf *der)
{
	struct cac_buffers first, second;
	err_t one, err;

	cac_buffers_init(&first);
	cac_buffers_init(&second);
	one = err = read_and_decode(io, path, &first, der);
	if (!needs_second_reading(err))
		goto out;
	trace_text(reader_id(io->r), TRACE_CARD, '-', "%s: %s, read again",
	    err_name(err), err_text(err));
	err = read_and_decode(io, path, &second, der);
	err = judge(one, err, &first, &second);
out:
	cac_buffers_clear(&first);
	cac_buffers_clear(&second);
	return err;
}
