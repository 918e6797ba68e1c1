/* SPDX-License-Identifier: BSD-2-Clause */
/* PIV: alone, or beside the CAC applets of an End-Point card (SP 800-73). */
#ifndef CAC_PIV_EDGE_H
#define CAC_PIV_EDGE_H

#include "cac/card-edge.h"

extern const struct card_edge piv_edge;

#endif
