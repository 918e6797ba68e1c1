/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/trace.h"
#include "pkcs11/container.h"
#include "pkcs11/rv.h"
#include "pkcs11/text.h"

/* With the whole recovery ladder: resets, power cycles, lower speed. */
#define READ_MS 30000

struct container {
	bool read;   /* all is known of it */
	bool usable; /* x509 is filled */
	struct x509 x509;
};

struct containers {
	struct card *card;
	unsigned slot;
	size_t given; /* of all, then of all again for those of CAs */
	size_t count;
	struct container list[];
};

err_t
containers_new(struct card *card, unsigned slot, struct containers **out)
{
	size_t count = card_container_count(card);
	struct containers *c =
	    calloc(1, sizeof(*c) + count * sizeof(c->list[0]));

	if (c == NULL)
		return ERR_MEMORY;
	c->card = card;
	c->slot = slot;
	c->count = count;
	*out = c;
	return 0;
}

void
containers_free(struct containers **c)
{
	struct containers *gone = *c;

	*c = NULL;
	if (gone == NULL)
		return;
	for (size_t i = 0; i < gone->count; i++)
		x509_clear(&gone->list[i].x509);
	free(gone);
}

static err_t
read_certificate(
    struct containers *c, size_t i, struct deadline until, struct x509 *x)
{
	struct buf der;
	err_t err;

	buf_init(&der, CARD_CERT_MAX);
	err = card_read_certificate(c->card, i, until, &der);
	if (err == 0)
		err = x509_parse(buf_bytes(&der), x);
	buf_clear(&der);
	return err;
}

static err_t
read_one(struct containers *c, size_t i, struct deadline until)
{
	struct container *one = &c->list[i];
	err_t err;

	if (one->read)
		return 0;
	err = read_certificate(c, i, until, &one->x509);
	if (err != 0)
		trace_text(c->slot, TRACE_CRYPTOKI, '-', "%s: %s: %s",
		    card_container(c->card, i)->label, err_name(err),
		    err_text(err));
	one->read = err == 0 || card_err_is_absence(err);
	one->usable = err == 0;
	return one->read ? 0 : err;
}

static bool
has_name(const struct container *one)
{
	return one->usable && one->x509.cn.n > 0;
}

err_t
containers_read_name(struct containers *c)
{
	struct deadline until = deadline_in(READ_MS);
	err_t first = 0, err;

	for (size_t i = 0; i < c->count; i++) {
		err = read_one(c, i, until);
		if (rv_err_is_removal(err))
			return err;
		if (has_name(&c->list[i]))
			return 0;
		if (first == 0)
			first = err;
	}
	return first;
}

err_t
containers_read_on(struct containers *c, struct reader *r)
{
	bool some = false;
	err_t err = 0;

	for (size_t i = 0; err == 0 && i < c->count; i++) {
		if (c->list[i].read)
			continue;
		if (some && reader_wanted(r))
			return 0;
		some = true;
		err = read_one(c, i, deadline_in(READ_MS));
	}
	return err;
}

static void
label_from_name(struct bytes cn, char label[CONTAINERS_LABEL_MAX + 1])
{
	size_t n = text_cut((const char *)cn.p, cn.n, CONTAINERS_LABEL_MAX);

	for (size_t i = 0; i < n; i++) {
		bool plain = cn.p[i] != ':' && cn.p[i] >= ' ' && cn.p[i] != 127;

		label[i] = plain ? (char)cn.p[i] : '.';
	}
	label[n] = '\0';
}

bool
containers_label(
    const struct containers *c, char label[CONTAINERS_LABEL_MAX + 1])
{
	const char *model = card_model(c->card);
	bool all = true;

	for (size_t i = 0; i < c->count; i++) {
		if (has_name(&c->list[i])) {
			label_from_name(c->list[i].x509.cn, label);
			return true;
		}
		all = all && c->list[i].read;
	}
	if (all)
		label_from_name(bytes_of(model, strlen(model)), label);
	return all;
}

/*
 * Pass over what shows nothing. False: more must be read to go on, or there is
 * no more.
 */
static bool
find_next(struct containers *c, size_t *index)
{
	for (; c->given < 2 * c->count; c->given++) {
		bool ca = c->given >= c->count;
		size_t i = c->given % c->count;

		if (!c->list[i].read)
			return false;
		*index = i;
		if (c->list[i].usable && c->list[i].x509.ca == ca)
			return true;
	}
	return false;
}

static err_t
make_objects(const struct containers *c, size_t i, struct object_set **out)
{
	const struct card_container *place = card_container(c->card, i);
	const struct object_source source = {
	    .label = place->label,
	    .key_label =
		place->key_label[0] != '\0' ? place->key_label : place->label,
	    .id = bytes_of(place->id, place->id_len),
	    .x509 = &c->list[i].x509,
	    .container = i,
	    .rule = card_key_rule(c->card, i),
	};

	return object_set_new_certificate(&source, out);
}

err_t
containers_next_objects(struct containers *c, struct object_set **out)
{
	size_t i;
	err_t err;

	*out = NULL;
	if (!find_next(c, &i))
		return 0;
	err = make_objects(c, i, out);
	if (err == 0)
		c->given++;
	return err;
}

bool
containers_given(const struct containers *c)
{
	return c->given == 2 * c->count;
}

err_t
containers_read_next(struct containers *c)
{
	size_t next;
	err_t err;

	for (size_t i = 0; i < c->count && !find_next(c, &next); i++) {
		err = read_one(c, i, deadline_in(READ_MS));
		if (err != 0)
			return err;
	}
	return 0;
}
