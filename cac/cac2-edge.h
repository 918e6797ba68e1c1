/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CAC v2: cards with a readable CCC (GSC-IS 2.1), that is virtual machine
 * cards up to the dual CAC and PIV End-Point.
 */
#ifndef CAC_CAC2_EDGE_H
#define CAC_CAC2_EDGE_H

#include "cac/card-edge.h"

extern const struct card_edge cac2_edge;

#endif
