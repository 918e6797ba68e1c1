/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A recognised card and its containers, whatever its generation. All functions
 * but the pure ones talk to the card, between reader_begin() and reader_end()
 * of the reader it was opened on.
 */
#ifndef CAC_CARD_H
#define CAC_CARD_H

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
err_t card_verify(struct card *card, struct deadline until) MUST_CHECK;

/* Pure; accepts NULL. */
void card_free(struct card **card);

/* Pure. Strings live as long as the card. */
const char *card_model(const struct card *card);  /* "CAC v2", "PIV" */
const char *card_serial(const struct card *card); /* lower-case hex */

/* A place for a certificate that the card names. */
struct card_container {
	char label[64];		 /* as users know it */
	uint8_t id[CARD_ID_MAX]; /* for CKA_ID */
	uint8_t id_len;
};

/* Pure. In the card's own order, PIV last; holes are counted. */
size_t card_container_count(const struct card *card);
const struct card_container *
card_container(const struct card *card, size_t index);

/*
 * Read a container's certificate as DER, unpacked, its first SEQUENCE only;
 * appended to der.
 *
 * CARD_ERR_EMPTY, CARD_ERR_UNDECODABLE, CARD_ERR_TOO_BIG: the container was
 * read whole and holds no certificate. CARD_ERR_NOT_FOUND: the card says that
 * there is no such container, or index is past the end. CARD_ERR_TWIN: a PIV
 * container holds what a CAC applet holds; the CAC applet's is the one to show,
 * whichever is read first. Any other error proves nothing about what is on the
 * card; see card_err_is_absence().
 * On any error der is as it was.
 */
err_t card_read_certificate(struct card *card, size_t index,
    struct deadline until, struct buf *der) MUST_CHECK;

/* Whether a failed card_read_certificate() proved that there is none. */
bool card_err_is_absence(err_t err);

#endif
