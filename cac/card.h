/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A recognised card and its containers, whatever its generation. All functions
 * but the pure ones talk to the card, between reader_begin() and reader_end()
 * of the reader it was opened on.
 */
#ifndef CAC_CARD_H
#define CAC_CARD_H

#include <limits.h>

#include "base/buf.h"
#include "base/deadline.h"
#include "reader/reader.h"

#define CARD_CONTAINERS_MAX 64	  /* of the CAC applets, and of PIV */
#define CARD_CERT_MAX	    16384 /* bytes of one certificate, unpacked */
#define CARD_ID_MAX	    4

struct card;

enum card_err {
	CARD_ERR_UNKNOWN = ERR_LAYER(5, 1),	/* none of our cards */
	CARD_ERR_EMPTY = ERR_LAYER(5, 2),	/* read whole; nothing in it */
	CARD_ERR_UNDECODABLE = ERR_LAYER(5, 3), /* read whole; no certificate */
	CARD_ERR_NOT_FOUND = ERR_LAYER(5, 4),	/* the card says: not there */
	CARD_ERR_STATUS = ERR_LAYER(5, 5),	/* an unexpected status word */
	CARD_ERR_DATA = ERR_LAYER(5, 6),	/* lengths do not agree */
	CARD_ERR_OTHER = ERR_LAYER(5, 8),	/* not the card it was */
	CARD_ERR_TOO_BIG = ERR_LAYER(5, 7),	/* over CARD_CERT_MAX or such */
	CARD_ERR_TWIN = ERR_LAYER(5, 9),	/* shown as another container */
	CARD_ERR_PIN_WRONG = ERR_LAYER(5, 10),	/* and a try is lost */
	CARD_ERR_PIN_BLOCKED = ERR_LAYER(5, 11),
	CARD_ERR_PIN_REFUSED = ERR_LAYER(5, 12), /* for its form; not counted */
	CARD_ERR_NOT_VERIFIED = ERR_LAYER(5, 13), /* the PIN is needed */
	CARD_ERR_INPUT = ERR_LAYER(5, 14),	  /* not for this key */
	CARD_ERR_NO_KEY = ERR_LAYER(5, 15),	  /* only a certificate */
};

/* Make the names known to err_name() and err_text(). */
void card_error_register(void);

/*
 * Find out what the card in the reader is, by SELECTs of our own AIDs only,
 * within a small budget of exchanges. CARD_ERR_UNKNOWN: it is none of ours.
 * Other errors: it could not be found out; ask again.
 */
err_t card_open(
    struct reader *r, struct deadline until, struct card **out) MUST_CHECK;

/*
 * Whether the card in the reader is still this one; asked when
 * reader_in_doubt(). CARD_ERR_OTHER: it is not. Other errors: it could not be
 * found out.
 */
err_t card_recognise(struct card *card, struct deadline until) MUST_CHECK;

/* Pure; accepts NULL. */
void card_free(struct card **card);

/* Pure. Strings live as long as the card. */
const char *card_model(const struct card *card);  /* "CAC v2", "PIV" */
const char *card_serial(const struct card *card); /* lower-case hex */

/* A place for a certificate that the card names. */
struct card_container {
	char label[64];		 /* as users know it */
	char key_label[32];	 /* of the key pair; empty: the same */
	uint8_t id[CARD_ID_MAX]; /* for CKA_ID */
	uint8_t id_len;
};

/*
 * Pure. PIV Authentication, then the CAC applets in the card's own order, then
 * the rest of PIV; holes are counted.
 */
size_t card_container_count(const struct card *card);
const struct card_container *
card_container(const struct card *card, size_t index);

/*
 * Read a container's certificate as DER, unpacked, its first SEQUENCE only;
 * appended to der.
 *
 * CARD_ERR_EMPTY, CARD_ERR_UNDECODABLE, CARD_ERR_TOO_BIG: the container was
 * read whole and holds no certificate. CARD_ERR_NOT_FOUND: the card says that
 * there is no such container, or index is past the end. CARD_ERR_TWIN: an
 * earlier container holds the same certificate, and is the one to show; to know
 * that, what is not known of the earlier ones is read as well. Any other error
 * proves nothing about what is on the card; see card_err_is_absence().
 * On any error der is as it was.
 */
err_t card_read_certificate(struct card *card, size_t index,
    struct deadline until, struct buf *der) MUST_CHECK;

/*
 * What a container's key asks for before each use, as the card enforces it
 * (NIST SP 800-73-4, part 1, table 5; GSC-IS 2.1, access rules). Pure.
 */
enum card_key_rule {
	CARD_KEY_FREE,	    /* no PIN */
	CARD_KEY_PIN,	    /* verified once */
	CARD_KEY_PIN_ALWAYS /* verified just before */
};

enum card_key_rule card_key_rule(const struct card *card, size_t index);

/* PINs are ASCII digits; cards take 4 to 8, and new ones of 6 to 8. */
#define CARD_PIN_MIN	 4
#define CARD_PIN_NEW_MIN 6
#define CARD_PIN_MAX	 8

#define CARD_TRIES_UNKNOWN UINT_MAX

