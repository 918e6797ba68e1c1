/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "cac/bare-edge.h"
#include "cac/cac-buffer.h"
#include "cac/pki-applet.h"

/* The length of T is there to read, whatever it is. */
static err_t
has_buffers(struct cac_io *io)
{
	err_t err = cac_buffer_ask(io);

	/* Asked again from the start, before it counts as an answer. */
	if (err == CARD_ERR_DATA ||
	    (err == CARD_ERR_STATUS && !cac_not_here(io->sw)))
		err = cac_buffer_ask(io);
	return err == CARD_ERR_STATUS || err == CARD_ERR_DATA
	    ? CARD_ERR_NOT_FOUND
	    : err;
}

static err_t
bare_probe(struct cac_io *io, struct card_info *info, void **state)
{
	struct pki_list list;
	err_t err = pki_search(io, has_buffers, &list);

	return err == 0 ? pki_take(&list, info, state) : err;
}

const struct card_edge bare_edge = {
    .model = "CAC v2, no CCC",
    .probe = bare_probe,
    .read_certificate = pki_read_certificate,
    .tells_tries = true,
    .rsa_only = true,
    .key_rule = pki_key_rule,
    .select_pin = pki_select_pin,
    .select_key = pki_select_key,
    .operate = pki_operate,
    .free = free,
};
