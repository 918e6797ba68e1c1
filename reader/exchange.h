/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One command APDU with all that its status words ask for: 61XX, 6CXX and GET
 * RESPONSE followed to the end (ISO/IEC 7816-3, 12.2.1; ISO/IEC 7816-4,
 * 5.3.4). No recovery here: one failed link fails the chain.
 */
#ifndef READER_EXCHANGE_H
#define READER_EXCHANGE_H

#include "reader/link.h"

/*
 * chunk is the most that one GET RESPONSE asks for, 1 to 256.
 * READER_ERR_CHAIN: 61XX without progress, or without end;
 * READER_ERR_TOO_LONG: over cmd->ne or the buffer's cap.
 * On an error rsp->data may have grown.
 */
err_t exchange(struct link *l, const struct apdu_cmd *cmd, unsigned chunk,
    struct deadline until, struct apdu_rsp *rsp) MUST_CHECK;

#endif
