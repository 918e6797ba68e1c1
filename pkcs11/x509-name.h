/* SPDX-License-Identifier: BSD-2-Clause */
/* Names in certificates (RFC 5280, 4.1.2.4). */
#ifndef PKCS11_X509_NAME_H
#define PKCS11_X509_NAME_H

#include "base/buf.h"

/*
 * Append the first common name of a Name to utf8. Nothing, when there is none,
 * or it is not text in the encoding that its tag promises.
 */
void x509_common_name(struct bytes name, struct buf *utf8);

#endif
