/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A home whose certificate cache starts empty, and a card with a certificate
 * of each packing to fill it.
 */
#ifndef TESTS_UNIT_CACHE_RIG_H
#define TESTS_UNIT_CACHE_RIG_H

#include "tests/unit/cac-samples.h"

#define CACHE_PATH_LEN	 512
#define CACHE_CONTAINERS 3 /* plain, zlib, gzip: from 1 in the sample */

/* A second listing: the CCC, PIV; and of each its SELECT and its end. */
#define CACHE_WARM (2 + 1 + 2 * CACHE_CONTAINERS)

/* Three certificates, T of the CCC, and how long its V is. */
#define CACHE_FILES (CACHE_CONTAINERS + 2)

/* Not the one who tests. */
#define CACHE_OTHER_USER 65534

struct cache_rig {
	char home[64];
	char folder[80]; /* of the cache; the first listing makes it */
	struct sample_card sample;
	struct reader reader;
	struct buf renewed_v;
};

extern struct cache_rig rig;

/* The home alone, and with the card. What is in the folder goes, too. */
int cache_home_setup(void **state);
int cache_home_teardown(void **state);
int cache_setup(void **state);
int cache_teardown(void **state);

/* In the folder; without its hidden files. */
void cache_each_file(void (*act)(const char *path));
size_t cache_count_files(void);

/*
 * List all, which has to be what is on the card and nothing else; how many
 * exchanges it took.
 */
unsigned cache_list(void);

/* Another first certificate of the same length: only its content tells. */
void cache_renew_first(void);

#endif
