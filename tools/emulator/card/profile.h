/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A profile says which card the emulator is: its ATR, its habits, its applets
 * and what lies in them. One "key value..." per line, # starts a comment, the
 * order of sections is card, then each applet, in it each object:
 *
 * include FILE              another file, relative to this one
 * name TEXT...              for people
 * atr BYTES                 checked, TCK too
 * protocol t0|t1|t0-t1      checked against the ATR
 * voltage CLASSES           any of A (5 V), B (3 V), C (1.8 V)
 * cla BYTE...               classes accepted in every command
 * select-p2 BYTE...         P2 accepted by SELECT
 * select-answer fci|none    61 0D and the 6F template, or 90 00
 * default-applet AID        selected after a reset
 * status EVENT SW|none      a status word of this card. Events: unknown-aid,
 *     unknown-object, unknown-ins, unknown-cla, select-p2, no-login,
 *     pin-blocked, pin-p2, read-past-end (none: the answer is cut),
 *     read-too-long, mid-chain (none: the rest is dropped), update-buffer,
 *     old-properties (GET PROPERTIES P1=00; 9000: it is the one that is
 *     known), wrong-pin (a 0 at its end gives way to the tries that are left);
 *     in PIV unknown-data, pin-form, piv-pin-wrong (none: 63Cx), chaining,
 *     chain-broken (none: the parts so far are dropped)
 * read-max N                largest count of READ BUFFER, decimal
 * short-le exact|partial    P3 below the length of the answer: 6Cxx or 61xx
 * pin DIGITS, pin-min N, tries N, tries-left N
 * global-pin DIGITS, puk DIGITS, puk-tries N   of PIV
 * change-p1 BYTE            P1 of CHANGE REFERENCE DATA
 * keep-login yes|no         whether a login outlives SELECT
 * nulls INS N               NULL procedure bytes before the answer to INS
 * single-ack INS            one character per procedure byte
 * wtx INS N [MULTIPLIER]    S(WTX request)s before the answer to INS
 * ifs N                     S(IFS request) of the card before its first answer
 * t1-answer whole|more      what is over Le is lost, or told with 61xx
 * rule ACRID TYPE [AMP:KEY]...
 * provider AMP AID          access method provider
 *
 * (more of them in profile-habit.h)
 *
 * applet AID [aca|piv|v1|v1-pin|foreign]
 * version BYTES             5 bytes, property 01
 * service ID                applet id in the ACA's tables
 * access INS [p1 X] [p2 X] [data X] ACRID
 *
 * object ID                 two bytes; access lines after it are its own
 * capacity T V              tag 42, decimal
 * key NN ROLE BITS|p256|p384   ROLE: identity, signature, encryption,
 *                           authentication, card or retired
 * initialised PRIVATE PUBLIC
 * tag TAG VALUE...          an element of the buffers, in this order
 * url generic|ski|pki ID AID   element F3, a CardURL
 * record INDEX TAG VALUE... an element of a buffer that is not Simple-TLV
 * (some that lie in profile-wild.c)
 *
 * An applet of the kind piv and its objects have other lines:
 *
 * template pix|full|none|BYTES   answer to SELECT
 * aid-lengths N...          found by so many first bytes of its AID, too
 * tell-login yes|no         whether VERIFY without data may answer 9000
 * logout yes|no             VERIFY with P1=FF
 * select-again keep|drop    the login, at SELECT of PIV while it is selected
 * cac-login keep|drop       the CAC applets' login, at SELECT of PIV
 * foreign-aid stay|logout|leave   after SELECT of an unknown AID
 *
 * object TAG [pin]          5FC1xx, 7E or 7F61; pin: not without a login
 * absent SW                 it is not there: what GET DATA answers
 * key NN ROLE BITS|p256|p384
 * reference XX              of that key: 9A, 9C, 9D, 9E, 82 to 95
 * tag TAG VALUE...          BER-TLV, the tag of one or two bytes
 * url ...
 *
 * VALUE is hex bytes, "text", card-id, lrc, fill:N, fill-to:N,
 * certificate:NN:plain|zlib|gzip|long, zeros:N:plain|zlib|gzip, mscuid:NN,
 * key-id:NN or modulus:NN, where NN is the number given by a key line. fill-to
 * fills the V-buffer up to N bytes.
 */
