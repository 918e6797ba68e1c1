/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/card.h"
#include "cac/cert-cache.h"
#include "cac/cert-inflate.h"
#include "cac/cert-recall.h"
#include "cac/cert-twice.h"
#include "cac/piv-certificate.h"
#include "cac/piv-data.h"
#include "cac/piv-object.h"

/* What one GET RESPONSE brings. */
#define HEAD_MAX CERT_CACHE_MARK_MAX

#define PLACE_LEN 3

struct job {
	uint32_t tag;
	struct buf head; /* of the object, as last read */
	size_t start;	 /* of the certificate, there */
	struct buf *stored;
};

static struct bytes
place_of(uint32_t tag, uint8_t place[PLACE_LEN])
{
	place[0] = (uint8_t)(tag >> 16);
	place[1] = (uint8_t)(tag >> 8);
	place[2] = (uint8_t)tag;
	return bytes_of(place, PLACE_LEN);
}

/* Whether the card's object begins with this. */
static bool
begins_with(struct cac_io *io, const void *container, struct bytes mark)
{
	const uint32_t *tag = container;
	struct buf head;
	bool same;

	if (mark.n == 0)
		return false;
	buf_init(&head, APDU_NE_MAX);
	same = piv_object_head(io, *tag, (unsigned)mark.n, &head) == 0 &&
	    bytes_equal(buf_bytes(&head), mark);
	buf_clear(&head);
	return same;
}

static void
keep(struct cac_io *io, const struct job *job, struct bytes der)
{
	struct bytes in = buf_bytes(&job->head), before;
	uint8_t place[PLACE_LEN];
	size_t n;

	if (!cert_recall_on(io) || io->no_parts || buf_err(&job->head) != 0 ||
	    !bytes_take(&in, job->start, &before))
		return;
	n = cert_head(in, der);
	if (n > 0)
		cert_recall_keep(io, place_of(job->tag, place),
		    bytes_of(before.p, before.n + n), der);
}

static void
note_head(struct job *job, const struct cert_reading *reading)
{
	size_t n = reading->raw.n < HEAD_MAX ? reading->raw.n : HEAD_MAX;

	buf_truncate(&job->head, 0);
	buf_append(&job->head, bytes_of(reading->raw.p, n));
	job->start = (size_t)(reading->certificate.p - reading->raw.p);
}

static void
note_stored(struct job *job, struct bytes certificate)
{
	if (job->stored == NULL)
		return;
	buf_clear(job->stored);
	buf_append(job->stored, certificate);
}

static err_t
read_certificate(
    struct cac_io *io, const void *container, struct cert_reading *reading)
{
	struct job *const *job = container;
	struct bytes content;
	err_t err = piv_object_read(io, (*job)->tag, &reading->raw, &content);

	if (err == 0)
		err = piv_data_certificate(content, reading);
	if (err == 0) {
		note_head(*job, reading);
		note_stored(*job, reading->certificate);
	}
	return err;
}

/* Only what ends in a signature or a checksum of this certificate. */
static bool
is_whole(const struct buf *stored, struct bytes der)
{
	return buf_err(stored) == 0 &&
	    cert_end(buf_bytes(stored), der) == stored->n;
}

err_t
piv_certificate_read(
    struct cac_io *io, uint32_t tag, struct buf *stored, struct buf *der)
{
	struct job job = {.tag = tag, .stored = stored}, *at = &job;
	uint8_t place[PLACE_LEN];
	size_t before = der->n;
	struct bytes got = {0};
	err_t err;

	if (stored != NULL)
		buf_clear(stored);
	if (!io->no_parts &&
	    cert_recall(io, place_of(tag, place), begins_with, &tag, der))
		return 0;
	buf_init(&job.head, HEAD_MAX);
	err = cert_read_twice(io, read_certificate, &at, der);
	if (err == 0) {
		got = bytes_of(der->p + before, der->n - before);
		keep(io, &job, got);
	}
	if (stored != NULL && (err != 0 || !is_whole(stored, got)))
		buf_clear(stored);
	buf_clear(&job.head);
	return err;
}
