/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside the profile loader: one line, cut into words. */
#ifndef EMULATOR_CARD_PROFILE_PARSE_H
#define EMULATOR_CARD_PROFILE_PARSE_H

#include "tools/emulator/card/profile.h"

#define WORDS_MAX 64

struct line {
	const char *file;
	unsigned number;
	unsigned depth; /* of include */
	struct profile *profile;
	struct applet *applet; /* the section, NULL before the first one */
	struct object *object;
	char *word[WORDS_MAX];
	size_t n;
};

/* Which section a keyword belongs to. */
enum section { IN_CARD, IN_APPLET, IN_OBJECT, IN_PIV, IN_PIV_OBJECT };

struct keyword {
	const char *name;
	enum section section;
	size_t least; /* words after the keyword */
	size_t most;
	bool (*parse)(struct line *line);
};

/* Tables end with a NULL name. */
extern const struct keyword profile_card_keywords[];
extern const struct keyword profile_applet_keywords[];
extern const struct keyword profile_object_keywords[];
extern const struct keyword profile_piv_keywords[];
extern const struct keyword profile_habit_keywords[];
extern const struct keyword profile_wild_keywords[];

/* error_set with "file:line: " before it. Returns false. */
bool line_error(const struct line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Word i as a number not above max. */
bool line_hex(const struct line *line, size_t i, unsigned max, unsigned *value);
bool
line_decimal(const struct line *line, size_t i, unsigned max, unsigned *value);
bool line_aid(const struct line *line, size_t i, struct aid *aid);

/* A status word that a card may send. */
bool line_status(const struct line *line, size_t i, unsigned *sw);

/* Word 1 is one of two. */
bool
line_choice(struct line *line, const char *yes, const char *no, bool *answer);

/* The defaults of the PIV application that has just begun. */
bool profile_piv_begin(struct line *line);

/* Whether the line is in a PIV application. */
bool line_in_piv(const struct line *line);

/* The tag of a PIV object (SP 800-73-4 part 1, table 3). */
bool line_piv_tag(const struct line *line, size_t i, uint32_t *tag);

/* All words from i on as hex bytes, at most max of them. */
bool line_bytes(
    const struct line *line, size_t i, uint8_t *out, size_t max, size_t *len);

/* An element of the object above, and what it holds: words from i on. */
struct element *element_new(struct line *line, unsigned tag);
struct part *
part_new(struct line *line, struct element *element, enum part_kind kind);
bool element_parts(struct line *line, struct element *element, size_t i);

/* The CardURL of type, object and AID (GSC-IS 2.1, 7.3): words from i on. */
#define CARDURL_LEN 16
bool line_cardurl(struct line *line, size_t i, uint8_t url[CARDURL_LEN]);

/* One word of hex digits; appends its bytes. */
bool hex_word(const char *word, struct blob *out);

#endif
