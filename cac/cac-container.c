/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/cac-container.h"
#include "cac/card.h"
#include "cac/gscis-spec.h"
#include "cac/simple-tlv.h"

static void
take_entry(struct cac_container *c, const struct simple_tlv_entry *entry)
{
	if (entry->value.n == 0)
		return;
	if (entry->tag == PKI_TAG_CERTIFICATE && c->certificate.n == 0) {
		c->certificate = entry->value;
	} else if (entry->tag == PKI_TAG_CERTINFO) {
		c->has_certinfo = true;
		c->certinfo = entry->value.p[0];
	}
}

err_t
cac_container_parse(struct bytes t, struct bytes v, struct cac_container *out)
{
	struct simple_tlv tlv = {t, v};
	struct simple_tlv_entry entry;
	err_t err;

	*out = (struct cac_container){0};
	/* Unused containers keep the lengths in T. */
	if (v.n == 0)
		return CARD_ERR_EMPTY;
	while (simple_tlv_more(&tlv)) {
		err = simple_tlv_next(&tlv, &entry);
		if (err != 0)
			return err;
		take_entry(out, &entry);
	}
	if (out->certificate.n > 0)
		return 0;
	return tlv.v.n > 0 ? CARD_ERR_DATA : CARD_ERR_EMPTY;
}

size_t
cac_container_certificate(struct bytes t, size_t *start)
{
	size_t at = 0, length;

	while (t.n > 0) {
		uint8_t tag = t.p[0];

		if (simple_tlv_length(&t, &length) != 0)
			return 0;
		*start = at;
		if (tag == PKI_TAG_CERTIFICATE && length > 0)
			return length;
		at += length;
	}
	return 0;
}

size_t
cac_container_need(struct bytes t, size_t *t_need)
{
	size_t at = 0, need = 0, length;
	struct bytes left = t;

	*t_need = 0;
	while (left.n > 0) {
		uint8_t tag = left.p[0];

		if (simple_tlv_length(&left, &length) != 0)
			return 0;
		at += length;
		if (length > 0 &&
		    (tag == PKI_TAG_CERTIFICATE || tag == PKI_TAG_CERTINFO)) {
			need = at;
			*t_need = t.n - left.n;
		}
	}
	return need;
}
