/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "cac/cac-certificate.h"
#include "cac/cac-sign.h"
#include "cac/card-name.h"
#include "cac/iso7816.h"
#include "cac/pki-applet.h"

err_t
pki_add(struct pki_list *list, const struct cac_path *path, size_t place)
{
	if (list->count == CARD_CONTAINERS_MAX)
		return CARD_ERR_TOO_BIG;
	list->paths[list->count] = *path;
	list->places[list->count++] = place;
	return 0;
}

err_t
pki_take(const struct pki_list *list, struct card_info *info, void **state)
{
	struct pki_list *copy;

	if (list->count == 0)
		return CARD_ERR_UNKNOWN;
	copy = calloc(1, sizeof(*copy));
	if (copy == NULL)
		return ERR_MEMORY;
	*copy = *list;
	for (size_t i = 0; i < list->count; i++)
		card_name_container(
		    list->places[i], &info->containers[info->count++]);
	*state = copy;
	return 0;
}

/* Whether the applet is there and answers. */
static err_t
ask_applet(
    struct cac_io *io, const struct cac_path *path, pki_ask ask, bool *selected)
{
	err_t err = READER_ERR_RESET;

	for (unsigned n = 0; n < CAC_RESTARTS_MAX; n++) {
		err = cac_try_select(io, path);
		*selected = err == 0;
		if (err == 0)
			err = ask(io);
		if (err != READER_ERR_RESET)
			break;
	}
	return err;
}

err_t
pki_search(struct cac_io *io, pki_ask ask, struct pki_list *list)
{
	struct cac_path path = {.aid = GSCIS_AID_PKI};

	list->count = 0;
	list->has_aca = false;
	for (uint8_t n = 0; n < PKI_APPLETS && !io->no_applet; n++) {
		bool selected = false;
		err_t err;

		path.aid[GSCIS_AID_LENGTH - 1] = n;
		err = ask_applet(io, &path, ask, &selected);
		if (err == 0)
			err = pki_add(list, &path, n);
		if (err == CARD_ERR_NOT_FOUND && n > 0)
			continue;
		/* Not to be asked again for another generation. */
		if (err == CARD_ERR_NOT_FOUND)
			io->no_applet = !selected;
		if (err != 0)
			return err == CARD_ERR_NOT_FOUND ? CARD_ERR_UNKNOWN
							 : err;
	}
	return 0;
}

err_t
pki_read_certificate(
    void *state, struct cac_io *io, size_t index, struct buf *der)
{
	const struct pki_list *list = state;

	if (index >= list->count)
		return CARD_ERR_NOT_FOUND;
	trace_bytes(reader_id(io->r), TRACE_CARD, '-', "read container",
	    BYTES(list->paths[index].aid), SECRET_NONE);
	return cac_certificate_read(io, &list->paths[index], index, der);
}

/* The access rules of PKI applets ask for the PIN, once (GSC-IS 2.1, 5.3.3). */
enum card_key_rule
pki_key_rule(const void *state, size_t index)
{
	(void)state;
	(void)index;
	return CARD_KEY_PIN;
}

/*
 * Alternate tokens of G&D and HID take the PIN in their ACA only, and want
 * another P1 to change it.
 */
err_t
pki_select_pin(void *state, struct cac_io *io, size_t index, enum pin_use use,
    struct pin_place *place)
{
	const struct pki_list *list = state;

	*place = (struct pin_place){.cla = CLA_ISO};
	if (!list->has_aca)
		return cac_select(io, &list->paths[index]);
	if (use == PIN_CHANGE)
		place->p1 = PIN_CHANGE_P1;
	return cac_select(io, &list->aca);
}

err_t
pki_select_key(void *state, struct cac_io *io, size_t index)
{
	const struct pki_list *list = state;

	return cac_select(io, &list->paths[index]);
}

err_t
pki_operate(void *state, struct cac_io *io, size_t index,
    const struct card_op *op, struct buf *out)
{
	const struct pki_list *list = state;

	return cac_sign(io, &list->paths[index], op, out);
}
