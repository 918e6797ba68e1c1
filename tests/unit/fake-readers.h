/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader/readers.h and reader/reader.h in memory, for tests of what stands
 * above them. Readers are named by their id, from 1; tests may change them from
 * any thread.
 */
#ifndef TESTS_UNIT_FAKE_READERS_H
#define TESTS_UNIT_FAKE_READERS_H

#include "reader/readers.h"

struct fake_card;

/* No readers, no faults, all counters 0. Not while a module is in use. */
void fake_readers_reset(void);

/* Plug in a new reader; it is seen at the next readers_refresh(). */
unsigned fake_reader_add(const char *product);
void fake_reader_set_plugged(unsigned id, bool plugged);

/* The card stays the caller's and must live until it is removed. */
void fake_reader_insert(unsigned id, struct fake_card *card);
void fake_reader_remove(unsigned id);

/* Others used the reader, and left this card in it: nobody saw a change. */
void fake_reader_others(unsigned id, struct fake_card *card);

/* What reader_pin_pad() answers. */
void fake_reader_set_pad(unsigned id, unsigned pad);

/* What reader_wanted() answers. */
void fake_reader_set_wanted(unsigned id, bool wanted);

/* PRESENCE_UNKNOWN with this reason; 0 ends that. */
void fake_reader_set_unknown(unsigned id, err_t why);

/* What reader_begin() answers; 0 ends that. */
void fake_reader_set_begin_error(unsigned id, err_t err);
void fake_readers_set_refresh_error(err_t err);

struct fake_counts {
	unsigned buses;	  /* made and not closed */
	unsigned readers; /* sets made and not freed */
	unsigned refreshes;
	unsigned polls;
	unsigned transactions;
	unsigned open_transactions;
};
struct fake_counts fake_readers_counts(void);

/* For the fake card: the card of a transaction, NULL when it has left. */
struct fake_card *fake_reader_card(struct reader *r);

#endif
