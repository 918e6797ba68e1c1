/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/cac-buffer.h"
#include "cac/card-name.h"
#include "cac/ccc-read.h"
#include "cac/cert-cache.h"
#include "cac/simple-tlv.h"

/* With its self-reference, if it has one. */
#define CHAIN_MAX 16

/*
 * The CCC that most cards have: F0 of 21 bytes, F1 and F2, CardURLs, and F4,
 * F5 and F6 of 19 bytes together; FB to FE and three more are empty. With 14
 * CardURLs, all that matters is in the first 249 bytes.
 */
#define USUAL_HEAD    (2 + 23 + 14 * CARD_URL_LENGTH)
#define USUAL_FIXED   42
#define USUAL_ENTRIES 12

struct reading {
	struct buf t, v;
	size_t t_used; /* how much of t tells of v */
};

/* How long T is, with its prefix, if the CCC is one of the usual ones. */
static size_t
usual_t(size_t v_total)
{
	size_t urls = v_total - USUAL_FIXED;

	if (v_total < USUAL_FIXED || urls % CARD_URL_LENGTH != 0)
		return GSCIS_PREFIX_LENGTH;
	return GSCIS_PREFIX_LENGTH +
	    2 * (USUAL_ENTRIES + urls / CARD_URL_LENGTH);
}

/* Of which card T was kept: how V begins, that is its length and F0. */
#define NAME_MAX_LEN 23

static struct cert_cache_key
name_t(const struct reading *r, size_t total, uint8_t *room)
{
	size_t n = r->v.n < NAME_MAX_LEN ? r->v.n : NAME_MAX_LEN;

	room[0] = (uint8_t)total;
	room[1] = (uint8_t)(total >> 8);
	memcpy(room + GSCIS_PREFIX_LENGTH, r->v.p, n);
	return (struct cert_cache_key){
	    .card = bytes_of(room, GSCIS_PREFIX_LENGTH + n),
	    .place = bytes_of("CCC", 3),
	};
}

/*
 * T as it was read for the same V. V is read from the card in any case, as far
 * as T tells of something in it: then there is nothing in T that the card has
 * not shown.
 */
static bool
recall_t(struct cac_io *io, size_t total, struct reading *r)
{
	uint8_t room[GSCIS_PREFIX_LENGTH + NAME_MAX_LEN];
	uint8_t seen[CERT_CACHE_HASH_LEN];
	struct cert_cache_key key;
	size_t sum, need, unused;
	struct buf mark;
	bool found;

	if (!io->cache || r->v.n == 0)
		return false;
	key = name_t(r, total, room);
	buf_init(&mark, CERT_CACHE_MARK_MAX);
	found = cert_cache_load(&key, &mark, &r->t) &&
	    simple_tlv_sum(buf_bytes(&r->t), &sum) == 0 && sum == total;
	need = found ? cac_ccc_need(buf_bytes(&r->t), &unused) : 0;
	found = need > 0 &&
	    cac_buffer_continue(io, GSCIS_BUFFER_V, need, &r->v) == 0;
	if (found) {
		cert_cache_hash(bytes_of(r->v.p, need), seen);
		found = bytes_equal(buf_bytes(&mark), BYTES(seen));
	}
	if (!found)
		buf_truncate(&r->t, 0);
	buf_clear(&mark);
	return found;
}

static void
keep_t(struct cac_io *io, size_t total, const struct reading *r)
{
	uint8_t room[GSCIS_PREFIX_LENGTH + NAME_MAX_LEN];
	uint8_t seen[CERT_CACHE_HASH_LEN];
	struct cert_cache_key key;
	size_t need, unused;

	need = cac_ccc_need(buf_bytes(&r->t), &unused);
	if (!io->cache || need == 0 || r->v.n < need)
		return;
	key = name_t(r, total, room);
	cert_cache_hash(bytes_of(r->v.p, need), seen);
	cert_cache_store(&key, BYTES(seen), buf_bytes(&r->t));
}

/*
 * How much of V to ask for before its length is known: what the last card had,
 * or the usual. A wrong guess costs a command, nothing else.
 */