/*
 * How many wrong PINs the card would still take, as last heard; 0: blocked.
 * Pure.
 */
unsigned card_pin_tries(const struct card *card);

/*
 * Ask the card, where that is known not to cost a try. CARD_ERR_STATUS: it does
 * not tell.
 */
err_t card_ask_pin_tries(struct card *card, struct deadline until) MUST_CHECK;

/*
 * Whether that costs less before a certificate is read: one of PIV that was
 * proved leaves a chain, which must be ended before a VERIFY. Pure.
 */
bool card_ask_pin_tries_first(const struct card *card);

/*
 * Verify the PIN: exactly one VERIFY with it reaches the card, or none when it
 * is of no possible form. A second one follows an applet that does not know the
 * command (6A86, 6D00, 6E00) and has not counted it. It is sent where the key
 * of container index will ask for it; of any other index, where the first key
 * does.
 *
 * CARD_ERR_PIN_WRONG, _BLOCKED: by the card. CARD_ERR_PIN_REFUSED: by us or the
 * card, no try is lost. Any other error: the card may have counted a try.
 */
err_t card_login(struct card *card, size_t index, struct bytes pin,
    struct deadline until) MUST_CHECK;

/* The same from the reader's own pad; and CCID_ERR_PIN_*, CCID_ERR_UNSUPPORTED.
 */
err_t card_login_on_pad(
    struct card *card, size_t index, struct deadline until) MUST_CHECK;

/*
 * CHANGE REFERENCE DATA, once. The new PIN has CARD_PIN_NEW_MIN digits or more.
 * Errors as card_login(); the old PIN is the one that can be wrong.
 */
err_t card_change_pin(struct card *card, struct bytes old, struct bytes new,
    struct deadline until) MUST_CHECK;
err_t
card_change_pin_on_pad(struct card *card, struct deadline until) MUST_CHECK;

/*
 * The card forgets the PIN, and this card object that it was verified. When the
 * card cannot be asked it loses the PIN by a reset. READER_ERR_CHANGED and what
 * else reader_reset_card() returns.
 */
err_t card_logout(struct card *card, struct deadline until) MUST_CHECK;

enum card_op_kind {
	CARD_OP_RSA,   /* in: modulus length, below it; out: the same length */
	CARD_OP_ECDSA, /* in: a hash of the order's length; out: r and s */
	CARD_OP_ECDH   /* in: 04 X Y of the peer; out: X of the shared point */
};

struct card_op {
	enum card_op_kind kind;
	unsigned bits; /* of the modulus: 1024 to 4096; or curve: 256, 384 */
	struct bytes in;
};

/*
 * Use the private key of a container; the result is appended to out, r and s
 * each as long as the order. Sent a second time only after the card has refused
 * the first: for want of the PIN, for the length of a part, or as an applet
 * that was selected by mistake. After a disturbance on the way all of it is
 * made once more; not with CARD_KEY_PIN_ALWAYS, nor when it is not known what
 * became of the PIN. A certificate that the card has twice has its key where
 * one place lacks it.
 *
 * pin: with it the card is silently given the PIN again, at most once, where it
 * has lost it or asks for it each time; and another time if it loses one that
 * was right by that disturbance. It must have been right before in
 * card_login(). Empty: CARD_ERR_NOT_VERIFIED instead.
 *
 * CARD_ERR_PIN_WRONG, _BLOCKED: the silent VERIFY failed; do not give it again.
 * CARD_ERR_INPUT: the card does not take this input. CARD_ERR_NO_KEY.
 */
err_t card_private(struct card *card, size_t index, const struct card_op *op,
    struct bytes pin, struct deadline until, struct buf *out) MUST_CHECK;

/* A data object, as NIST SP 800-73-4 or GSC-IS cards have them. */
struct card_data {
	char label[64];		 /* as users know it */
	const char *application; /* for CKA_APPLICATION */
	uint8_t oid[16];	 /* DER, with tag and length */
	uint8_t oid_len;	 /* 0: it has none */
	bool pin;		 /* reading it wants the PIN */
};

/*
 * Find out which data objects there are; once for a card. What PIV and the CAC
 * applets both have is found once. Until then, and after an error, there are
 * none.
 */
err_t card_find_data(struct card *card, struct deadline until) MUST_CHECK;

/* Pure. */
size_t card_data_count(const struct card *card);
const struct card_data *card_data(const struct card *card, size_t index);

/*
 * Append the content. Of PIV: the whole object with its tag 53 (or 7E) and
 * length. Of a CAC applet: T and V merged to tag, length, value, with lengths
 * as T has them (one byte, or FF and two, little endian); V alone of containers
 * whose T is not of that kind.
 *
 * pin: as of card_private(). CARD_ERR_NOT_VERIFIED: it wants the PIN.
 * CARD_ERR_EMPTY. On any error out is as it was.
 */
err_t card_read_data(struct card *card, size_t index, struct bytes pin,
    struct deadline until, struct buf *out) MUST_CHECK;

/* Whether a failed card_read_certificate() proved that there is none. */
bool card_err_is_absence(err_t err);

#endif
