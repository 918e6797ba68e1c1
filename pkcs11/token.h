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

/* How far a token must be known; all but the first are independent. */
enum token_goal {
	TOKEN_IDENTIFIED, /* its generation and serial number */
	TOKEN_DESCRIBED,  /* a name, and how many PINs it still takes */
	TOKEN_READ,	  /* every certificate */
	TOKEN_DATA,	  /* which data objects there are */
	TOKEN_RECOGNISED  /* still the same card, after others used it */
};

/*
 * arrived_ms: when this process saw the card come, by CLOCK_BOOTTIME; 0: it was
 * there before. NULL: no memory.
 */
struct token *
token_new(struct reader *r, unsigned generation, uint64_t arrived_ms);

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

/* Until there is another set of certificates after the first `have`, or none.
 */
err_t
token_bring_more(struct module *m, struct token *t, size_t have) MUST_CHECK;

/* All but the numbers of sessions. For an identified token. */
void token_info(struct module *m, struct token *t, CK_TOKEN_INFO *info);

/*
 * The objects read so far, in order: one set for each certificate and its keys,
 * and other sets. With a reference; NULL: there is none of this index so far,
 * and *more tells whether there may be one when more is read.
 */
enum token_part { TOKEN_CERTIFICATES, TOKEN_DATA_OBJECTS, TOKEN_OTHERS };
struct object_set *token_set(struct module *m, struct token *t,
    enum token_part part, size_t index, bool *more);

/*
 * Read the value of a data object: then there is another set with that object's
 * handle. CARD_ERR_NOT_VERIFIED: nobody has logged in. Errors are reported.
 */
err_t
token_read_data(struct module *m, struct token *t, size_t index) MUST_CHECK;

/* Whether any of its private keys asks for no PIN. */
bool token_has_free_keys(const struct token *t);

/* A session was opened, or closed; the last one to close ends the login. */
void token_session_opened_locked(struct module *m, struct token *t)
    REQUIRES_LOCK(m->lock);
void token_session_closed_locked(struct module *m, struct token *t)
    REQUIRES_LOCK(m->lock);

#endif
