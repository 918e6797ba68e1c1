/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/mman.h>

#include "base/secret.h"

struct secret {
	size_t n;
	uint8_t p[SECRET_MAX];
};

err_t
secret_new(struct bytes in, struct secret **out)
{
	struct secret *s;

	*out = NULL;
	if (in.n > sizeof(s->p))
		return ERR_MEMORY;
	s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (s == MAP_FAILED)
		return ERR_MEMORY;
	/* Where a limit forbids one of these, the others still hold. */
	(void)mlock(s, sizeof(*s));
	(void)madvise(s, sizeof(*s), MADV_DONTDUMP);
	(void)madvise(s, sizeof(*s), MADV_WIPEONFORK);
	if (in.n > 0)
		memcpy(s->p, in.p, in.n);
	s->n = in.n;
	*out = s;
	return 0;
}

struct bytes
secret_bytes(const struct secret *s)
{
	return s != NULL ? bytes_of(s->p, s->n) : bytes_of(NULL, 0);
}

void
secret_free(struct secret **s)
{
	struct secret *gone = *s;

	*s = NULL;
	if (gone == NULL)
		return;
	explicit_bzero(gone, sizeof(*gone));
	(void)munmap(gone, sizeof(*gone));
}
