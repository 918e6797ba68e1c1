/* SPDX-License-Identifier: BSD-2-Clause */
/* The certificates of all parts, each shown once. */
#include "cac/card-private.h"

/*
 * PIV Authentication is what people log in with: it comes first, then the CAC
 * applets in the card's order, then the rest of PIV.
 */
void
card_view_order(struct card *card)
{
	size_t piv = card->parts[card->part_count - 1].first;

	for (size_t i = 0; i < card->info.count; i++)
		card->order[i] = i;
	for (size_t i = piv; i > 0; i--)
		card->order[i] = i - 1;
	card->order[0] = piv;
}

struct place
card_place(struct card *card, size_t index)
{
	struct part *part = card->parts;
	size_t i = card->order[index];

	while (i >= part->first + part->count)
		part++;
	return (struct place){.part = part, .index = i - part->first};
}

static const char *
label_of(const struct card *card, size_t index)
{
	return card->info.containers[card->order[index]].label;
}

static void
remark(const struct card *card, size_t index, err_t err)
{
	trace_text(reader_id(card->io.r), TRACE_CARD, '-', "%s: %s, %s",
	    label_of(card, index), err_name(err), err_text(err));
}

/* Read one container, whatever the others hold. */
static err_t
read_alone(struct card *card, size_t index, struct buf *der)
{
	struct place place = card_place(card, index);
	struct known *known = &card->known[index];
	size_t before = der->n;
	err_t err;

	err = place.part->edge->read_certificate(
	    place.part->state, &card->io, place.index, der);
	known->failed = err != 0 && !card_err_is_absence(err);
	if (!known->failed) {
		known->read = true;
		known->err = err;
		buf_truncate(&known->der, 0);
		if (err == 0)
			buf_append(&known->der,
			    bytes_of(der->p + before, der->n - before));
	}
	if (err == 0)
		err = buf_err(&known->der);
	if (err == 0)
		trace_text(reader_id(card->io.r), TRACE_CARD, '-',
		    "%s: %zu bytes of DER", label_of(card, index),
		    der->n - before);
	else
		remark(card, index, err);
	return err;
}

static bool
logged_in(const struct card *card)
{
	for (size_t i = 0; i < card->part_count; i++)
		if (card->parts[i].pin.verified)
			return true;
	return false;
}

/*
 * PIV gives its certificates in fewer exchanges than the CAC applets, which
 * then need only prove that they hold the same. What goes wrong here will show
 * when PIV's own turn comes. A change of applets could cost a login.
 */
static void
read_piv_first(struct card *card, size_t index)
{
	struct part *piv = &card->parts[card->part_count - 1];
	struct buf der;

	if (card_place(card, index).part == piv || logged_in(card))
		return;
	buf_init(&der, CARD_CERT_MAX);
	for (size_t i = 0; i < card->info.count; i++) {
		struct place place = card_place(card, i);

		if (place.part != piv || place.index >= CAC_TWINS ||
		    card->known[i].read || card->known[i].failed)
			continue;
		buf_truncate(&der, 0);
		(void)read_alone(card, i, &der);
		card->known[i].ahead = card->known[i].read;
	}
	buf_clear(&der);
}

static err_t
read_or_take(struct card *card, size_t index, struct buf *der)
{
	struct known *known = &card->known[index];

	if (!known->ahead)
		return read_alone(card, index, der);
	known->ahead = false;
	buf_append(der, buf_bytes(&known->der));
	return known->err != 0 ? known->err : buf_err(der);
}

/* Whether an earlier container holds this certificate. */
static err_t
find_twin(struct card *card, size_t index, struct bytes der)
{
	for (size_t i = 0; i < index; i++)
		if (bytes_equal(buf_bytes(&card->known[i].der), der))
			return CARD_ERR_TWIN;
	return 0;
}

/*
 * The result must not depend on what was read before: a container is not
 * judged until all earlier ones are known. One that cannot be read holds back
 * only PIV's, since that is where a CAC has its certificates again.
 */
static err_t
read_earlier(struct card *card, size_t index)
{
	bool again = card_place(card, index).part != card->parts;
	struct buf der;
	err_t err = 0;

	buf_init(&der, CARD_CERT_MAX);
	for (size_t i = 0; err == 0 && i < index; i++) {
		if (card->known[i].read || (card->known[i].failed && !again))
			continue;
		buf_truncate(&der, 0);
		err = read_alone(card, i, &der);
		if (card_err_is_absence(err) || !again)
			err = 0;
	}
	buf_clear(&der);
	return err;
}

err_t
card_read_certificate(
    struct card *card, size_t index, struct deadline until, struct buf *der)
{
	size_t before = der->n;
	err_t err;

	if (index >= card->info.count)
		return CARD_ERR_NOT_FOUND;
	card_resume(card, until);
	read_piv_first(card, index);
	err = read_earlier(card, index);
	if (err == 0)
		err = read_or_take(card, index, der);
	if (err == 0)
		err = find_twin(
		    card, index, bytes_of(der->p + before, der->n - before));
	if (err == CARD_ERR_TWIN)
		remark(card, index, err);
	if (err != 0)
		buf_truncate(der, before);
	return err;
}
