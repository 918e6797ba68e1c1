/* SPDX-License-Identifier: BSD-2-Clause */
/* CAC v2 cards without CCC and without a list: PKI applets that READ BUFFER
 * reads. */
#ifndef CAC_BARE_EDGE_H
#define CAC_BARE_EDGE_H

#include "cac/card-edge.h"

extern const struct card_edge bare_edge;

#endif
