/* SPDX-License-Identifier: BSD-2-Clause */
/* A transaction of one thread with the card of a token. */
#include "base/trace.h"
#include "pkcs11/token-private.h"

/* For a card that is to forget the PIN while a program ends. */
#define FORGET_MS 1500

err_t
token_transaction_begin(struct token *t, unsigned begin_ms)
{
	err_t err = reader_begin(t->reader, deadline_in(begin_ms));

	if (err == 0 && reader_generation(t->reader) != t->generation) {
		reader_end(t->reader);
		err = READER_ERR_CHANGED;
	}
	return err;
}

/* The card may have been changed while others had the reader. */
err_t
token_recognise(struct module *m, struct token *t, unsigned open_ms)
{
	err_t err;

	if (!reader_in_doubt(t->reader))
		return 0;
	err = card_recognise(t->card, deadline_in(open_ms));
	if (err == CARD_ERR_OTHER) {
		reader_distrust(t->reader);
		return READER_ERR_CHANGED;
	}
	if (err != 0)
		return err;
	reader_trust(t->reader);
	lock_acquire(&m->lock);
	login_doubt(&t->login);
	lock_release(&m->lock);
	return 0;
}

bool
token_must_forget(struct module *m, struct token *t)
{
	bool must;

	lock_acquire(&m->lock);
	must = login_is_owed(&t->login);
	lock_release(&m->lock);
	return must;
}

void
token_transaction_end(struct module *m, struct token *t)
{
	if (t->card != NULL && token_must_forget(m, t))
		(void)login_forget(m, t, FORGET_MS);
	reader_end(t->reader);
}

void
token_release_locked(struct module *m, struct token *t, err_t err)
{
	/* Kept while this thread might have been using it. */
	if (!t->login.in)
		secret_free(&t->login.pin);
	t->last = err;
	t->runs++;
	t->busy = false;
	module_notify_locked(m);
}

static bool
seize(struct module *m, struct token *t, bool wait)
{
	bool mine;

	lock_acquire(&m->lock);
	while (wait && t->busy)
		module_wait_locked(m);
	mine = !t->busy;
	t->busy = true;
	lock_release(&m->lock);
	return mine;
}

static void
release(struct module *m, struct token *t)
{
	lock_acquire(&m->lock);
	token_release_locked(m, t, 0);
	lock_release(&m->lock);
}

err_t
token_talk_begin(struct module *m, struct token *t, bool wait,
    unsigned begin_ms, unsigned open_ms)
{
	err_t err;

	if (!seize(m, t, wait))
		return ERR_TIMEOUT;
	err = token_transaction_begin(t, begin_ms);
	if (err == 0) {
		err = token_recognise(m, t, open_ms);
		if (err != 0)
			reader_end(t->reader);
	}
	if (err != 0)
		release(m, t);
	return err;
}

void
token_talk_end(struct module *m, struct token *t)
{
	token_transaction_end(m, t);
	release(m, t);
	login_settle(m, t);
}
