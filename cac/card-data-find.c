/* SPDX-License-Identifier: BSD-2-Clause */
/* Which data objects a card has. */
#include <stdio.h>
#include <stdlib.h>

#include "cac/cac-buffer.h"
#include "cac/card-data-private.h"
#include "cac/iso7816.h"
#include "cac/piv-edge.h"
#include "cac/piv-object.h"

#define OBJECT_IDENTIFIER 0x06

static void
make_oid(const struct data_spec *spec, struct card_data *out)
{
	static const uint8_t head[] = DATA_OID_HEAD;

	if (spec->arcs_len == 0)
		return;
	out->oid[0] = OBJECT_IDENTIFIER;
	out->oid[1] = (uint8_t)(sizeof(head) + spec->arcs_len);
	memcpy(out->oid + 2, head, sizeof(head));
	memcpy(out->oid + 2 + sizeof(head), spec->arcs, spec->arcs_len);
	out->oid_len = (uint8_t)(2 + sizeof(head) + spec->arcs_len);
}

static bool
has_spec(const struct data_list *data, const struct data_spec *spec)
{
	for (size_t i = 0; i < data->count; i++)
		if (data->list[i].spec == spec)
			return true;
	return false;
}

static struct datum *
add(struct data_list *data, const struct data_spec *spec, struct part *part)
{
	struct datum *d = &data->list[data->count];

	if (data->count == DATA_MAX)
		return NULL;
	data->count++;
	d->spec = spec;
	d->part = part;
	buf_init(&d->content, PIV_OBJECT_MAX);
	(void)snprintf(
	    d->shown.label, sizeof(d->shown.label), "%s", spec->label);
	d->shown.application = spec->label;
	d->shown.pin = spec->pin;
	make_oid(spec, &d->shown);
	return d;
}

/* Only what is read without a PIN is kept, which is short. */
static err_t
find_object(struct cac_io *io, piv_object_reading read,
    const struct data_spec *spec, struct part *part, struct data_list *data)
{
	struct bytes content;
	struct buf answer;
	struct datum *d;
	err_t err;

	buf_init(&answer, PIV_OBJECT_MAX);
	err = read(io, spec->tag, &answer, &content);
	if (err == 0 || data_wants_pin(io, err)) {
		d = add(data, spec, part);
		if (d != NULL && err != 0)
			d->shown.pin = true;
		else if (d != NULL && !spec->pin)
			buf_append(&d->content,
			    data_whole_object(&answer, 0, content));
		err = d != NULL ? buf_err(&d->content) : 0;
	}
	buf_clear(&answer);
	return err;
}

/* An answer about this object, whatever it is. */
static bool
is_answer(err_t err)
{
	return err == CARD_ERR_EMPTY || err == CARD_ERR_NOT_FOUND ||
	    err == CARD_ERR_STATUS || err == CARD_ERR_DATA;
}

static err_t
find_by(struct cac_io *io, piv_object_reading read, struct part *part,
    struct data_list *data)
{
	err_t err = 0;

	for (size_t i = 0; err == 0 && i < data_spec_count; i++) {
		if (data_specs[i].tag == 0)
			continue;
		err = find_object(io, read, &data_specs[i], part, data);
		if (is_answer(err))
			err = 0;
	}
	return err;
}

/* Whether PIV has been selected all the time: something that is there is. */
static bool
still_there(struct cac_io *io, const struct data_list *data, unsigned selects)
{
	struct bytes content;
	struct buf answer;
	size_t i = 0;
	err_t err;

	while (i < data->count && data->list[i].shown.pin)
		i++;
	if (i == data->count)
		return false;
	buf_init(&answer, PIV_OBJECT_MAX);
	err = piv_object_ask(io, data->list[i].spec->tag, &answer, &content);
	buf_clear(&answer);
	return err == 0 && io->selects == selects;
}

/* Without that proof each absence is looked at for itself. */
static err_t
find_piv(struct cac_io *io, struct part *part, struct data_list *data)
{
	unsigned selects;
	err_t err = piv_select(io);

	selects = io->selects;
	if (err == 0)
		err = find_by(io, piv_object_ask, part, data);
	if (err != 0 && err != READER_ERR_RESET && !is_answer(err))
		return err;
	if (err == 0 && still_there(io, data, selects))
		return 0;
	data_forget(data);
	return find_by(io, piv_object_read, part, data);
}

/* T tells; V may want the PIN. */
static err_t
ask_length(struct cac_io *io, void *what)
{
	return cac_buffer_total(io, GSCIS_BUFFER_T, what);
}

static const struct data_spec *
spec_of(const struct cac_path *path)
{
	for (size_t i = 0; i < data_spec_count; i++)
		if (data_specs[i].path.has_object &&
		    cac_path_equal(&data_specs[i].path, path))
			return &data_specs[i];
	return NULL;
}

static err_t
find_container(struct cac_io *io, const struct cac_path *path,
    struct part *part, struct data_list *data)
{
	const struct data_spec *spec = spec_of(path);
	size_t total = 0;
	err_t err;

	if (spec == NULL || has_spec(data, spec))
		return 0;
	err = cac_read_container(io, &spec->path, ask_length, &total);
	if (err == 0 && total > 0)
		(void)add(data, spec, part);
	return is_answer(err) ? 0 : err;
}

static err_t
find_applets(struct cac_io *io, struct part *part, struct data_list *data)
{
	const struct cac_path *paths;
	size_t count;
	err_t err = 0;

	if (part->edge->data == NULL)
		return 0;
	count = part->edge->data(part->state, &paths);
	for (size_t i = 0; err == 0 && i < count; i++)
		err = find_container(io, &paths[i], part, data);
	return err;
}

err_t
card_find_data(struct card *card, struct deadline until)
{
	struct data_list *data;
	err_t err = 0;

	if (card->data != NULL)
		return 0;
	data = calloc(1, sizeof(*data));
	if (data == NULL)
		return ERR_MEMORY;
	card_resume(card, until);
	/* PIV first: what both halves have is shown as PIV has it. */
	for (size_t i = card->part_count; err == 0 && i-- > 0;)
		err = card->parts[i].edge == &piv_edge
		    ? find_piv(&card->io, &card->parts[i], data)
		    : find_applets(&card->io, &card->parts[i], data);
	if (err == 0) {
		card->data = data;
		return 0;
	}
	data_forget(data);
	free(data);
	return err;
}
