/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/cert-cache.h"
#include "cac/cert-inflate.h"
#include "cac/cert-recall.h"

bool
cert_recall_on(const struct cac_io *io)
{
	return io->cache && io->name.n > 0;
}

bool
cert_recall(struct cac_io *io, struct bytes place, cert_proof proof,
    const void *container, struct buf *der)
{
	const struct cert_cache_key key = {.card = io->name, .place = place};
	struct buf mark, content;
	bool found;

	if (!cert_recall_on(io))
		return false;
	buf_init(&mark, CERT_CACHE_MARK_MAX);
	buf_init(&content, CERT_CACHE_CONTENT_MAX);
	found = cert_cache_load(&key, &mark, &content) &&
	    proof(io, container, buf_bytes(&mark)) &&
	    cert_inflate(buf_bytes(&content), der) == 0;
	trace_text(reader_id(io->r), TRACE_CARD, '-', "the cache %s",
	    found ? "has it, and the card has it still" : "does not help");
	buf_clear(&mark);
	buf_clear(&content);
	return found;
}

void
cert_recall_keep(const struct cac_io *io, struct bytes place, struct bytes mark,
    struct bytes der)
{
	const struct cert_cache_key key = {.card = io->name, .place = place};

	if (cert_recall_on(io))
		cert_cache_store(&key, mark, der);
}
