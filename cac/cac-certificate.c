/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/cac-buffer.h"
#include "cac/cac-certificate.h"
#include "cac/cac-container.h"
#include "cac/cert-twice.h"

/* How long T is tells two readings apart as well as its content. */
static void
keep_raw(const struct cac_buffers *b, struct buf *raw)
{
	buf_append_u8(raw, (uint8_t)(b->t.n >> 8));
	buf_append_u8(raw, (uint8_t)b->t.n);
	buf_append(raw, buf_bytes(&b->t));
	buf_append(raw, buf_bytes(&b->v));
}

static err_t
take_container(const struct cac_buffers *b, struct cert_reading *reading)
{
	struct bytes in = buf_bytes(&reading->raw), prefix, t;
	struct cac_container container;
	err_t err;

	if (!bytes_take(&in, 2, &prefix) || !bytes_take(&in, b->t.n, &t))
		return buf_err(&reading->raw);
	err = cac_container_parse(t, in, &container);
	reading->certificate = container.certificate;
	if (container.has_certinfo)
		reading->certinfo = container.certinfo;
	return err;
}

static err_t
read_container(
    struct cac_io *io, const void *container, struct cert_reading *reading)
{
	struct cac_buffers b;
	err_t err;

	cac_buffers_init(&b);
	err = cac_buffers_read(io, container, &b);
	if (err == 0) {
		keep_raw(&b, &reading->raw);
		err = take_container(&b, reading);
	}
	cac_buffers_clear(&b);
	return err;
}

err_t
cac_certificate_read(
    struct cac_io *io, const struct cac_path *path, struct buf *der)
{
	return cert_read_twice(io, read_container, path, der);
}
