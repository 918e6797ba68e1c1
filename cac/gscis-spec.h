/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Constants of the Government Smart Card Interoperability Specification
 * (NISTIR 6887, GSC-IS 2.1) and of the Common Access Card's use of it.
 */
#ifndef CAC_GSCIS_SPEC_H
#define CAC_GSCIS_SPEC_H

/* All AIDs of a CAC: a RID of 5 bytes and an application id of 2. */
#define GSCIS_RID_LENGTH    5
#define GSCIS_AID_LENGTH    7
#define GSCIS_OBJECT_LENGTH 2

/* Card Capability Container. */
#define GSCIS_AID_CCC                                                          \
	{                                                                      \
		0xA0, 0x00, 0x00, 0x01, 0x16, 0xDB, 0x00                       \
	}

/*
 * READ BUFFER (GSC-IS 2.1, 5.3.3): P1 P2 is the offset, the data is the
 * buffer and how many bytes. Offsets count from the buffer's length prefix.
 * Cards take class 80 or 00, most of them both.
 */
#define GSCIS_CLA	      0x80
#define GSCIS_INS_READ_BUFFER 0x52
#define GSCIS_PREFIX_LENGTH   2 /* little endian, does not count itself */

enum gscis_buffer {
	GSCIS_BUFFER_T = 1, /* tags and lengths */
	GSCIS_BUFFER_V = 2, /* values */
};

/* Simple-TLV of the buffers (GSC-IS 2.1, 8.4): FF, then two bytes LE. */
#define GSCIS_LONG_LENGTH 0xFF

/* Tags of the CCC (GSC-IS 2.1; SP 800-73-1 has the same). */
#define CCC_TAG_CARD_IDENTIFIER 0xF0
#define CCC_TAG_CARD_URL	0xF3

/* Card identifier: RID, manufacturer, card type, then the card's own id. */
#define CCC_CARD_ID_OFFSET 7
#define CCC_CARD_ID_LENGTH 14

/*
 * CardURL (GSC-IS 2.1, 7.3): RID 5, card application type 1, object id 2,
 * application id 2, access profile 1, PIN id 1, access key info 3, key
 * algorithm 1. The object comes before the application.
 */
#define CARD_URL_LENGTH	    16
#define CARD_URL_TYPE	    5
#define CARD_URL_OBJECT	    6
#define CARD_URL_APPLET	    8
#define CARD_URL_APPLET_LEN 2
#define CARD_URL_TYPE_PKI   0x04

/* Tags of a PKI container (SP 800-73-1, X.509 certificates). */
#define PKI_TAG_CERTIFICATE 0x70
#define PKI_TAG_CERTINFO    0x71

#endif
