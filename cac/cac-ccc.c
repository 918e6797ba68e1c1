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
	if (url.p[CARD_URL_TYPE] != CARD_URL_TYPE_PKI)
		return 0;
	if (ccc->pki_count == CARD_CONTAINERS_MAX)
		return CARD_ERR_TOO_BIG;
	path_from_url(url.p, &ccc->pki[ccc->pki_count++]);
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
		if (err != 0)
			break;
		if (entry.tag == CCC_TAG_CARD_IDENTIFIER)
			out->card_identifier = entry.value;
		else if (entry.tag == CCC_TAG_CARD_URL)
			err = add_url(out, entry.value);
	}
	if (err == 0 && tlv.v.n > 0)
		err = CARD_ERR_DATA;
	return err;
}
