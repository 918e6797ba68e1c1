/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/cac-ccc.h"
#include "cac/simple-tlv.h"

static void
path_from_url(const uint8_t *url, struct cac_path *path)
{
	memcpy(path->aid, url, GSCIS_RID_LENGTH);
	memcpy(path->aid + GSCIS_RID_LENGTH, url + CARD_URL_APPLET,
	    CARD_URL_APPLET_LEN);
	memcpy(path->object, url + CARD_URL_OBJECT, GSCIS_OBJECT_LENGTH);
	path->has_object = true;
}

static err_t
add_url(struct cac_ccc *ccc, struct bytes url)
{
	/* Cards without applications have one F3 of length 0. */
	if (url.n == 0)
		return 0;
	if (url.n < CARD_URL_LENGTH)
		return CARD_ERR_DATA;
	if (url.p[CARD_URL_TYPE] != CARD_URL_TYPE_PKI) {
		if (ccc->other_count < CARD_CONTAINERS_MAX)
			path_from_url(url.p, &ccc->others[ccc->other_count++]);
		return 0;
	}
	if (ccc->pki_count == CARD_CONTAINERS_MAX)
		return CARD_ERR_TOO_BIG;
	path_from_url(url.p, &ccc->pki[ccc->pki_count++]);
	return 0;
}

/* 07 and an AID (SP 800-73-1, table 8). */
static void
take_aca(struct cac_ccc *ccc, struct bytes rules)
{
	struct bytes aid;
	uint8_t n;

	if (!bytes_take_u8(&rules, &n) || n != GSCIS_AID_LENGTH ||
	    !bytes_take(&rules, n, &aid))
		return;
	memcpy(ccc->aca, aid.p, sizeof(ccc->aca));
	ccc->has_aca = true;
}

static err_t
take_entry(struct cac_ccc *ccc, const struct simple_tlv_entry *entry)
{
	switch (entry->tag) {
	case CCC_TAG_CARD_IDENTIFIER:
		ccc->card_identifier = entry->value;
		break;
	case CCC_TAG_CARD_URL:
		return add_url(ccc, entry->value);
	case CCC_TAG_ACCESS_RULES:
		take_aca(ccc, entry->value);
		break;
	case CCC_TAG_NEXT:
		if (entry->value.n < CARD_URL_LENGTH)
			return entry->value.n > 0 ? CARD_ERR_DATA : 0;
		path_from_url(entry->value.p, &ccc->next);
		ccc->has_next = true;
		break;
	default:
		break;
	}
	return 0;
}

err_t
cac_ccc_parse(struct bytes t, struct bytes v, struct cac_ccc *out)
{
	struct simple_tlv tlv = {t, v};
	struct simple_tlv_entry entry;
	err_t err = 0;

	*out = (struct cac_ccc){0};
	while (err == 0 && simple_tlv_more(&tlv)) {
		err = simple_tlv_next(&tlv, &entry);
		if (err == 0)
			err = take_entry(out, &entry);
	}
	if (err == 0 && tlv.v.n > 0)
		err = CARD_ERR_DATA;
	return err;
}

size_t
cac_ccc_need(struct bytes t, size_t *t_need)
{
	size_t at = 0, need = 0, length;
	struct bytes left = t;
	bool named = false;

	*t_need = 0;
	while (left.n > 0) {
		uint8_t tag = left.p[0];

		if (simple_tlv_length(&left, &length) != 0)
			return 0;
		at += length;
		named = named || (tag == CCC_TAG_CARD_IDENTIFIER && length > 0);
		if (length > 0 &&
		    (tag == CCC_TAG_CARD_IDENTIFIER ||
			tag == CCC_TAG_CARD_URL || tag == CCC_TAG_NEXT)) {
			need = at;
			*t_need = t.n - left.n;
		}
	}
	if (!named) {
		need = at;
		*t_need = t.n;
	}
	return need;
}

static bool
has_path(const struct cac_path *list, size_t count, const struct cac_path *path)
{
	for (size_t i = 0; i < count; i++)
		if (cac_path_equal(&list[i], path))
			return true;
	return false;
}

err_t
cac_ccc_append(struct cac_ccc *ccc, const struct cac_ccc *more)
{
	for (size_t i = 0; i < more->pki_count; i++) {
		if (has_path(ccc->pki, ccc->pki_count, &more->pki[i]))
			continue;
		if (ccc->pki_count == CARD_CONTAINERS_MAX)
			return CARD_ERR_TOO_BIG;
		ccc->pki[ccc->pki_count++] = more->pki[i];
	}
	for (size_t i = 0; i < more->other_count; i++)
		if (ccc->other_count < CARD_CONTAINERS_MAX &&
		    !has_path(ccc->others, ccc->other_count, &more->others[i]))
			ccc->others[ccc->other_count++] = more->others[i];
	if (!ccc->has_aca && more->has_aca) {
		memcpy(ccc->aca, more->aca, sizeof(ccc->aca));
		ccc->has_aca = true;
	}
	return 0;
}

/* Another object of the same applet. */
static bool
has_sibling(
    const struct cac_path *list, size_t count, const struct cac_path *path)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_equal(BYTES(list[i].aid), BYTES(path->aid)) &&
		    !cac_path_equal(&list[i], path))
			return true;
	return false;
}

void
cac_ccc_find_lone(struct cac_ccc *ccc)
{
	for (size_t i = 0; i < ccc->pki_count; i++) {
		struct cac_path *path = &ccc->pki[i];

		path->lone = bytes_equal(BYTES(path->object),
				 bytes_of(path->aid + GSCIS_RID_LENGTH,
				     GSCIS_OBJECT_LENGTH)) &&
		    !has_sibling(ccc->pki, ccc->pki_count, path) &&
		    !has_sibling(ccc->others, ccc->other_count, path);
	}
}
