/* SPDX-License-Identifier: BSD-2-Clause */
/* The data objects that were found, and their content. */
#include <stdlib.h>

#include "cac/cac-buffer.h"
#include "cac/card-data-private.h"
#include "cac/iso7816.h"
#include "cac/piv-edge.h"
#include "cac/piv-object.h"
#include "cac/simple-tlv.h"

void
data_forget(struct data_list *data)
{
	for (size_t i = 0; i < data->count; i++)
		buf_clear(&data->list[i].content);
	memset(data, 0, sizeof(*data));
}

void
card_data_free(struct card *card)
{
	if (card->data != NULL)
		data_forget(card->data);
	free(card->data);
	card->data = NULL;
}

size_t
card_data_count(const struct card *card)
{
	return card->data != NULL ? card->data->count : 0;
}

const struct card_data *
card_data(const struct card *card, size_t index)
{
	if (index >= card_data_count(card))
		return NULL;
	return &card->data->list[index].shown;
}

bool
data_wants_pin(const struct cac_io *io, err_t err)
{
	return err == CARD_ERR_STATUS &&
	    (io->sw == SW_NOT_SATISFIED || io->sw == SW_CONDITIONS);
}

struct bytes
data_whole_object(const struct buf *answer, size_t before, struct bytes content)
{
	const uint8_t *start = answer->p + before;

	return bytes_of(start, (size_t)(content.p + content.n - start));
}

/* Tag and length as in T, then the value out of V. */
static err_t
merge(struct bytes t, struct bytes v, struct buf *out)
{
	struct simple_tlv tlv = {t, v};
	struct simple_tlv_entry entry;
	size_t before = out->n, sum;

	/* Some have a layout of their own: records of their vendor. */
	if (simple_tlv_sum(t, &sum) != 0) {
		buf_append(out, v);
		return buf_err(out);
	}
	while (simple_tlv_more(&tlv)) {
		struct bytes head = tlv.t;

		if (simple_tlv_next(&tlv, &entry) != 0) {
			buf_truncate(out, before);
			return CARD_ERR_DATA;
		}
		head.n -= tlv.t.n;
		buf_append(out, head);
		buf_append(out, entry.value);
	}
	return buf_err(out);
}

static err_t
read_applet(struct cac_io *io, const struct cac_path *path, struct buf *out)
{
	struct cac_buffers b;
	err_t err;

	cac_buffers_init(&b);
	err = cac_buffers_read(io, path, &b);
	if (err == 0)
		err = b.v.n > 0 ? merge(buf_bytes(&b.t), buf_bytes(&b.v), out)
				: CARD_ERR_EMPTY;
	cac_buffers_clear(&b);
	return err;
}

static err_t
read_object(struct cac_io *io, uint32_t tag, struct buf *out)
{
	struct bytes content;
	struct buf answer;
	err_t err;

	buf_init(&answer, PIV_OBJECT_MAX);
	err = piv_object_read(io, tag, &answer, &content);
	if (err == 0) {
		buf_append(out, data_whole_object(&answer, 0, content));
		err = buf_err(out);
	}
	buf_clear(&answer);
	return err;
}

static err_t
read_once(struct cac_io *io, const struct datum *d, struct buf *out)
{
	err_t err = d->part->edge == &piv_edge
	    ? read_object(io, d->spec->tag, out)
	    : read_applet(io, &d->spec->path, out);

	return data_wants_pin(io, err) ? CARD_ERR_NOT_VERIFIED : err;
}

/* Where it is read: another SELECT may cost the login. */
static err_t
give_pin(struct card *card, const struct datum *d, struct bytes pin)
{
	struct place here = {.part = d->part};
	struct cac_path path = d->spec->path;
	err_t err;

	if (pin.n == 0 || card->pin_spoilt)
		return CARD_ERR_NOT_VERIFIED;
	if (path.lone && !card->io.objects)
		path.has_object = false;
	if (d->part->edge != &piv_edge)
		here.data = &path;
	err = card_give_pin(card, here, pin);
	if (err == CARD_ERR_PIN_WRONG || err == CARD_ERR_PIN_BLOCKED)
		card->pin_spoilt = true;
	return err;
}

err_t
card_read_data(struct card *card, size_t index, struct bytes pin,
    struct deadline until, struct buf *out)
{
	size_t before = out->n;
	struct datum *d;
	err_t err;

	if (index >= card_data_count(card))
		return CARD_ERR_NOT_FOUND;
	d = &card->data->list[index];
	if (d->content.n > 0) {
		buf_append(out, buf_bytes(&d->content));
		return buf_err(out);
	}
	card_resume(card, until);
	err = read_once(&card->io, d, out);
	if (err == CARD_ERR_NOT_VERIFIED) {
		err = give_pin(card, d, pin);
		if (err == 0)
			err = read_once(&card->io, d, out);
	}
	if (err != 0)
		buf_truncate(out, before);
	trace_text(reader_id(card->io.r), TRACE_CARD, '-', "%s: %s",
	    d->spec->label, err == 0 ? "read" : err_text(err));
	return err;
}
