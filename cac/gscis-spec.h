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

#define CCC_OBJECT                                                             \
	{                                                                      \
		0xDB, 0x00                                                     \
	}

/* PKI applets; the last byte counts them. */
#define GSCIS_RID_DOD                                                          \
	{                                                                      \
		0xA0, 0x00, 0x00, 0x00, 0x79                                   \
	}
#define GSCIS_AID_PKI                                                          \
	{                                                                      \
		0xA0, 0x00, 0x00, 0x00, 0x79, 0x01, 0x00                       \
	}

/* Access Control Applet, and its service table by GET ACR. */
#define ACA_AID                                                                \
	{                                                                      \
		0xA0, 0x00, 0x00, 0x00, 0x79, 0x03, 0x00                       \
	}
#define ACA_AID_ALTERNATE                                                      \
	{                                                                      \
		0xA0, 0x00, 0x00, 0x00, 0x79, 0x10, 0x00                       \
	}
#define ACA_INS_GET_ACR	 0x4C
#define ACA_GET_SERVICES 0x21
#define ACA_TAG_SERVICES 0x94 /* how many */
#define ACA_TAG_SERVICE	 0x93
#define ACA_TAG_AID	 0x92

/* GET PROPERTIES and its tags. */
#define GSCIS_INS_GET_PROPERTIES  0x56
#define GSCIS_ALL_PROPERTIES	  0x01
#define PROPERTIES_TAG_COUNT	  0x40
#define PROPERTIES_TAG_OBJECT	  0x50
#define PROPERTIES_TAG_PKI_OBJECT 0x51
#define PROPERTIES_TAG_OBJECT_ID  0x41
#define PROPERTIES_TAG_KEYS	  0x43
#define PROPERTIES_KEYS_LENGTH	  4

/* GET CERTIFICATE of CAC v1: 63XX, XX more bytes to come. */
#define CAC1_INS_GET_CERTIFICATE 0x36
#define SW1_MORE_CERTIFICATE	 0x63
#define SW_NO_CERTIFICATE	 0x6981

/*
 * READ BUFFER (GSC-IS 2.1, 5.3.3): P1 P2 is the offset, the data is the
 * buffer and how many bytes. Offsets count from the buffer's length prefix.
 * Cards take class 80 or 00, most of them both.
 */
#define GSCIS_CLA	      0x80
#define GSCIS_INS_READ_BUFFER 0x52
#define GSCIS_PREFIX_LENGTH   2 /* little endian, does not count itself */

/* PRIVATE SIGN/DECRYPT (GSC-IS 2.1, 5.3.3). */
#define GSCIS_INS_SIGN	0x42
#define GSCIS_SIGN_MORE 0x80 /* parts follow; P1 */
#define GSCIS_SIGN_LAST 0x00

/* Of CHANGE REFERENCE DATA, where VERIFY has 00. */
#define PIN_CHANGE_P1 0x01

enum gscis_buffer {
	GSCIS_BUFFER_T = 1, /* tags and lengths */
	GSCIS_BUFFER_V = 2, /* values */
};

/* Simple-TLV of the buffers (GSC-IS 2.1, 8.4): FF, then two bytes LE. */
#define GSCIS_LONG_LENGTH 0xFF

/* Tags of the CCC (GSC-IS 2.1; SP 800-73-1 has the same). */
#define CCC_TAG_CARD_IDENTIFIER 0xF0
#define CCC_TAG_CARD_URL	0xF3
#define CCC_TAG_ACCESS_RULES	0xF6 /* 07, then the AID of the ACA */
#define CCC_TAG_NEXT		0xFD /* a CardURL */

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
