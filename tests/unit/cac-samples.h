/* SPDX-License-Identifier: BSD-2-Clause */
/* Made-up cards and the known answers of real ones, for the card tests. */
#ifndef TESTS_UNIT_CAC_SAMPLES_H
#define TESTS_UNIT_CAC_SAMPLES_H

#include "base/buf.h"
#include "tests/unit/fake-reader.h"

#define SAMPLE_MAX 70000

/*
 * A DER SEQUENCE of n bytes in all (n from 300), whose content is different
 * for each seed and cannot be packed to less.
 */
void sample_der(struct buf *out, size_t n, unsigned seed);

/* 15 for zlib, 31 for gzip (zlib.h, deflateInit2()). */
void sample_pack(struct buf *out, struct bytes in, int window_bits);

/*
 * The CCC of a real CAC as published (14 bytes of card id replaced by 01 to
 * 0E): 14 CardURLs, three of them PKI. Without length prefixes.
 */
#define SAMPLE_CCC_T                                                           \
	"F0 15 F1 01 F2 01 F3 10 F3 10 F3 10 F3 10 F3 10 F3 10 F3 10 "         \
	"F3 10 F3 10 F3 10 F3 10 F3 10 F3 10 F3 10 F4 01 F5 01 F6 11 "         \
	"F7 00 FA 00 FB 00 FC 00 FD 00 FE 00"
#define SAMPLE_CCC_V                                                           \
	"A0 00 00 00 79 03 02 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E "      \
	"21 21 "                                                               \
	"A0 00 00 00 79 01 02 FB 02 FB 00 00 00 00 00 00 "                     \
	"A0 00 00 00 79 01 02 FE 02 FE 00 00 00 00 00 00 "                     \
	"A0 00 00 00 79 01 02 FD 02 FD 00 00 00 00 00 00 "                     \
	"A0 00 00 00 79 01 02 00 02 00 00 00 00 00 00 00 "                     \
	"A0 00 00 00 79 01 02 01 02 01 00 00 00 00 00 00 "                     \
	"A0 00 00 00 79 04 01 00 01 00 00 00 00 00 00 00 "                     \
	"A0 00 00 00 79 04 01 01 01 01 00 00 00 00 00 00 "                     \
	"A0 00 00 00 79 04 01 02 01 02 00 00 00 00 00 00 "                     \
	"A0 00 00 01 16 01 30 00 30 00 00 00 00 00 00 00 "                     \
	"A0 00 00 01 16 01 60 10 30 00 00 00 00 00 00 00 "                     \
	"A0 00 00 01 16 01 60 30 30 00 00 00 00 00 00 00 "                     \
	"A0 00 00 01 16 01 90 00 30 00 00 00 00 00 00 00 "                     \
	"A0 00 00 00 79 01 12 01 12 01 00 00 00 00 00 00 "                     \
	"A0 00 00 00 79 01 12 02 12 02 00 00 00 00 00 00 "                     \
	"00 10 07 A0 00 00 00 79 03 00 00 00 00 00 00 00 00 00 00"

enum sample_packing { SAMPLE_PLAIN, SAMPLE_ZLIB, SAMPLE_GZIP, SAMPLE_HOLE };

#define SAMPLE_CONTAINERS 8

/* A CCC and PKI containers behind A0 00 00 00 79 01 00, 01 01 and so on. */
struct sample_card {
	struct fake_container containers[1 + SAMPLE_CONTAINERS];
	size_t count; /* with the CCC, which is the first */
	struct buf t[1 + SAMPLE_CONTAINERS];
	struct buf v[1 + SAMPLE_CONTAINERS];
	struct buf der[1 + SAMPLE_CONTAINERS]; /* empty for holes */
};

void sample_card_init(struct sample_card *card,
    const enum sample_packing *packings, size_t count);
void sample_card_clear(struct sample_card *card);

#define SAMPLE_OBJECTS 32

/* Data objects of PIV. */
struct sample_piv {
	struct fake_object objects[SAMPLE_OBJECTS];
	size_t count;
	struct buf data[SAMPLE_OBJECTS];
};

void sample_piv_init(struct sample_piv *piv);
void sample_piv_clear(struct sample_piv *piv);

/* An object with 53 and its length around content. */
void sample_piv_add(struct sample_piv *piv, uint32_t tag, struct bytes content);

/* One that holds a certificate. */
void sample_piv_certificate(struct sample_piv *piv, uint32_t tag,
    struct bytes der, enum sample_packing packing);

/* Put the objects into the reader's card. */
void sample_piv_insert(const struct sample_piv *piv, struct reader *r);

#endif
