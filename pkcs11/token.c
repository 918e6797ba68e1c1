/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/trace.h"
#include "pkcs11/container.h"
#include "pkcs11/rv.h"
#include "pkcs11/text.h"
#include "pkcs11/token.h"

/* Another program may be reading a whole card. */
#define BEGIN_MS 30000
#define LOOK_MS	 300
#define OPEN_MS	 20000

/*
 * As OpenSC names the maker of every CAC: "manufacturer" is part of the URIs
 * that users have written down.
 */
#define MANUFACTURER "Common Access Card"

struct token {
	struct reader *reader;
	unsigned generation;

	/* Guarded by the module's lock. */
	unsigned refs;
	bool busy;     /* one thread talks to the card */
	unsigned runs; /* how often one has */
	err_t last;    /* how that ended */
	bool foreign;
	bool identified;
	bool labelled;
	char label[CONTAINERS_LABEL_MAX + 1];
	struct object_set *certificates; /* once all are read */
	struct object_set *profile;	 /* once identified */

	/* For the thread that set busy; card is fixed once identified. */
	struct card *card;
	struct containers *containers;
};

struct token *
token_new(struct reader *r, unsigned generation)
{
	struct token *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->reader = r;
	t->generation = generation;
	t->refs = 1;
	return t;
}

struct token *
token_ref_locked(struct module *m, struct token *t)
{
	(void)m;
	t->refs++;
	return t;
}

void
token_unref_locked(struct module *m, struct token **t)
{
	struct token *gone = *t;

	(void)m;
	*t = NULL;
	if (--gone->refs > 0)
		return;
	object_set_unref(&gone->certificates);
	object_set_unref(&gone->profile);
	containers_free(&gone->containers);
	card_free(&gone->card);
	free(gone);
}

void
token_unref(struct module *m, struct token **t)
{
	lock_acquire(&m->lock);
	token_unref_locked(m, t);
	lock_release(&m->lock);
}

unsigned
token_generation(const struct token *t)
{
	return t->generation;
}

bool
token_in_doubt_locked(struct module *m, const struct token *t)
{
	(void)m;
	return t->identified && !t->busy && reader_in_doubt(t->reader);
}

/* What one thread found out, to be published in one step. */
struct findings {
	bool foreign;
	bool labelled;
	char label[CONTAINERS_LABEL_MAX + 1];
	struct object_set *certificates;
	struct object_set *profile;
};

static err_t
identify(struct token *t, struct findings *f)
{
	struct card *card = NULL;
	err_t err = card_open(t->reader, deadline_in(OPEN_MS), &card);

	if (err != 0) {
		f->foreign = err == CARD_ERR_UNKNOWN;
		return err;
	}
	err = containers_new(card, reader_id(t->reader), &t->containers);
	if (err == 0)
		err = object_set_new_profile(&f->profile);
	if (err != 0) {
		containers_free(&t->containers);
		card_free(&card);
		return err;
	}
	t->card = card;
	reader_trust(t->reader);
	return 0;
}

/* The card may have been changed while others had the reader. */
static err_t
recognise(struct token *t)
{
	err_t err;

	if (!reader_in_doubt(t->reader))
		return 0;
	err = card_verify(t->card, deadline_in(OPEN_MS));
	if (err == CARD_ERR_OTHER) {
		reader_distrust(t->reader);
		return READER_ERR_CHANGED;
	}
	if (err == 0)
		reader_trust(t->reader);
	return err;
}

static err_t
in_transaction(struct token *t, enum token_goal goal, struct findings *f)
{
	err_t err = 0;

	if (reader_generation(t->reader) != t->generation)
		return READER_ERR_CHANGED;
	err = t->card == NULL ? identify(t, f) : recognise(t);
	if (err == 0 && goal == TOKEN_LABELLED)
		err = containers_read_name(t->containers);
	if (err == 0 && goal == TOKEN_READ)
		err = containers_read_all(t->containers);
	return err;
}

static err_t
talk(struct token *t, enum token_goal goal, struct findings *f)
{
	/* Who only looks does not wait for others. */
	unsigned begin_ms = goal == TOKEN_RECOGNISED ? LOOK_MS : BEGIN_MS;
	err_t err = reader_begin(t->reader, deadline_in(begin_ms));

	if (err != 0)
		return err;
	err = in_transaction(t, goal, f);
	reader_end(t->reader);
	if (t->card != NULL)
		f->labelled = containers_label(t->containers, f->label);
	if (err == 0 && goal == TOKEN_READ)
		err = containers_objects(t->containers, &f->certificates);
	return err;
}

