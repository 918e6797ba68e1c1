/* SPDX-License-Identifier: BSD-2-Clause */
/* NSS's own tool (Debian: libnss3-tools) on the certificates of a database. */
#ifndef CAC_TOOL_CERTUTIL_H
#define CAC_TOOL_CERTUTIL_H

#include "tools/cac-tool/bundle.h"

struct certutil {
	const char *dir;
	const char *password_file; /* NULL: certutil asks on the terminal */
};

/* What a database holds. */
struct certutil_entry {
	char *nickname;
	char *trust; /* "CT,C," */
	struct certificate *certificate;
	bool alone; /* no other one has its subject: trust is its own */
};

struct certutil_list {
	struct certutil_entry *list;
	size_t n;
};

/* NULL, or what is wrong; the last line is certutil's own word for it. */
const char *certutil_read(const struct certutil *db, struct certutil_list *out);

const struct certutil_entry *
certutil_find(const struct certutil_list *all, const char *sha256);

const char *certutil_add(const struct certutil *db, const char *nickname,
    const char *trust, struct bytes der);
const char *certutil_delete(const struct certutil *db, const char *nickname);
const char *certutil_trust(
    const struct certutil *db, const char *nickname, const char *trust);

#endif
