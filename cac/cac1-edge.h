/* SPDX-License-Identifier: BSD-2-Clause */
/* CAC v1: cards of before GSC-IS 2.1, read by GET CERTIFICATE. */
#ifndef CAC_CAC1_EDGE_H
#define CAC_CAC1_EDGE_H

#include "cac/card-edge.h"

extern const struct card_edge cac1_edge;

#endif