static void publish_locked(struct module *m, struct token *t,
    struct findings *f, err_t err) REQUIRES_LOCK(m->lock);

static void
publish_locked(struct module *m, struct token *t, struct findings *f, err_t err)
{
	t->foreign = f->foreign;
	t->identified = t->card != NULL;
	if (f->profile != NULL)
		t->profile = f->profile;
	if (f->certificates != NULL)
		t->certificates = f->certificates;
	if (f->labelled && !t->labelled) {
		memcpy(t->label, f->label, sizeof(t->label));
		t->labelled = true;
	}
	t->last = err;
	t->runs++;
	t->busy = false;
	module_notify_locked(m);
}

static bool reached_locked(struct module *m, struct token *t,
    enum token_goal goal) REQUIRES_LOCK(m->lock);

static bool
reached_locked(struct module *m, struct token *t, enum token_goal goal)
{
	(void)m;
	switch (goal) {
	case TOKEN_IDENTIFIED:
		return t->identified;
	case TOKEN_LABELLED:
		return t->labelled;
	case TOKEN_READ:
		return t->certificates != NULL;
	case TOKEN_RECOGNISED:
		return !reader_in_doubt(t->reader);
	}
	return false;
}

/* Wait for the thread that talks to the card, and share its failure. */
static err_t
wait_locked(struct module *m, struct token *t) REQUIRES_LOCK(m->lock);

static err_t
wait_locked(struct module *m, struct token *t)
{
	unsigned run = t->runs;

	while (t->runs == run)
		module_wait_locked(m);
	return t->last;
}

err_t
token_bring(struct module *m, struct token *t, enum token_goal goal)
{
	struct findings f;
	err_t err = 0;

	lock_acquire(&m->lock);
	while (err == 0 && !reached_locked(m, t, goal)) {
		if (t->foreign) {
			err = CARD_ERR_UNKNOWN;
		} else if (t->busy) {
			err = wait_locked(m, t);
		} else {
			t->busy = true;
			lock_release(&m->lock);
			f = (struct findings){0};
			err = talk(t, goal, &f);
			if (err != 0)
				trace_text(reader_id(t->reader), TRACE_CRYPTOKI,
				    '-', "token: %s: %s", err_name(err),
				    err_text(err));
			lock_acquire(&m->lock);
			publish_locked(m, t, &f, err);
		}
	}
	lock_release(&m->lock);
	return err;
}

/* OpenSC's rule, as serial numbers are in users' URIs: the last 16 digits. */
static const char *
serial_end(const char *serial)
{
	size_t n = strlen(serial);

	return n > 16 ? serial + n - 16 : serial;
}

void
token_info(struct module *m, struct token *t, CK_TOKEN_INFO *info)
{
	char label[sizeof(t->label)];
	bool labelled;

	lock_acquire(&m->lock);
	memcpy(label, t->label, sizeof(label));
	labelled = t->labelled;
	lock_release(&m->lock);

	*info = (CK_TOKEN_INFO){
	    .flags = CKF_TOKEN_INITIALIZED | CKF_WRITE_PROTECTED,
	    .ulMaxSessionCount = CK_EFFECTIVELY_INFINITE,
	    .ulMaxRwSessionCount = CK_EFFECTIVELY_INFINITE,
	    .ulTotalPublicMemory = CK_UNAVAILABLE_INFORMATION,
	    .ulFreePublicMemory = CK_UNAVAILABLE_INFORMATION,
	    .ulTotalPrivateMemory = CK_UNAVAILABLE_INFORMATION,
	    .ulFreePrivateMemory = CK_UNAVAILABLE_INFORMATION,
	};
	text_pad(info->label, sizeof(info->label),
	    labelled ? label : card_model(t->card));
	text_pad(
	    info->manufacturerID, sizeof(info->manufacturerID), MANUFACTURER);
	text_pad(info->model, sizeof(info->model), card_model(t->card));
	text_pad(info->serialNumber, sizeof(info->serialNumber),
	    serial_end(card_serial(t->card)));
	text_pad(info->utcTime, sizeof(info->utcTime), "");
}

void
token_sets(
    struct module *m, struct token *t, struct object_set *sets[TOKEN_SETS])
{
	lock_acquire(&m->lock);
	sets[0] = object_set_ref(t->certificates);
	sets[1] = object_set_ref(t->profile);
	lock_release(&m->lock);
}
