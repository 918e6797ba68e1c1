/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/cac-buffer.h"
#include "cac/card.h"
#include "cac/cert-cache.h"
#include "cac/cert-inflate.h"
#include "cac/cert-mark.h"
#include "cac/cert-twin.h"

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

static struct cert_cache_key
make_key(const struct cac_io *io, const struct cac_path *path,
    uint8_t place[PLACE_LEN])
{
	size_t n = GSCIS_AID_LENGTH;

	memcpy(place, path->aid, GSCIS_AID_LENGTH);
	if (path->has_object) {
		memcpy(place + n, path->object, GSCIS_OBJECT_LENGTH);
		n += GSCIS_OBJECT_LENGTH;
	}
	return (struct cert_cache_key){
	    .card = bytes_of(io->name, strlen(io->name)),
	    .place = bytes_of(place, n),
	};
}

static bool
usable(const struct cac_io *io)
{
	return io->cache && io->name != NULL && io->name[0] != '\0';
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

err_t
cert_mark_prove(struct cac_io *io, struct cert_site *site)
{
	struct bytes tail = buf_bytes(&site->stored), head;
	size_t end = site->start + site->stored.n;
	err_t err;

	if (tail.n < TAIL_LEN || !bytes_take(&tail, tail.n - TAIL_LEN, &head))
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

bool
cert_mark_recall(
    struct cac_io *io, const struct cac_path *path, struct buf *der)
{
	uint8_t place[PLACE_LEN];
	struct cert_cache_key key;
	struct buf mark, content;
	struct proof proof;
	bool found;

	if (!usable(io))
		return false;
	key = make_key(io, path, place);
	buf_init(&mark, CERT_CACHE_MARK_MAX);
	buf_init(&content, CERT_CACHE_CONTENT_MAX);
	found = cert_cache_load(&key, &mark, &content) &&
	    parse_mark(buf_bytes(&mark), &proof) &&
	    cac_read_container(io, path, read_proof, &proof) == 0 &&
	    cert_inflate(buf_bytes(&content), der) == 0;
	trace_text(reader_id(io->r), TRACE_CARD, '-', "the cache %s",
	    found ? "has it, and the card has it still" : "does not help");
	buf_clear(&mark);
	buf_clear(&content);
	return found;
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
	struct bytes in = buf_bytes(&site->stored), head, tail;
	size_t n = cert_end(in, der);

	if (n < TAIL_LEN || !bytes_take(&in, n - TAIL_LEN, &head) ||
	    !bytes_take(&in, TAIL_LEN, &tail))
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
	struct cert_cache_key key;
	struct mark mark;

	if ((!usable(io) && !cert_twin_known(io)) ||
	    !make_mark(site, der, &mark))
		return;
	learn_end(io, mark.total);
	if (!usable(io))
		return;
	stored[0] = (uint8_t)mark.total;
	stored[1] = (uint8_t)(mark.total >> 8);
	stored[2] = (uint8_t)mark.end;
	stored[3] = (uint8_t)(mark.end >> 8);
	stored[4] = (uint8_t)io->end;
	memcpy(stored + 5, mark.tail, TAIL_LEN);
	key = make_key(io, path, place);
	cert_cache_store(&key, BYTES(stored), der);
}
