/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "cac/aca-edge.h"
#include "cac/aca-table.h"
#include "cac/iso7816.h"
#include "cac/pki-applet.h"

/* As the tables are read: whole, twice if they make no sense. */
#define TRIES 2

static err_t
send_get(struct cac_io *io, uint8_t ins, uint8_t p1, struct buf *out)
{
	struct apdu_cmd cmd = {
	    .cla = GSCIS_CLA,
	    .ins = ins,
	    .p1 = p1,
	    .ne = APDU_NE_ALL,
	    .replay = APDU_REPLAY_OK,
	    .secret = APDU_PUBLIC,
	};
	err_t err;

	buf_truncate(out, 0);
	err = cac_exchange(io, &cmd, out);
	if (err == 0 && io->sw == SW_CLA_UNKNOWN) {
		cmd.cla ^= GSCIS_CLA;
		err = cac_exchange(io, &cmd, out);
	}
	if (err == 0)
		err = buf_err(out);
	return err == 0 && io->sw != SW_OK ? CARD_ERR_STATUS : err;
}

/* The selected applet's answer, after resets again. */
static err_t
select_and_get(struct cac_io *io, const struct cac_path *path, uint8_t ins,
    uint8_t p1, struct buf *out)
{
	bool doubted = false;
	err_t err = READER_ERR_RESET;

	for (unsigned n = 0; n < CAC_RESTARTS_MAX; n++) {
		err = cac_try_select(io, path);
		if (err == 0)
			err = send_get(io, ins, p1, out);
		if (err == CARD_ERR_STATUS && !cac_not_here(io->sw) && !doubted)
			doubted = true;
		else if (err != READER_ERR_RESET)
			break;
	}
	return err;
}

/* CARD_ERR_NOT_FOUND: no such applet, or it has no table. */
static err_t
read_services(struct cac_io *io, const struct cac_path *path,
    struct buf *answer, struct aca_services *services)
{
	err_t err = CARD_ERR_DATA;

	for (unsigned i = 0; err == CARD_ERR_DATA && i < TRIES; i++) {
		err = select_and_get(
		    io, path, ACA_INS_GET_ACR, ACA_GET_SERVICES, answer);
		if (err == 0)
			err = aca_services_parse(buf_bytes(answer), services);
	}
	return err == CARD_ERR_STATUS ? CARD_ERR_NOT_FOUND : err;
}

/*
 * The objects of one applet. One that has no properties to tell is read as it
 * is; one that the table names and the card does not have is passed over.
 */
static err_t
add_applet(struct cac_io *io, const uint8_t *aid, struct buf *answer,
    struct pki_list *list, size_t *place)
{
	struct cac_path path = {.has_object = false};
	struct aca_objects objects = {.count = 0};
	err_t err = CARD_ERR_DATA;

	memcpy(path.aid, aid, sizeof(path.aid));
	for (unsigned i = 0; err == CARD_ERR_DATA && i < TRIES; i++) {
		err = select_and_get(io, &path, GSCIS_INS_GET_PROPERTIES,
		    GSCIS_ALL_PROPERTIES, answer);
		if (err == 0)
			err = aca_objects_parse(buf_bytes(answer), &objects);
	}
	if (err == CARD_ERR_NOT_FOUND)
		return 0;
	if (err == CARD_ERR_STATUS)
		return pki_add(list, &path, (*place)++);
	path.has_object = true;
	for (size_t i = 0; err == 0 && i < objects.count; i++, (*place)++) {
		memcpy(path.object, objects.list[i].id, sizeof(path.object));
		if (objects.list[i].used)
			err = pki_add(list, &path, *place);
	}
	return err;
}

static err_t
search_at(struct cac_io *io, const struct cac_path *aca, struct buf *answer,
    struct pki_list *list)
{
	struct aca_services services;
	size_t place = 0;
	err_t err = read_services(io, aca, answer, &services);

	for (size_t i = 0; err == 0 && i < services.count; i++)
		err = add_applet(io, services.aids[i], answer, list, &place);
	return err;
}

/*
 * Where the CCC says, where GSC-IS has it, and where alternate tokens of G&D
 * and HID have it.
 */
static size_t
list_places(const struct cac_io *io, struct cac_path *places)
{
	static const uint8_t known[][GSCIS_AID_LENGTH] = {
	    ACA_AID, ACA_AID_ALTERNATE};
	size_t n = 0;

	if (io->has_aca)
		memcpy(places[n++].aid, io->aca, sizeof(io->aca));
	for (size_t i = 0; i < 2; i++)
		if (!io->has_aca ||
		    !bytes_equal(BYTES(known[i]), BYTES(io->aca)))
			memcpy(places[n++].aid, known[i], sizeof(known[i]));
	return n;
}

static err_t
aca_probe(struct cac_io *io, struct card_info *info, void **state)
{
	struct cac_path places[3] = {{.has_object = false}};
	size_t count = list_places(io, places);
	struct pki_list list = {.count = 0};
	struct buf answer;
	err_t err = 0;

	buf_init(&answer, APDU_NE_ALL);
	for (size_t i = 0; i < count && list.count == 0; i++) {
		err = search_at(io, &places[i], &answer, &list);
		if (err == CARD_ERR_NOT_FOUND)
			err = 0;
		if (err != 0)
			break;
		list.has_aca = true;
		list.aca = places[i];
	}
	buf_clear(&answer);
	return err == 0 ? pki_take(&list, info, state) : err;
}

const struct card_edge aca_edge = {
    .model = "CAC Alt token",
    .probe = aca_probe,
    .read_certificate = pki_read_certificate,
    .tells_tries = true,
    .rsa_only = true,
    .key_rule = pki_key_rule,
    .select_pin = pki_select_pin,
    .select_key = pki_select_key,
    .operate = pki_operate,
    .free = free,
};
