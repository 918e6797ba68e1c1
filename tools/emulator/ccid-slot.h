/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The slot: its card, the power, the parameters in force and the commands that
 * need them. Every command is valid in form when it arrives here.
 */
#ifndef EMULATOR_CCID_SLOT_H
#define EMULATOR_CCID_SLOT_H

#include "tools/emulator/answer-to-reset.h"
#include "tools/emulator/card/blob.h"
#include "tools/emulator/hand.h"
#include "tools/emulator/line.h"
#include "tools/emulator/pin-pad.h"
#include "tools/emulator/report.h"

/* A PC_to_RDR message, cut up. */
struct command {
	uint8_t type;
	uint8_t slot;
	uint8_t seq;
	uint8_t specific[3];
	const uint8_t *data;
	size_t n;
};

/* What the RDR_to_PC message will say. */
struct reply {
	bool failed;
	uint8_t error;	  /* bError, when failed */
	uint8_t specific; /* bClockStatus, bProtocolNum, bChainParameter */
	unsigned nulls;	  /* waiting time extended: one notice for each */
	size_t n;
	uint8_t data[MODEL_LIST_MAX];
};

/* Where cards come from; borrowed strings. */
struct card_source {
	const char *profile; /* NULL: no card */
	const char *pki;
};

#define PARAMETERS_T0  5
#define PARAMETERS_T1  7
#define PARAMETERS_MAX PARAMETERS_T1

/* T=1 inside a reader that takes APDUs. */
struct reader_t1 {
	bool told; /* the card knows our IFSD */
	uint8_t ns, nr;
	uint8_t ifsc;
};

/* Messages of one APDU at extended level. */
struct apdu_chain {
	bool receiving;
	struct blob command;
	struct blob response; /* not empty: parts of it are still to be sent */
	size_t at;
};

/* Character level: what the card has sent, and what it waits for. */
struct characters {
	struct blob in;
	size_t at;
	uint8_t header[TPDU_HEADER];
	uint8_t data[256];
	size_t want; /* characters of a T=0 command still to come */
	size_t n;
	bool single; /* with a procedure byte for each */
};

#define RENEWALS_MAX 8

struct slot {
	const struct model *model;
	struct report *report;
	struct card_source source;
	struct card *card; /* NULL: none inserted */
	bool other; /* the card is the other one, with an identity of its own */
	struct hand renewals[RENEWALS_MAX]; /* of a card that is not in */
	size_t renewal_count;
	struct pin_pad pad;
	struct line line;
	bool active;
	bool changed; /* since the last NotifySlotChange */
	bool clock_stopped;
	unsigned t1_errors;	    /* of the card, that the report has */
	struct card_counts counted; /* the same */
	struct answer_to_reset atr;
	uint8_t protocol; /* bProtocolNum */
	uint8_t parameters[PARAMETERS_MAX];
	struct reader_t1 t1;
	struct apdu_chain chain;
	struct characters characters;
	unsigned long back; /* commands until a card is back */
};

/* False and a message in *error when the card cannot be made. */
bool
slot_init(struct slot *slot, const struct model *model, struct report *report,
    const struct card_source *source, const char **error);
void slot_clear(struct slot *slot);

/* bmICCStatus */
uint8_t slot_icc_status(const struct slot *slot);

/*
 * What happens to the card besides commands. back: commands until a card of
 * the source is in again, 0: never. profile NULL: another card of the source.
 * False: there is no such card, and now none at all.
 */
void slot_remove(struct slot *slot, unsigned long back);
bool slot_swap(struct slot *slot, const char *profile);

/* The same of the first card or the other one: two PKIs, two card ids. */
bool slot_insert(struct slot *slot, bool other, const char *profile);

/*
 * Renews a certificate: now, or of the next card when none is in. False: there
 * is no such key, or too many wait.
 */
bool slot_renew(struct slot *slot, const struct hand *renewal);
void slot_power_down(struct slot *slot);
void slot_reset_unasked(struct slot *slot);    /* reader and card */
void slot_reset_card_alone(struct slot *slot); /* the reader does not know */
void slot_params_reset(struct slot *slot);
void slot_count_command(struct slot *slot);
void slot_count_errors(struct slot *slot); /* brings the report up to date */

/* The command inside the message: an APDU, TPDU or INF; for faults and log. */
void slot_inner(const struct slot *slot, const struct command *c,
    const uint8_t **p, size_t *n);

/* The commands (CCID 1.1, 6.1). */
void slot_status(struct slot *, const struct command *, struct reply *);
void slot_power_on(struct slot *, const struct command *, struct reply *);
void slot_power_off(struct slot *, const struct command *, struct reply *);
void slot_clock(struct slot *, const struct command *, struct reply *);

/* ccid-params.c */
void slot_get_params(struct slot *, const struct command *, struct reply *);
void slot_set_params(struct slot *, const struct command *, struct reply *);
void slot_default_params(struct slot *, const struct command *, struct reply *);
void slot_set_rate(struct slot *, const struct command *, struct reply *);
void slot_activated(struct slot *slot); /* takes over what the ATR says */

/* ccid-secure.c */
void slot_secure(struct slot *, const struct command *, struct reply *);

/* ccid-xfr.c */
void slot_xfr_block(struct slot *, const struct command *, struct reply *);
void slot_forget_exchange(struct slot *slot);

/* level-t0.c, level-t1.c: a whole APDU; *extended counts time extensions. */
enum line_result level_t0_apdu(struct slot *slot, const uint8_t *apdu, size_t n,
    struct blob *response, unsigned *extended);
enum line_result level_t1_apdu(struct slot *slot, const uint8_t *apdu, size_t n,
    struct blob *response, unsigned *extended);

/* level-char.c */
void level_characters(struct slot *, const struct command *, struct reply *);

/* 0 or the bError of what the line says. */
uint8_t slot_line_error(enum line_result result);

static inline void
reply_fail(struct reply *reply, uint8_t error)
{
	reply->failed = true;
	reply->error = error;
	reply->n = 0;
}

#endif