#ifndef EMULATOR_CARD_PROFILE_H
#define EMULATOR_CARD_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "tools/emulator/card/atr.h"
#include "tools/emulator/card/blob.h"
#include "tools/emulator/card/pki.h"
#include "tools/emulator/card/profile-habit.h"

#define PIN_LEN 8

enum part_kind {
	PART_BYTES,
	PART_CARD_ID,
	PART_LRC,
	PART_FILL,
	PART_FILL_TO,
	PART_CERTIFICATE,
	PART_MSCUID,
	PART_KEY_ID,
	PART_MODULUS,
	PART_ZEROS
};

enum packing { PACKING_PLAIN, PACKING_ZLIB, PACKING_GZIP, PACKING_LONG };

/* A piece of an element's value. */
struct part {
	STAILQ_ENTRY(part) next;
	enum part_kind kind;
	struct blob bytes;
	unsigned number; /* key number, or count of bytes */
	enum packing packing;
};
STAILQ_HEAD(part_list, part);

/* How an element gets into the buffers; all but the first are not honest. */
enum element_form {
	FORM_HONEST,
	FORM_TOLD,  /* with another length in T */
	FORM_RAW_T, /* bytes into T */
	FORM_RAW_V, /* bytes into V */
	FORM_URLS,  /* CardURLs whose object ids count up */
	FORM_NEXT   /* the CardURL of the next applet of a family */
};

struct element {
	STAILQ_ENTRY(element) next;
	uint16_t tag; /* above FF in a PIV object only */
	bool record;
	uint16_t index; /* of a record */
	enum element_form form;
	unsigned told;	/* FORM_TOLD: the length in T, whatever V holds */
	unsigned count; /* FORM_URLS: how many */
	struct part_list parts;
};
STAILQ_HEAD(element_list, element);

/* One access rule of a command (GET ACR P1=10); -1: any value. */
struct access {
	STAILQ_ENTRY(access) next;
	uint8_t ins;
	int p1;
	int p2;
	int data;
	uint8_t acrid;
};
STAILQ_HEAD(access_list, access);

struct object {
	STAILQ_ENTRY(object) next;
	uint32_t id; /* of a PIV object its tag */
	unsigned t_capacity;
	unsigned v_capacity;
	bool has_key;
	struct pki_want key;
	uint8_t private_ready;
	uint8_t public_ready;
	struct access_list access;
	struct element_list elements;
	struct blob t; /* both with their length, see buffer.h */
	struct blob v; /* of a PIV object the answer to GET DATA */
	/* PIV only */
	uint16_t absent;   /* status word of GET DATA, 0: the object is there */
	uint8_t reference; /* of its key in GENERAL AUTHENTICATE, 0: none */
	bool needs_pin;	   /* GET DATA */
	/* How it lies; see profile-wild.c. */
	unsigned copies; /* more objects like this, ids counting up */
	int t_told;	 /* length in front of the buffer, -1: the true one */
	int v_told;
	size_t family_at; /* in v: application id of the next applet, 0: none */
};
STAILQ_HEAD(object_list, object);

enum applet_kind {
	APPLET_CONTAINER = 1,
	APPLET_ACA = 2,
	APPLET_PIV = 4,
	APPLET_V1 = 8,	    /* PKI applet of CAC v1 */
	APPLET_V1_PIN = 16, /* where CAC v1 changes the PIN */
	APPLET_FOREIGN = 32 /* knows SELECT, and what answer lines say */
};

/* What a SELECT of an unknown AID does to PIV, if that is selected. */
enum piv_foreign { PIV_STAYS, PIV_LOGGED_OUT, PIV_LEFT };

/* Habits of a PIV application. */
struct piv_habits {
	struct blob template; /* answer to SELECT */
	uint16_t aid_lengths; /* bit n: also found by its first n bytes */
	bool hides_login;     /* VERIFY without data never answers 9000 */
	bool no_logout;	      /* VERIFY with P1=FF */
	bool forgets_login;   /* at SELECT of PIV while it is selected */
	bool ends_cac_login;  /* at SELECT of PIV */
	enum piv_foreign foreign;
};

