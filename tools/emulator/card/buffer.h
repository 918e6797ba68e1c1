/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * T- and V-buffers of an object (GSC-IS 2.1, 8.4): T holds the tags and
 * lengths, V the values, both begin with their length, least significant byte
 * first, which does not count itself.
 */
#ifndef EMULATOR_CARD_BUFFER_H
#define EMULATOR_CARD_BUFFER_H

#include "tools/emulator/card/pki.h"
#include "tools/emulator/card/profile.h"

#define BUFFER_PREFIX 2

/*
 * Append the value of an element; object->v holds those before it. False when
 * a part cannot be made.
 */
bool element_value(const struct object *object, const struct element *element,
    const struct pki *pki, struct blob *out);

/* Fill object->t and object->v. False with error_set on failure. */
bool buffer_build(struct object *object, const struct pki *pki);

#endif
