/* SPDX-License-Identifier: BSD-2-Clause */
/* A token as its own files see it: token*.c, login*.c, key.c. */
#ifndef PKCS11_TOKEN_PRIVATE_H
#define PKCS11_TOKEN_PRIVATE_H

#include "pkcs11/container.h"
#include "pkcs11/login.h"
#include "pkcs11/token.h"

/* The CAC applets, and PIV. */
#define TOKEN_SETS_MAX (2 * CARD_CONTAINERS_MAX)

struct token {
	struct reader *reader;
	unsigned generation;
	uint64_t arrived_ms;

	/* Guarded by the module's lock. */
	unsigned refs;
	unsigned sessions;
	bool busy;     /* one thread talks to the card */
	unsigned runs; /* how often one has */
	err_t last;    /* how that ended */
	bool foreign;
	bool identified;
	bool labelled;
	char label[CONTAINERS_LABEL_MAX + 1];
	struct object_set *sets[TOKEN_SETS_MAX]; /* of certificates */
	size_t set_count;
	bool complete;		    /* all of them */
	struct object_set *profile; /* once identified */
	struct object_set **data;   /* once found; may be none */
	size_t data_count;
	bool data_found;
	struct login login;

	/* For the thread that set busy; card is fixed once identified. */
	struct card *card;
	struct containers *containers;
};

/*
 * Have the card to oneself, in a transaction, and be sure that it is still this
 * one; begin_ms is for others to finish, open_ms for the card to show that.
 * wait: for other threads of this process as well; else ERR_TIMEOUT at once.
 * Only for an identified token.
 */
err_t token_talk_begin(struct module *m, struct token *t, bool wait,
    unsigned begin_ms, unsigned open_ms) MUST_CHECK;

/* A login that has ended meanwhile is ended on the card as well. */
void token_talk_end(struct module *m, struct token *t);

/* The steps of those, for the thread that has set busy. */
err_t token_transaction_begin(struct token *t, unsigned begin_ms) MUST_CHECK;
err_t
token_recognise(struct module *m, struct token *t, unsigned open_ms) MUST_CHECK;
void token_transaction_end(struct module *m, struct token *t);

/* See login_is_owed(). */
bool token_must_forget(struct module *m, struct token *t);

/* object_set_renew() for all. */
void token_renew_private_locked(struct module *m, struct token *t)
    REQUIRES_LOCK(m->lock);

/* No longer busy. err is for those who waited for the same. */
void token_release_locked(struct module *m, struct token *t, err_t err)
    REQUIRES_LOCK(m->lock);

#endif