struct applet {
	STAILQ_ENTRY(applet) next;
	struct aid aid;
	enum applet_kind kind;
	uint8_t version[5];
	int service;	 /* -1: not in the ACA's tables */
	unsigned family; /* more applets like this, AIDs counting up */
	struct access_list access;
	struct object_list objects;
	struct piv_habits piv; /* APPLET_PIV only */
};
STAILQ_HEAD(applet_list, applet);

#define RULE_METHODS 4

struct rule {
	STAILQ_ENTRY(rule) next;
	uint8_t acrid;
	uint8_t type;
	uint8_t n_methods;
	uint8_t method[RULE_METHODS][2]; /* AMP id, key reference */
};
STAILQ_HEAD(rule_list, rule);

struct provider {
	STAILQ_ENTRY(provider) next;
	uint8_t amp;
	struct aid aid;
};
STAILQ_HEAD(provider_list, provider);

/* Events answered with a status word of the profile. */
enum status {
	STATUS_UNKNOWN_AID,
	STATUS_UNKNOWN_OBJECT,
	STATUS_UNKNOWN_INS,
	STATUS_UNKNOWN_CLA,
	STATUS_SELECT_P2,
	STATUS_NO_LOGIN,
	STATUS_PIN_BLOCKED,
	STATUS_PIN_P2,
	STATUS_READ_PAST_END, /* none: the answer is cut */
	STATUS_READ_TOO_LONG,
	STATUS_MID_CHAIN, /* none: the rest of an answer is dropped */
	STATUS_UPDATE_BUFFER,
	STATUS_OLD_PROPERTIES, /* GET PROPERTIES P1=00 */
	STATUS_UNKNOWN_DATA,   /* GET DATA of an object that is missing */
	STATUS_PIN_FORM,
	STATUS_PIV_PIN_WRONG, /* none: 63Cx */
	STATUS_CHAINING,      /* CLA 10 where nothing can be chained */
	STATUS_CHAIN_BROKEN,  /* none: the parts so far are dropped */
	STATUS_WRONG_PIN,     /* with the count where the low digit is 0 */
	STATUS_COUNT
};

struct profile {
	char name[64];
	struct atr atr;
	uint8_t cla[8];
	size_t n_cla;
	uint8_t select_p2[8];
	size_t n_select_p2;
	bool select_fci;
	struct aid default_applet;
	uint16_t status[STATUS_COUNT];
	unsigned read_max;
	bool short_le_partial;
	uint8_t pin[PIN_LEN]; /* padded with FF */
	unsigned pin_min;
	unsigned tries;
	unsigned tries_left;
	uint8_t global_pin[PIN_LEN]; /* of PIV; 00: none */
	uint8_t puk[PIN_LEN];	     /* of PIV; 00: none */
	unsigned puk_tries;
	uint8_t change_p1;
	bool keep_login;
	uint8_t nulls[256];
	bool single_ack[256];
	uint8_t voltages; /* bit 0 class A, bit 1 B, bit 2 C */
	uint8_t wtx[256];
	uint8_t wtx_multiplier[256];
	uint8_t ifs; /* 0: none */
	bool t1_more;
	uint16_t protocols; /* of the protocol line */
	struct habits habits;
	struct rule_list rules;
	struct provider_list providers;
	struct applet_list applets;
};

/* NULL with error_set "file:line: what" on failure. */
struct profile *profile_load(const char *path);
void profile_free(struct profile **profile);

/* NULL when there is none. */
struct applet *
profile_applet(const struct profile *profile, const uint8_t *aid, size_t len);
const struct rule *profile_rule(const struct profile *profile, uint8_t acrid);

/* NULL when there is none. */
const struct object *applet_object(const struct applet *applet, uint32_t id);

/* Whether the objects of a PIV application fit together; sets the error. */
bool profile_check_piv(
    const struct profile *profile, const struct applet *piv, const char *path);

#endif
