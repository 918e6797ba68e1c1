/* SPDX-License-Identifier: BSD-2-Clause */
/* All readers, and what is on the cards in them. */
#ifndef CAC_TOOL_SURVEY_H
#define CAC_TOOL_SURVEY_H

#include "cac/card.h"
#include "reader/readers.h"
#include "tools/cac-tool/certificate.h"

/* A container of a card. */
struct survey_object {
	char label[64];
	uint8_t id[CARD_ID_MAX];
	size_t id_len;
	err_t err; /* 0: certificate is there */
	struct certificate *certificate;
	char *uri;
};

struct survey_card {
	err_t err; /* 0: the rest is filled */
	char *model;
	char *serial;
	char *label; /* of the token */
	bool tries_known;
	unsigned tries;
	size_t count;
	struct survey_object *objects;
};

struct survey_reader {
	unsigned number; /* from 1 */
	struct reader_info info;
	enum presence presence;
	err_t why; /* behind PRESENCE_UNKNOWN */
	struct survey_card card;
};

struct survey {
	size_t count;
	struct survey_reader *list;
};

/* How much of a card is read. */
enum survey_depth { SURVEY_READERS, SURVEY_CARDS };

/*
 * Look at all readers, or at number only, if it is not 0. On a terminal stderr
 * shows how far it is. NULL after one line on stderr.
 */
struct survey *survey_run(unsigned number, enum survey_depth depth);

/* The readers themselves, for who wants to do more; freed by tool_end(). */
struct readers *survey_readers(void);

/* Why a reader or card cannot be used, and what to do; NULL: it can. */
char *survey_problem(const struct survey_reader *r);
err_t survey_error(const struct survey_reader *r);

/* A container that is worth a line: not one that the card shows elsewhere. */
bool survey_is_shown(const struct survey_object *o);

#endif
