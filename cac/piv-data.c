/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/ber-tlv.h"
#include "cac/card.h"
#include "cac/gscis-spec.h"
#include "cac/piv-data.h"
#include "cac/piv-spec.h"

static err_t
take_content(const struct ber_tlv *object, struct bytes *content)
{
	if (object->tag != PIV_TAG_DATA && object->tag != PIV_DISCOVERY)
		return CARD_ERR_DATA;
	*content = object->value;
	return content->n > 0 ? 0 : CARD_ERR_EMPTY;
}

err_t
piv_data_unwrap(struct bytes in, struct bytes *content)
{
	struct ber_tlv object;
	err_t err = ber_tlv_next(&in, &object);

	return err == 0 ? take_content(&object, content) : err;
}

err_t
piv_data_begin(struct bytes in, struct bytes *content)
{
	struct ber_tlv object;
	err_t err = ber_tlv_begin(in, &object);

	return err == 0 ? take_content(&object, content) : err;
}

struct bytes
piv_data_find(struct bytes content, uint8_t tag)
{
	struct ber_tlv entry;

	while (ber_tlv_next(&content, &entry) == 0)
		if (entry.tag == tag && entry.value.n > 0)
			return entry.value;
	return bytes_of(NULL, 0);
}

err_t
piv_data_certificate(struct bytes content, struct cert_reading *reading)
{
	struct bytes info = piv_data_find(content, PKI_TAG_CERTINFO);
	struct ber_tlv entry;

	reading->certificate = piv_data_find(content, PKI_TAG_CERTIFICATE);
	if (info.n > 0)
		reading->certinfo = info.p[0];
	if (reading->certificate.n > 0)
		return 0;
	while (content.n > 0)
		if (ber_tlv_next(&content, &entry) != 0)
			return CARD_ERR_DATA;
	return CARD_ERR_EMPTY;
}

static bool
all_zero(struct bytes in)
{
	uint8_t any = 0;

	for (size_t i = 0; i < in.n; i++)
		any |= in.p[i];
	return any == 0;
}

/* S9999 in five bits a digit, from the left (PACS 2.2, 6.1). */
static bool
no_agency(struct bytes fasc_n)
{
	static const uint8_t s999[] = {0xD4, 0xE7, 0x39};

	return bytes_equal(bytes_of(fasc_n.p, sizeof(s999)), BYTES(s999)) &&
	    (fasc_n.p[sizeof(s999)] & 0x80) != 0;
}

struct bytes
piv_data_chuid_id(struct bytes content)
{
	struct bytes fasc_n = piv_data_find(content, CHUID_TAG_FASC_N);
	struct bytes guid = piv_data_find(content, CHUID_TAG_GUID);
	bool has_fasc_n = fasc_n.n == CHUID_FASC_N_LENGTH && !all_zero(fasc_n);
	bool has_guid = guid.n == CHUID_GUID_LENGTH && !all_zero(guid);

	if (has_guid && (!has_fasc_n || no_agency(fasc_n)))
		return guid;
	return has_fasc_n ? fasc_n : bytes_of(NULL, 0);
}

unsigned
piv_data_retired(struct bytes content)
{
	struct bytes n = piv_data_find(content, HISTORY_TAG_ON_CARD);

	return n.n == 1 && n.p[0] <= PIV_RETIRED_COUNT ? n.p[0] : 0;
}

/* The policy is the one entry whose tag has two bytes. */
static bool
take_policy(struct bytes *in, struct bytes *policy)
{
	static const uint8_t head[] = {DISCOVERY_TAG_POLICY >> 8,
	    DISCOVERY_TAG_POLICY & 0xFF, DISCOVERY_POLICY_LENGTH};
	struct bytes found;

	return bytes_take(in, sizeof(head), &found) &&
	    bytes_equal(found, BYTES(head)) &&
	    bytes_take(in, DISCOVERY_POLICY_LENGTH, policy);
}

uint8_t
piv_data_pin(struct bytes content)
{
	struct bytes policy;
	struct ber_tlv entry;

	while (content.n > 0 && content.p[0] != DISCOVERY_TAG_POLICY >> 8)
		if (ber_tlv_next(&content, &entry) != 0)
			return PIV_PIN;
	if (!take_policy(&content, &policy))
		return PIV_PIN;
	if ((policy.p[0] & DISCOVERY_PIN) != 0 &&
	    (policy.p[0] & DISCOVERY_PIN_GLOBAL) != 0 &&
	    (policy.p[1] & DISCOVERY_GLOBAL_FIRST) != 0)
		return PIV_PIN_GLOBAL;
	return PIV_PIN;
}
