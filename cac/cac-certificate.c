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

static bool
same_buffers(const struct cac_buffers *a, const struct cac_buffers *b)
{
	return bytes_equal(buf_bytes(&a->t), buf_bytes(&b->t)) &&
	    bytes_equal(buf_bytes(&a->v), buf_bytes(&b->v));
}

/* What the second reading proves, after a first one that made no sense. */
static err_t
judge(err_t err, const struct cac_buffers *a, const struct cac_buffers *b)
{
	bool absent = err == CARD_ERR_EMPTY || err == CARD_ERR_NOT_FOUND;

	if (absent || (makes_no_sense(err) && !same_buffers(a, b)))
		return CARD_ERR_DATA;
	return err;
}

err_t
cac_certificate_read(
    struct cac_io *io, const struct cac_path *path, struct buf *der)
{
	struct cac_buffers first, second;
	err_t err;

	cac_buffers_init(&first);
	cac_buffers_init(&second);
	err = read_and_decode(io, path, &first, der);
	if (!makes_no_sense(err))
		goto out;
	trace_text(reader_id(io->r), TRACE_CARD, '-', "%s: %s, read again",
	    err_name(err), err_text(err));
	err = read_and_decode(io, path, &second, der);
	err = judge(err, &first, &second);
out:
	cac_buffers_clear(&first);
	cac_buffers_clear(&second);
	return err;
}
