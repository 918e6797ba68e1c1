/* SPDX-License-Identifier: BSD-2-Clause */
/* CAC v2 cards without a CCC, whose Access Control Applet lists the others:
 * alternate tokens with all certificates as objects of one applet. */
#ifndef CAC_ACA_EDGE_H
#define CAC_ACA_EDGE_H

#include "cac/card-edge.h"

extern const struct card_edge aca_edge;

#endif
