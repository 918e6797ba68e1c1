/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/cac-buffer.h"
#include "cac/card.h"
#include "cac/cert-inflate.h"
#include "cac/cert-mark.h"
#include "cac/cert-recall.h"

/* Enough of a signature, behind the eight bytes that end a gzip member. */
#define TAIL_LEN 10

struct mark {
	uint16_t total; /* of V, as its prefix says */
	uint16_t end;	/* of the certificate in V, from the prefix on */
	uint8_t tail[TAIL_LEN];
};

/* As kept: total and end (LE), whether the card keeps to the end, the tail. */
#define STORED_LEN (5 + TAIL_LEN)

#define PLACE_LEN (GSCIS_AID_LENGTH + GSCIS_OBJECT_LENGTH)

static struct bytes
place_of(const struct cac_path *path, uint8_t place[PLACE_LEN])
{
	size_t n = GSCIS_AID_LENGTH;

	memcpy(place, path->aid, GSCIS_AID_LENGTH);
	if (path->has_object) {
		memcpy(place + n, path->object, GSCIS_OBJECT_LENGTH);
		n += GSCIS_OBJECT_LENGTH;
	}
	return bytes_of(place, n);
}

struct proof {
	struct mark mark;
	bool ask_total;
};

static bool
parse_mark(struct bytes in, struct proof *out)
{
	uint8_t kept;

	if (in.n != STORED_LEN || !bytes_take_le16(&in, &out->mark.total) ||
	    !bytes_take_le16(&in, &out->mark.end) || !bytes_take_u8(&in, &kept))
		return false;
	out->ask_total = kept != CAC_END_KEPT;
	memcpy(out->mark.tail, in.p, TAIL_LEN);
	return out->mark.end > TAIL_LEN;
}

/* Whether this is in V, up to end, counted from the prefix on. */
static err_t
compare_tail(struct cac_io *io, size_t end, struct bytes tail)
{
	struct buf found;
	err_t err;

	buf_init(&found, APDU_NE_MAX);
	err = cac_buffer_read_at(
	    io, GSCIS_BUFFER_V, end - tail.n, tail.n, &found);
	if (err == 0 && !bytes_equal(buf_bytes(&found), tail))
		err = CARD_ERR_DATA;
	buf_clear(&found);
	return err;
}

/* CARD_ERR_DATA: it is not there any more. */
static err_t
read_proof(struct cac_io *io, void *what)
{
	const struct proof *proof = what;
	size_t total = proof->mark.total;
	err_t err = 0;

	if (proof->ask_total)
		err = cac_buffer_total(io, GSCIS_BUFFER_V, &total);
	if (err == 0 && total != proof->mark.total)
		err = CARD_ERR_DATA;
	return err == 0
	    ? compare_tail(io, proof->mark.end, BYTES(proof->mark.tail))
	    : err;
}

/* The last of the first n bytes that are stored. */
static bool
take_tail(const struct cert_site *site, size_t n, struct bytes *tail)
{
	struct bytes in = buf_bytes(&site->stored), head;

	return n >= TAIL_LEN && bytes_take(&in, n - TAIL_LEN, &head) &&
	    bytes_take(&in, TAIL_LEN, tail);
}

err_t
cert_mark_prove(struct cac_io *io, struct cert_site *site)
{
	size_t end = site->start + site->stored.n;
	struct bytes tail;
	err_t err;

	if (!take_tail(site, site->stored.n, &tail))
		return CARD_ERR_DATA;
	site->total = end - GSCIS_PREFIX_LENGTH;
	err = compare_tail(io, end, tail);
	if (err == 0 && io->end != CAC_END_KEPT)
		err = cac_buffer_total(io, GSCIS_BUFFER_V, &site->total);
	if (err == 0 && site->total < end - GSCIS_PREFIX_LENGTH)
		err = CARD_ERR_DATA;
	/* V does not reach so far. */
	return err == CARD_ERR_STATUS ? CARD_ERR_DATA : err;
}

static bool
is_proved(struct cac_io *io, const void *path, struct bytes mark)
{
	struct proof proof;

	return parse_mark(mark, &proof) &&
	    cac_read_container(io, path, read_proof, &proof) == 0;
}

bool
cert_mark_recall(
    struct cac_io *io, const struct cac_path *path, struct buf *der)
{
	uint8_t place[PLACE_LEN];

	return cert_recall(io, place_of(path, place), is_proved, path, der);
}

/* Whether the card gives a byte that is behind the end of V. */
static void
learn_end(struct cac_io *io, size_t total)
{
	struct buf past;
	err_t err;

	if (io->end != CAC_END_UNKNOWN)
		return;
	buf_init(&past, APDU_NE_MAX);
	err = cac_buffer_read_at(
	    io, GSCIS_BUFFER_V, GSCIS_PREFIX_LENGTH + total, 1, &past);
	if (err == 0)
		io->end = CAC_END_PASSED;
	else if (err == CARD_ERR_STATUS || err == CARD_ERR_DATA)
		io->end = CAC_END_KEPT;
	buf_clear(&past);
}

static bool
make_mark(const struct cert_site *site, struct bytes der, struct mark *out)
{
	size_t n = cert_end(buf_bytes(&site->stored), der);
	struct bytes tail;

	if (!take_tail(site, n, &tail))
		return false;
	out->total = (uint16_t)site->total;
	out->end = (uint16_t)(site->start + n);
	memcpy(out->tail, tail.p, TAIL_LEN);
	return true;
}

void
cert_mark_keep(struct cac_io *io, const struct cac_path *path,
    const struct cert_site *site, struct bytes der)
{
	uint8_t place[PLACE_LEN], stored[STORED_LEN];
	struct mark mark;

	if ((!cert_recall_on(io) && !cac_io_has_twins(io)) ||
	    !make_mark(site, der, &mark))
		return;
	learn_end(io, mark.total);
	stored[0] = (uint8_t)mark.total;
	stored[1] = (uint8_t)(mark.total >> 8);
	stored[2] = (uint8_t)mark.end;
	stored[3] = (uint8_t)(mark.end >> 8);
	stored[4] = (uint8_t)io->end;
	memcpy(stored + 5, mark.tail, TAIL_LEN);
	cert_recall_keep(io, place_of(path, place), BYTES(stored), der);
}
