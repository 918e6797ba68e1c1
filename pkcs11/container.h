/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The certificates of a card on their way to become objects. One thread at a
 * time works on them. What has been read is never read again.
 */
#ifndef PKCS11_CONTAINER_H
#define PKCS11_CONTAINER_H

#include "cac/card.h"
#include "pkcs11/object.h"

#define CONTAINERS_LABEL_MAX 32 /* bytes of CK_TOKEN_INFO.label */

struct containers;

/* For this card, which must outlive them. slot is for the trace. */
err_t containers_new(
    struct card *card, unsigned slot, struct containers **out) MUST_CHECK;

/* Accepts NULL. */
void containers_free(struct containers **c);

/*
 * Read until one certificate has a common name, or all there are. A container
 * that fails is passed over; if no name was found, its error is returned.
 * Between reader_begin() and reader_end(), as the next one.
 */
err_t containers_read_name(struct containers *c) MUST_CHECK;

/*
 * Read what is still missing until all is read, or others want the reader: then
 * 0, too. Stops at the first error. Left out, and traced, is only what was read
 * whole and is no certificate, or what the card says is not there.
 */
err_t containers_read_on(struct containers *c, struct reader *r) MUST_CHECK;

/*
 * The label for the token: the common name of the first readable certificate,
 * as OpenSC has it, which is in users' URIs; ':' becomes '.', as NSS splits
 * nicknames there. The card's model when all were read and none has a name.
 * False when it is not known yet.
 */
bool containers_label(
    const struct containers *c, char label[CONTAINERS_LABEL_MAX + 1]);

/*
 * The objects of the next certificate, in the order in which they are shown: as
 * the card layer has it, CA certificates last.
 *
 * *out is NULL when more must be read to know which is next, and when all were
 * given: then containers_given() is true. No I/O.
 */
err_t containers_next_objects(
    struct containers *c, struct object_set **out) MUST_CHECK;
bool containers_given(const struct containers *c);

/* Read until it is known which is next, or that there is none. */
err_t containers_read_next(struct containers *c) MUST_CHECK;

#endif
