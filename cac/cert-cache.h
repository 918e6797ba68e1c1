/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was read from cards, kept for the next program: one file for each
 * container, in $XDG_CACHE_HOME/cac-pkcs11 or ~/.cache/cac-pkcs11, which only
 * the user may enter. Whoever loads an entry must have the card prove that it
 * still holds the same; nothing here is believed for its own sake. Every fault
 * of the disk is the same as no entry.
 *
 * Set-user-ID programs have no cache, and who sets CAC_PKCS11_CACHE to "off".
 */
#ifndef CAC_CERT_CACHE_H
#define CAC_CERT_CACHE_H

#include <stdbool.h>

#include "base/buf.h"

#define CERT_CACHE_MARK_MAX    256
#define CERT_CACHE_CONTENT_MAX 16384

/* The oldest entry makes room for more. */
#define CERT_CACHE_FILES_MAX 256

/* Both are of any length; a file's name is a hash of them. */
struct cert_cache_key {
	struct bytes card;  /* which card: the id that it tells of itself */
	struct bytes place; /* which of its containers */
};

/* Whether there is to be a cache. */
bool cert_cache_on(void);

/*
 * Append an entry's mark (by which its caller knows the container again) and
 * content. false: there is none that is whole; mark and content are as they
 * were.
 */
bool cert_cache_load(
    const struct cert_cache_key *key, struct buf *mark, struct buf *content);

/* The same for the same bytes, and hardly ever for others. Pure. */
#define CERT_CACHE_HASH_LEN 16
void cert_cache_hash(struct bytes in, uint8_t out[CERT_CACHE_HASH_LEN]);

/* Keep an entry, in place of the one before. What is too long is not kept. */
void cert_cache_store(
    const struct cert_cache_key *key, struct bytes mark, struct bytes content);

#endif
