/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/cac-buffer.h"
#include "cac/cac-certificate.h"
#include "cac/cac-container.h"
#include "cac/cert-twice.h"
#include "cac/cert-twin.h"
#include "cac/simple-tlv.h"

/* T of the PKI containers of most cards, with its prefix: 71, 70, 72, FE. */
#define T_USUAL 12

struct job {
	const struct cac_path *path;
	struct cert_site *site; /* of the last reading */
};

struct reading {
	struct cac_buffers b;
	struct cert_site *site; /* of a certificate that needs no reading */
};

static err_t
read_v(struct cac_io *io, struct cac_buffers *b)
{
	struct bytes t = buf_bytes(&b->t);
	size_t need, t_need, sum, total;
	err_t err;

	need = cac_container_need(t, &t_need);
	if (simple_tlv_sum(t, &sum) != 0)
		need = sum = 0;
	err = cac_buffer_begin(io, GSCIS_BUFFER_V,
	    GSCIS_PREFIX_LENGTH + (need > 0 ? need : sum), &b->v, &total);
	if (err != 0)
		return err;
	b->v_total = total;
	/* What follows the certificate is left where T and V agree. */
	if (need > 0 && total == sum) {
		buf_truncate(&b->t, t_need);
		total = need;
	}
	return cac_buffer_continue(io, GSCIS_BUFFER_V, total, &b->v);
}

static err_t
read_buffers(struct cac_io *io, void *what)
{
	struct reading *r = what;
	struct cac_buffers *b = &r->b;
	size_t total;
	err_t err;

	buf_truncate(&r->site->stored, 0);
	buf_truncate(&b->t, 0);
	buf_truncate(&b->v, 0);
	err = cac_buffer_begin(io, GSCIS_BUFFER_T, T_USUAL, &b->t, &total);
	if (err == 0)
		err = cac_buffer_continue(io, GSCIS_BUFFER_T, total, &b->t);
	if (err == 0)
		err = cert_twin_find(io, buf_bytes(&b->t), r->site);
	if (err == 0 && r->site->stored.n == 0)
		err = read_v(io, b);
	return err;
}

/* In place of V. */
static void
take_twin(const struct cert_site *site, struct cert_reading *reading)
{
	buf_append(&reading->raw, buf_bytes(&site->stored));
	reading->certificate = buf_bytes(&reading->raw);
	reading->twin = true;
}

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

static void
note_site(struct cac_io *io, struct cert_site *site,
    const struct cac_buffers *b, const struct cert_reading *reading)
{
	const uint8_t *v = reading->raw.p + reading->raw.n - b->v.n;

	buf_truncate(&site->stored, 0);
	buf_append(&site->stored, reading->certificate);
	site->start =
	    GSCIS_PREFIX_LENGTH + (size_t)(reading->certificate.p - v);
	site->total = b->v_total;
	io->packing = cert_packing(reading->certificate);
}

static err_t
read_container(
    struct cac_io *io, const void *container, struct cert_reading *reading)
{
	const struct job *job = container;
	struct reading r = {.site = job->site};
	err_t err;

	cac_buffers_init(&r.b);
	err = cac_read_container(io, job->path, read_buffers, &r);
	if (err == 0 && r.site->stored.n > 0) {
		take_twin(r.site, reading);
	} else if (err == 0) {
		keep_raw(&r.b, &reading->raw);
		err = take_container(&r.b, reading);
		if (err == 0)
			note_site(io, r.site, &r.b, reading);
	}
	cac_buffers_clear(&r.b);
	return err;
}

err_t
cac_certificate_read(struct cac_io *io, const struct cac_path *path,
    size_t number, struct buf *der)
{
	struct cert_site site = {.start = 0};
	const struct job job = {.path = path, .site = &site};
	size_t before = der->n;
	err_t err = 0;

	if (cert_mark_recall(io, path, der))
		return 0;
	buf_init(&site.stored, CAC_BUFFER_MAX);
	if (!cert_twin_guess(io, path, number, &site, der))
		err = cert_read_twice(io, read_container, &job, der);
	if (err == 0 && buf_err(&site.stored) == 0)
		cert_mark_keep(io, path, &site,
		    bytes_of(der->p + before, der->n - before));
	buf_clear(&site.stored);
	return err;
}
