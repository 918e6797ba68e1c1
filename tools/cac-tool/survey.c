/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "reader/usb-libusb.h"
#include "tools/cac-tool/survey.h"
#include "tools/cac-tool/text.h"
#include "tools/cac-tool/tool.h"
#include "tools/cac-tool/uri.h"
#include "tools/cac-tool/usb-nodes.h"

/* As the module waits: another program may be reading a whole card. */
#define BEGIN_MS 30000
#define OPEN_MS	 20000
#define READ_MS	 30000
#define TRIES_MS 5000

/* The line on a terminal that tells how far it is; NULL: it goes away. */
static void
progress(unsigned number, const char *what)
{
	if (!isatty(STDERR_FILENO))
		return;
	fputs("\r\033[K", stderr);
	if (what != NULL)
		fprintf(stderr, "Reader %u: %s", number, text_clean(what));
	fflush(stderr);
}

static void
release_readers(void *readers)
{
	struct readers *rs = readers;

	readers_free(&rs);
}

struct readers *
survey_readers(void)
{
	static struct readers *readers;
	struct usb_bus bus;
	err_t err = 0;

	if (readers == NULL) {
		err = usb_libusb_bus(&bus);
		if (err == 0)
			err = readers_new(bus, &readers);
		if (err == 0)
			tool_own(readers, release_readers);
	}
	if (err == 0)
		err = readers_refresh(readers);
	if (err != 0) {
		complain("readers: %s", err_text(err));
		return NULL;
	}
	return readers;
}

static void
read_object(struct card *card, size_t i, struct survey_object *o)
{
	const struct card_container *place = card_container(card, i);
	struct buf *der = tool_buf(CARD_CERT_MAX);

	memcpy(o->label, place->label, sizeof(o->label));
	memcpy(o->id, place->id, sizeof(o->id));
	o->id_len = place->id_len;
	o->err = card_read_certificate(card, i, deadline_in(READ_MS), der);
	if (o->err != 0)
		return;
	o->certificate = certificate_new(buf_bytes(der));
	if (o->certificate == NULL)
		o->err = CARD_ERR_UNDECODABLE;
}

/* The name on the first certificate that has one, as the module has it. */
static void
name_card(struct survey_card *c)
{
	struct uri_token token = {c->model, uri_token_serial(c->serial), NULL};

	for (size_t i = 0; i < c->count && c->label == NULL; i++) {
		const struct certificate *x = c->objects[i].certificate;

		if (x != NULL && x->common_name != NULL)
			c->label = uri_token_label(x->common_name);
	}
	if (c->label == NULL)
		c->label = uri_token_label(c->model);
	token.label = c->label;
	for (size_t i = 0; i < c->count; i++)
		c->objects[i].uri = uri_certificate(&token,
		    bytes_of(c->objects[i].id, c->objects[i].id_len),
		    c->objects[i].label);
}

static void
read_card(struct reader *r, struct card *card, struct survey_card *c)
{
	c->model = tool_print("%s", card_model(card));
	c->serial = tool_print("%s", card_serial(card));
	c->count = card_container_count(card);
	c->objects = tool_alloc(c->count * sizeof(c->objects[0]));
	if (card_ask_pin_tries(card, deadline_in(TRIES_MS)) == 0) {
		c->tries = card_pin_tries(card);
		c->tries_known = c->tries != CARD_TRIES_UNKNOWN;
	}
	for (size_t i = 0; i < c->count; i++) {
		progress(reader_id(r),
		    tool_print("%s (%zu of %zu)",
			card_container(card, i)->label, i + 1, c->count));
		read_object(card, i, &c->objects[i]);
	}
	name_card(c);
}

static void
look_at_card(struct reader *r, struct survey_card *c)
{
	struct card *card = NULL;

	progress(reader_id(r), "waiting for the card");
	c->err = reader_begin(r, deadline_in(BEGIN_MS));
	if (c->err == 0) {
		c->err = card_open(r, deadline_in(OPEN_MS), &card);
		if (c->err == 0)
			read_card(r, card, c);
		card_free(&card);
		reader_end(r);
	}
	progress(0, NULL);
}

static void
look_at_reader(
    struct reader *r, enum survey_depth depth, struct survey_reader *out)
{
	unsigned generation;

	out->number = reader_id(r);
	reader_describe(r, &out->info);
	out->presence = reader_poll(r, &generation, &out->why);
	if (depth == SURVEY_CARDS && out->presence == PRESENCE_CARD)
		look_at_card(r, &out->card);
}

struct survey *
survey_run(unsigned number, enum survey_depth depth)
{
	struct readers *readers = survey_readers();
	struct survey *s = tool_alloc(sizeof(*s));
	struct reader *r;

	if (readers == NULL)
		return NULL;
	s->list = tool_alloc(readers_count(readers) * sizeof(s->list[0]));
	for (size_t i = 0; (r = readers_get(readers, i)) != NULL; i++) {
		if (number == 0 || reader_id(r) == number)
			look_at_reader(r, depth, &s->list[s->count++]);
	}
	if (number != 0 && s->count == 0) {
		complain("there is no reader %u", number);
		return NULL;
	}
	return s;
}

err_t
survey_error(const struct survey_reader *r)
{
	switch (r->presence) {
	case PRESENCE_NO_READER:
		return USB_ERR_GONE;
	case PRESENCE_UNKNOWN:
		return r->why != 0 ? r->why : USB_ERR_BUSY;
	case PRESENCE_EMPTY:
		return CCID_ERR_NO_CARD;
	case PRESENCE_CARD:
		break;
	}
	return r->card.err;
}

char *
survey_problem(const struct survey_reader *r)
{
	err_t err = survey_error(r);
	char *more = NULL;

	if (err == 0)
		return NULL;
	if (err == USB_ERR_BUSY)
		more = usb_nodes_owners();
	else if (err == USB_ERR_ACCESS)
		more = usb_nodes_rule();
	return tool_print("%s%s%s%s", err_text(err), more != NULL ? " (" : "",
	    more != NULL ? more : "", more != NULL ? ")" : "");
}

bool
survey_is_shown(const struct survey_object *o)
{
	return o->err != CARD_ERR_TWIN && o->err != CARD_ERR_NOT_FOUND;
}
