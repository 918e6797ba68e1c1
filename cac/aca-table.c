/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/aca-table.h"
#include "cac/card.h"
#include "cac/simple-tlv.h"

/* Application ids of PKI applets under the RID of the DoD. */
#define PKI_APPLET_MAX 0x01

static bool
is_pki(struct bytes aid)
{
	static const uint8_t rid[] = GSCIS_RID_DOD;

	return aid.n == GSCIS_AID_LENGTH &&
	    bytes_equal(bytes_of(aid.p, sizeof(rid)), BYTES(rid)) &&
	    aid.p[GSCIS_RID_LENGTH] <= PKI_APPLET_MAX;
}

/* 93: the applet's short id, then 92 with its AID. */
static err_t
add_service(struct bytes service, struct aca_services *out)
{
	struct simple_tlv_entry entry;
	uint8_t id;

	if (!bytes_take_u8(&service, &id))
		return CARD_ERR_DATA;
	while (service.n > 0) {
		err_t err = simple_tlv_take(&service, &entry);

		if (err != 0)
			return err;
		if (entry.tag != ACA_TAG_AID || !is_pki(entry.value))
			continue;
		if (out->count == ACA_ENTRIES_MAX)
			return CARD_ERR_TOO_BIG;
		memcpy(
		    out->aids[out->count++], entry.value.p, GSCIS_AID_LENGTH);
	}
	return 0;
}

err_t
aca_services_parse(struct bytes in, struct aca_services *out)
{
	struct simple_tlv_entry entry;
	unsigned named = 0, seen = 0;
	err_t err = 0;

	out->count = 0;
	while (err == 0 && in.n > 0) {
		err = simple_tlv_take(&in, &entry);
		if (err != 0)
			break;
		if (entry.tag == ACA_TAG_SERVICES && entry.value.n == 1) {
			named = entry.value.p[0];
		} else if (entry.tag == ACA_TAG_SERVICE) {
			seen++;
			err = add_service(entry.value, out);
		}
	}
	return err == 0 && named != seen ? CARD_ERR_DATA : err;
}

static err_t
add_object(struct bytes object, struct aca_objects *out)
{
	struct bytes id = {NULL, 0}, keys = {NULL, 0};
	struct simple_tlv_entry entry;
	bool used = true;

	while (object.n > 0) {
		err_t err = simple_tlv_take(&object, &entry);

		if (err != 0)
			return err;
		if (entry.tag == PROPERTIES_TAG_OBJECT_ID)
			id = entry.value;
		else if (entry.tag == PROPERTIES_TAG_KEYS)
			keys = entry.value;
	}
	if (id.n != GSCIS_OBJECT_LENGTH)
		return CARD_ERR_DATA;
	if (out->count == ACA_ENTRIES_MAX)
		return CARD_ERR_TOO_BIG;
	/* Algorithm, length, and whether private and public key are there. */
	if (keys.n == PROPERTIES_KEYS_LENGTH)
		used = keys.p[2] != 0 || keys.p[3] != 0;
	memcpy(out->list[out->count].id, id.p, GSCIS_OBJECT_LENGTH);
	out->list[out->count++].used = used;
	return 0;
}

err_t
aca_objects_parse(struct bytes in, struct aca_objects *out)
{
	struct simple_tlv_entry entry;
	unsigned named = 0, seen = 0;
	err_t err = 0;

	out->count = 0;
	while (err == 0 && in.n > 0) {
		err = simple_tlv_take(&in, &entry);
		if (err != 0)
			break;
		if (entry.tag == PROPERTIES_TAG_COUNT && entry.value.n == 1)
			named = entry.value.p[0];
		seen += entry.tag == PROPERTIES_TAG_OBJECT ||
		    entry.tag == PROPERTIES_TAG_PKI_OBJECT;
		if (entry.tag == PROPERTIES_TAG_PKI_OBJECT)
			err = add_object(entry.value, out);
	}
	return err == 0 && named != seen ? CARD_ERR_DATA : err;
}
