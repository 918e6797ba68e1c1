/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The slot: its card, the power, the parameters in force and the commands that
 * need them. Every command is valid in form when it arrives here.
 */
#ifndef EMULATOR_CCID_SLOT_H
#define EMULATOR_CCID_SLOT_H

#include "tools/emulator/line.h"
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
	uint8_t specific; /* bClockStatus, bProtocolNum */
	unsigned nulls;	  /* NULLs of the card: a time extension for each */
	size_t n;
	uint8_t data[MODEL_LIST_MAX];
};

/* Where cards come from; borrowed strings. */
struct card_source {
	const char *profile; /* NULL: no card */
	const char *pki;
};

#define T0_PARAMETERS 5

struct slot {
	const struct model *model;
	struct report *report;
	struct card_source source;
	struct card *card; /* NULL: none inserted */
	struct line line;
	bool active;
	bool changed; /* since the last NotifySlotChange */
	bool clock_stopped;
	uint16_t protocols;		   /* that the ATR offers */
	uint8_t parameters[T0_PARAMETERS]; /* bmFindexDindex ... bClockStop */
	unsigned long back;		   /* commands until a card is back */
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
 */
void slot_remove(struct slot *slot, unsigned long back);
void slot_swap(struct slot *slot, const char *profile);
void slot_power_down(struct slot *slot);
void slot_reset_unasked(struct slot *slot);    /* reader and card */
void slot_reset_card_alone(struct slot *slot); /* the reader does not know */
void slot_params_reset(struct slot *slot);
void slot_count_command(struct slot *slot);

/* The commands (CCID 1.1, 6.1). */
void slot_status(struct slot *, const struct command *, struct reply *);
void slot_power_on(struct slot *, const struct command *, struct reply *);
void slot_power_off(struct slot *, const struct command *, struct reply *);
void slot_get_params(struct slot *, const struct command *, struct reply *);
void slot_set_params(struct slot *, const struct command *, struct reply *);
void slot_default_params(struct slot *, const struct command *, struct reply *);
void slot_clock(struct slot *, const struct command *, struct reply *);
void slot_xfr_block(struct slot *, const struct command *, struct reply *);

#endif
