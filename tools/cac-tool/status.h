/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the module is registered. */
#ifndef CAC_TOOL_STATUS_H
#define CAC_TOOL_STATUS_H

#include "tools/cac-tool/nss-module.h"
#include "tools/cac-tool/p11-kit.h"
#include "tools/cac-tool/policies.h"
#include "tools/cac-tool/target.h"

enum status_state {
	STATE_REGISTERED,
	STATE_ABSENT,
	STATE_BROKEN,	 /* cannot be read, or names what is not there */
	STATE_ELSEWHERE, /* ours, but another file than the module meant */
	STATE_DELETED	 /* a policy takes it out of the profiles */
};

struct status_database {
	const struct database *database;
	enum status_state state;
	struct nss_view view;
};

struct status {
	const struct target *target;
	const char *module;
	bool exists; /* the module's file does */
	bool all;    /* p11-kit and policies as well; else they are empty */
	enum status_state p11_kit_state;
	struct p11_kit_view p11_kit;
	enum status_state policies_state[POLICIES_COUNT];
	struct policies_view policies[POLICIES_COUNT];
	struct status_database *list;
	size_t n;
	struct tally tally; /* good counts the places with it, bad the others */
};

/* Lives until tool_end(). */
struct status *status_look(const struct target *t, const char *module);

/* One line for each place. */
void status_text(const struct status *s);
void status_json(const struct status *s);

#endif
