/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A token: the card of one insertion, and what has been read of it. What was
 * read stays read; the card is asked for the rest when that is needed, by one
 * thread, for which others wait.
 */
#ifndef PKCS11_TOKEN_H
#define PKCS11_TOKEN_H

#include "cac/card.h"
#include "pkcs11/module-state.h"
#include "pkcs11/object.h"

struct token;

/* How far a token must be known; each includes those above. */
enum token_goal {
	TOKEN_IDENTIFIED, /* its generation and serial number */
	TOKEN_LABELLED,	  /* a certificate that gives it a name */
	TOKEN_READ,	  /* every certificate */
	TOKEN_RECOGNISED  /* still the same card, after others used it */
};

/* NULL: no memory. */
struct token *token_new(struct reader *r, unsigned generation);

struct token *
token_ref_locked(struct module *m, struct token *t) REQUIRES_LOCK(m->lock);
void
token_unref_locked(struct module *m, struct token **t) REQUIRES_LOCK(m->lock);
void token_unref(struct module *m, struct token **t);

unsigned token_generation(const struct token *t);

/* Whether it is known what card this is, but not whether it is still there. */
bool token_in_doubt_locked(struct module *m, const struct token *t)
    REQUIRES_LOCK(m->lock);

/*
 * Talk to the card until the goal is reached; 0 at once when it is.
 *
 * CARD_ERR_UNKNOWN: not one of our cards, remembered; the card is not asked
 * again. For TOKEN_READ every certificate that the card names was read, or the
 * error of one that was not: there is no shorter list. A container that was
 * read whole and holds no certificate is left out and traced.
 */
err_t
token_bring(struct module *m, struct token *t, enum token_goal goal) MUST_CHECK;

/* All but the numbers of sessions. For an identified token. */
void token_info(struct module *m, struct token *t, CK_TOKEN_INFO *info);

/*
 * The objects read so far, in order: certificates with their keys, then the
 * profile. Each with a reference; NULL for an empty set.
 */
#define TOKEN_SETS 2
void token_sets(
    struct module *m, struct token *t, struct object_set *sets[TOKEN_SETS]);

#endif