static const struct cert_cache_key head_key = {
    .card = {NULL, 0}, .place = {(const uint8_t *)"head", 4}};

static size_t
guess_head(const struct cac_io *io)
{
	size_t head = USUAL_HEAD;
	struct buf mark, none;

	if (!io->cache)
		return head;
	buf_init(&mark, CERT_CACHE_MARK_MAX);
	buf_init(&none, CERT_CACHE_MARK_MAX);
	if (cert_cache_load(&head_key, &mark, &none) && mark.n == 1 &&
	    mark.p[0] > GSCIS_PREFIX_LENGTH)
		head = mark.p[0];
	buf_clear(&mark);
	buf_clear(&none);
	return head;
}

static void
keep_head(const struct cac_io *io, size_t guessed, const struct reading *r)
{
	size_t unused, need = cac_ccc_need(buf_bytes(&r->t), &unused);
	uint8_t head;

	need += GSCIS_PREFIX_LENGTH;
	head = need < UINT8_MAX ? (uint8_t)need : UINT8_MAX;
	if (io->cache && need > GSCIS_PREFIX_LENGTH && head != guessed)
		cert_cache_store(
		    &head_key, bytes_of(&head, 1), bytes_of(NULL, 0));
}

static err_t
read_t(struct cac_io *io, size_t v_total, struct buf *t)
{
	size_t total;
	err_t err;

	err = cac_buffer_begin(io, GSCIS_BUFFER_T, usual_t(v_total), t, &total);
	if (err == 0)
		err = cac_buffer_continue(io, GSCIS_BUFFER_T, total, t);
	return err;
}

/* As much of V as tells of the containers; all of it where that is in doubt. */
static err_t
read_rest(struct cac_io *io, size_t total, struct reading *r)
{
	struct bytes t = buf_bytes(&r->t);
	size_t need, sum;
	struct cac_ccc ccc;
	err_t err;

	need = cac_ccc_need(t, &r->t_used);
	if (simple_tlv_sum(t, &sum) != 0 || sum != total)
		need = 0;
	if (need > 0) {
		err = cac_buffer_continue(io, GSCIS_BUFFER_V, need, &r->v);
		if (err != 0)
			return err;
		buf_truncate(&r->v, need);
		err = cac_ccc_parse(
		    bytes_of(t.p, r->t_used), buf_bytes(&r->v), &ccc);
		if (err == 0 && (ccc.pki_count > 0 || ccc.has_next))
			return 0;
	}
	r->t_used = t.n;
	return cac_buffer_continue(io, GSCIS_BUFFER_V, total, &r->v);
}

static err_t
read_buffers(struct cac_io *io, void *what)
{
	struct reading *r = what;
	size_t total, guess = guess_head(io), first;
	bool recalled;
	err_t err;

	buf_truncate(&r->t, 0);
	buf_truncate(&r->v, 0);
	err = cac_buffer_begin(io, GSCIS_BUFFER_V, guess, &r->v, &total);
	if (err != 0)
		return err;
	/* A short one that was refused is read now. */
	first = total < USUAL_HEAD ? total : USUAL_HEAD;
	if (r->v.n == 0)
		err = cac_buffer_continue(io, GSCIS_BUFFER_V, first, &r->v);
	if (err != 0)
		return err;
	recalled = recall_t(io, total, r);
	if (!recalled)
		err = read_t(io, total, &r->t);
	if (err == 0)
		err = read_rest(io, total, r);
	if (err == 0 && !recalled)
		keep_t(io, total, r);
	if (err == 0)
		keep_head(io, guess, r);
	return err;
}

static err_t
read_one(struct cac_io *io, const struct cac_path *path, struct reading *r,
    struct cac_ccc *ccc)
{
	err_t err = cac_try_select(io, path);

	*ccc = (struct cac_ccc){0};
	if (err == 0)
		err = cac_read_container(io, path, read_buffers, r);
	if (err != 0)
		return err;
	err = cac_ccc_parse(bytes_of(r->t.p, r->t_used), buf_bytes(&r->v), ccc);
	return err == CARD_ERR_DATA ? CARD_ERR_UNDECODABLE : err;
}

