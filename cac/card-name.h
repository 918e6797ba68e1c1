/* SPDX-License-Identifier: BSD-2-Clause */
/* How cards and their containers are called. Pure. */
#ifndef CAC_CARD_NAME_H
#define CAC_CARD_NAME_H

#include "cac/card-edge.h"

/* The container at index of the CAC applets, by the names that users know. */
void card_name_container(size_t index, struct card_container *out);

/* The same for count containers, appended to info from that index on. */
void card_name_containers(struct card_info *info, size_t count);

/* The serial in lower-case hex, cut to what fits. */
void card_name_serial(struct card_info *info, struct bytes id);

/* A serial for cards without one: a checksum of what they hold. */
void card_name_checksum(struct card_info *info, struct bytes content);

#endif
