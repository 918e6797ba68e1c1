/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "base/trace.h"
#include "pkcs11/report.h"
#include "pkcs11/rv.h"
#include "pkcs11/token-private.h"

/* Another program may be reading a whole card. */
#define BEGIN_MS 30000
#define LOOK_MS	 300
#define OPEN_MS	 20000

struct token *
token_new(struct reader *r, unsigned generation, uint64_t arrived_ms)
{
	struct token *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->reader = r;
	t->generation = generation;
	t->arrived_ms = arrived_ms;
	t->refs = 1;
	login_init(&t->login);
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
	for (size_t i = 0; i < gone->set_count; i++)
		object_set_unref(&gone->sets[i]);
	object_set_unref(&gone->profile);
	for (size_t i = 0; i < gone->data_count; i++)
		object_set_unref(&gone->data[i]);
	free(gone->data);
	login_clear(&gone->login);
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
	struct object_set *sets[TOKEN_SETS_MAX];
	size_t set_count;
	bool complete;
	struct object_set *profile;
	struct object_set **data;
	size_t data_count;
	bool data_found;
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

/* Who reads one by one gets the first without waiting for the others. */
static err_t
read_certificates(struct token *t, enum token_goal goal, size_t have)
{
	if (goal == TOKEN_DESCRIBED)
		return containers_read_name(t->containers);
	if (goal != TOKEN_READ)
		return 0;
	return have == SIZE_MAX ? containers_read_on(t->containers, t->reader)
				: containers_read_next(t->containers);
}

/* What was read and is certain, also when reading more has failed. */
static err_t
harvest(struct token *t, struct findings *f)
{
	struct object_set *set;
	err_t err;

	do {
		err = containers_next_objects(t->containers, &set);
		if (set != NULL)
			f->sets[f->set_count++] = set;
	} while (set != NULL);
	f->complete = containers_given(t->containers);
	f->labelled = containers_label(t->containers, f->label);
	return err;
}

static err_t
find_data(struct token *t, struct findings *f)
{
	err_t err = card_find_data(t->card, deadline_in(OPEN_MS));
	size_t count = card_data_count(t->card);

	if (err != 0)
		return err;
	f->data = calloc(count + 1, sizeof(f->data[0]));
	if (f->data == NULL)
		return ERR_MEMORY;
	for (; err == 0 && f->data_count < count; f->data_count++)
		err = object_set_new_data(card_data(t->card, f->data_count),
		    f->data_count, &f->data[f->data_count]);
	f->data_found = err == 0;
	return err;
}

static err_t
in_transaction(struct module *m, struct token *t, enum token_goal goal,
    size_t have, struct findings *f)
{
	err_t err, harvested, asked = 0;

	err = t->card == NULL ? identify(t, f) : token_recognise(m, t, OPEN_MS);
	if (err == 0 && goal == TOKEN_DESCRIBED &&
	    card_ask_pin_tries_first(t->card))
		asked = login_ask_tries(m, t);
	if (err == 0)
		err = read_certificates(t, goal, have);
	if (t->card == NULL)
		return err;
	harvested = harvest(t, f);
	if (err == 0)
		err = harvested != 0 ? harvested : asked;
	if (err == 0 && goal == TOKEN_DESCRIBED)
		err = login_ask_tries(m, t);
	if (err == 0 && goal == TOKEN_DATA)
		err = find_data(t, f);
	return err;
}

static err_t
talk(struct module *m, struct token *t, enum token_goal goal, size_t have,
    struct findings *f)
{
	/* Who only looks does not wait for others. */
	unsigned begin_ms = goal == TOKEN_RECOGNISED ? LOOK_MS : BEGIN_MS;
	err_t err = token_transaction_begin(t, begin_ms);

	if (err != 0)
		return err;
	err = in_transaction(m, t, goal, have, f);
	token_transaction_end(m, t);
	return err;
}

static void publish_data_locked(struct module *m, struct token *t,
    struct findings *f) REQUIRES_LOCK(m->lock);

static void
publish_data_locked(struct module *m, struct token *t, struct findings *f)
{
	(void)m;
	if (f->data_found) {
		t->data = f->data;
		t->data_count = f->data_count;
		t->data_found = true;
		return;
	}
	for (size_t i = 0; i < f->data_count; i++)
		object_set_unref(&f->data[i]);
	free(f->data);
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
	for (size_t i = 0; i < f->set_count; i++)
		t->sets[t->set_count++] = f->sets[i];
	t->complete = t->complete || f->complete;
	publish_data_locked(m, t, f);
	if (f->labelled && !t->labelled) {
		memcpy(t->label, f->label, sizeof(t->label));
		t->labelled = true;
	}
	token_release_locked(m, t, err);
}

static bool reached_locked(struct module *m, struct token *t,
    enum token_goal goal, size_t have) REQUIRES_LOCK(m->lock);

static bool
reached_locked(
    struct module *m, struct token *t, enum token_goal goal, size_t have)
{
	(void)m;
	switch (goal) {
	case TOKEN_IDENTIFIED:
		return t->identified;
	case TOKEN_DESCRIBED:
		return t->labelled && (t->busy || login_tries_known(&t->login));
	case TOKEN_READ:
		return t->complete || t->set_count > have;
	case TOKEN_DATA:
		return t->data_found;
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

static err_t
bring(struct module *m, struct token *t, enum token_goal goal, size_t have)
{
	struct findings f;
	err_t err = 0;

	lock_acquire(&m->lock);
	while (err == 0 && !reached_locked(m, t, goal, have)) {
		if (t->foreign) {
			err = CARD_ERR_UNKNOWN;
		} else if (t->busy) {
			err = wait_locked(m, t);
		} else {
			t->busy = true;
			lock_release(&m->lock);
			f = (struct findings){0};
			err = talk(m, t, goal, have, &f);
			if (err != 0)
				report_error(
				    reader_id(t->reader), "the card", err);
			lock_acquire(&m->lock);
			publish_locked(m, t, &f, err);
		}
	}
	lock_release(&m->lock);
	login_settle(m, t);
	return err;
}

err_t
token_bring(struct module *m, struct token *t, enum token_goal goal)
{
	return bring(m, t, goal, SIZE_MAX);
}

err_t
token_bring_more(struct module *m, struct token *t, size_t have)
{
	return bring(m, t, TOKEN_READ, have);
}

void
token_renew_private_locked(struct module *m, struct token *t)
{
	(void)m;
	for (size_t i = 0; i < t->set_count; i++)
		object_set_renew(t->sets[i]);
	for (size_t i = 0; i < t->data_count; i++)
		object_set_renew(t->data[i]);
}

void
token_session_opened_locked(struct module *m, struct token *t)
{
	(void)m;
	t->sessions++;
}

void
token_session_closed_locked(struct module *m, struct token *t)
{
	if (--t->sessions == 0)
		login_end_locked(m, t);
}
