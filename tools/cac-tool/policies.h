/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policies.json of Firefox and Thunderbird, the SecurityDevices policy. With it
 * a module is loaded in profiles that are made later too. It stays in them
 * until the policy says Delete.
 */
#ifndef CAC_TOOL_POLICIES_H
#define CAC_TOOL_POLICIES_H

#include <stdbool.h>

#include "tools/cac-tool/browsers.h"
#include "tools/cac-tool/record.h"

#define POLICIES_COUNT 2

struct policies {
	enum browser browser;
	const char *path;
};

extern const struct policies policies_files[POLICIES_COUNT];

struct policies_view {
	const char *wrong; /* the file cannot be read; the rest is empty then */
	char *library;	   /* what Add says; NULL: nothing */
	bool deletes;	   /* Delete names ours */
};

void policies_look(const char *path, struct policies_view *out);

/* Add ours, and take it out of Delete. NULL, or what is wrong. */
const char *policies_register(struct record *r, const char *path,
    const char *module, bool dry, bool *changed);

/*
 * As it was before, but with ours in Delete; with forget without that.
 * *in_profiles: that could not be, since the file has the form of Firefox 60,
 * which knows no Delete.
 */
const char *policies_unregister(struct record *r, const char *path, bool forget,
    bool dry, bool *changed, bool *in_profiles);

#endif