static void
reading_init(struct reading *r)
{
	buf_init(&r->t, CAC_BUFFER_MAX + APDU_NE_MAX);
	buf_init(&r->v, CAC_BUFFER_MAX + APDU_NE_MAX);
	r->t_used = 0;
}

static void
reading_clear(struct reading *r)
{
	buf_clear(&r->t);
	buf_clear(&r->v);
}

/*
 * A disturbed line may be behind a CCC that makes no sense; only when it is
 * the same a second time is it the card's.
 */
static err_t
read_twice(struct cac_io *io, const struct cac_path *path, struct reading *r,
    struct cac_ccc *ccc)
{
	struct reading first;
	err_t once = read_one(io, path, r, ccc), err;

	if (once != CARD_ERR_DATA && once != CARD_ERR_UNDECODABLE)
		return once;
	first = *r;
	reading_init(r);
	err = read_one(io, path, r, ccc);
	if (err == CARD_ERR_UNDECODABLE &&
	    (once != err ||
		!bytes_equal(buf_bytes(&first.t), buf_bytes(&r->t)) ||
		!bytes_equal(buf_bytes(&first.v), buf_bytes(&r->v))))
		err = CARD_ERR_DATA;
	reading_clear(&first);
	return err;
}

/*
 * The card's own id out of the card identifier. A shorter identifier is shown
 * whole. Without one, a checksum of the CCC: it stays the same for a card, but
 * cards of one issue may share it.
 */
static void
name_card(struct card_info *info, const struct cac_ccc *ccc, struct bytes v)
{
	struct bytes id = ccc->card_identifier;

	if (info->serial[0] != '\0')
		return;
	if (id.n >= CCC_CARD_ID_OFFSET + CCC_CARD_ID_LENGTH)
		id = bytes_of(id.p + CCC_CARD_ID_OFFSET, CCC_CARD_ID_LENGTH);
	if (id.n > 0)
		card_name_serial(info, id);
	else if (ccc->pki_count > 0)
		card_name_checksum(info, v);
}

/* Whether a further CCC says nothing, which ends the chain. */
static bool
ends_chain(err_t err)
{
	return err == CARD_ERR_NOT_FOUND || err == CARD_ERR_UNDECODABLE;
}

static err_t
keep_first(err_t first, err_t second)
{
	return first != 0 ? first : second;
}

/* An applet's CCC is named with its object, or without. */
static bool
seen_before(
    const struct cac_path *seen, size_t count, const struct cac_path *next)
{
	static const struct cac_path first = {
	    .aid = GSCIS_AID_CCC, .object = CCC_OBJECT, .has_object = true};

	for (size_t i = 0; i < count; i++)
		if (cac_path_equal(&seen[i], next))
			return true;
	return cac_path_equal(&first, next);
}

static err_t
read_chain(struct cac_io *io, struct card_info *info, struct cac_ccc *ccc)
{
	struct cac_path seen[CHAIN_MAX] = {{.aid = GSCIS_AID_CCC}};
	struct cac_ccc one;
	struct reading r;
	bool more = true;
	err_t err = 0;

	reading_init(&r);
	for (size_t n = 0; err == 0 && more && n < CHAIN_MAX; n++) {
		err = read_twice(io, &seen[n], &r, &one);
		if (n == 0 && (err == 0 || err == CARD_ERR_UNDECODABLE))
			name_card(info, &one, buf_bytes(&r.v));
		if (n > 0 && ends_chain(err)) {
			err = 0;
			break;
		}
		if (err == 0 || err == CARD_ERR_UNDECODABLE)
			err = keep_first(err, cac_ccc_append(ccc, &one));
		more = one.has_next && n + 1 < CHAIN_MAX &&
		    !seen_before(seen, n + 1, &one.next);
		if (more)
			seen[n + 1] = one.next;
	}
	reading_clear(&r);
	return err;
}

err_t
ccc_read(struct cac_io *io, struct card_info *info, struct cac_ccc *ccc)
{
	err_t err;

	*ccc = (struct cac_ccc){0};
	err = read_chain(io, info, ccc);
	cac_ccc_find_lone(ccc);
	return err;
}
