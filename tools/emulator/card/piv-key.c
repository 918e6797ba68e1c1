/* SPDX-License-Identifier: BSD-2-Clause */
/* GENERAL AUTHENTICATE (INS 87; SP 800-73-4 part 2, 3.2.4). */
#include <string.h>

#include "tools/emulator/card/piv.h"
#include "tools/emulator/card/sw.h"

/* Algorithm identifiers (SP 800-78-4, table 6-2); RSA 4096 is later. */
enum algorithm {
	RSA_3072 = 0x05,
	RSA_1024 = 0x06,
	RSA_2048 = 0x07,
	P_256 = 0x11,
	P_384 = 0x14,
	RSA_4096 = 0x16
};

/* The dynamic authentication template (part 2, table 7). */
enum tag {
	TAG_TEMPLATE = 0x7C,
	TAG_CHALLENGE = 0x81,
	TAG_RESPONSE = 0x82,
	TAG_POINT = 0x85
};

#define BLOCK_MAX    512 /* RSA 4096 */
#define TEMPLATE_MAX 16	 /* more than the data, with the longest lengths */

struct span {
	const uint8_t *p;
	size_t n;
};

struct request {
	bool asks; /* for a response: 82 00 */
	struct span challenge;
	struct span point;
};

static int
key_algorithm(const struct pki_want *key)
{
	switch (key->bits) {
	case 256:
		return P_256;
	case 384:
		return P_384;
	case 1024:
		return RSA_1024;
	case 2048:
		return RSA_2048;
	case 3072:
		return RSA_3072;
	case 4096:
		return RSA_4096;
	default:
		return -1;
	}
}

static const struct object *
key_find(const struct card *card, uint8_t reference)
{
	const struct object *o;

	for (o = STAILQ_FIRST(&card->applet->objects); o && reference;
	     o = STAILQ_NEXT(o, next))
		if (o->reference == reference)
			return o;
	return NULL;
}

/* Access rules of the private keys (part 1, table 4b). */
static bool
key_allowed(const struct card *card, uint8_t reference)
{
	if (reference == PIV_KEY_CARD)
		return true;
	/* PIN always: nothing came between VERIFY and this. */
	if (reference == PIV_KEY_SIGNATURE)
		return piv_logged_in(card) && card->piv.age == 1;
	return piv_logged_in(card);
}

uint16_t
authenticate_check(const struct card *card, const struct apdu *apdu)
{
	const struct object *o = key_find(card, apdu->p2);

	if (!o || key_algorithm(&o->key) != apdu->p1)
		return SW_BAD_P1P2;
	if (!key_allowed(card, apdu->p2))
		return SW_NO_LOGIN;
	return apdu->p3 ? 0 : SW_WRONG_LENGTH;
}

/* One byte of tag, one to three of length; the rest stays in in. */
static bool
take(struct span *in, uint8_t *tag, struct span *value)
{
	size_t head = 2, len;

	if (in->n < 2)
		return false;
	len = in->p[1];
	if (len > 0x82 || len == 0x80)
		return false;
	if (len > 0x80) {
		head += len - 0x80;
		if (in->n < head)
			return false;
		len = head == 3 ? in->p[2] : (size_t)in->p[2] << 8 | in->p[3];
	}
	if (in->n - head < len)
		return false;
	*tag = in->p[0];
	*value = (struct span){in->p + head, len};
	in->p += head + len;
	in->n -= head + len;
	return true;
}

static bool
request_parse(struct span in, struct request *out)
{
	struct span body, value;
	uint8_t tag;

	*out = (struct request){.asks = false};
	if (!take(&in, &tag, &body) || tag != TAG_TEMPLATE || in.n > 0)
		return false;
	while (body.n > 0) {
		if (!take(&body, &tag, &value))
			return false;
		if (tag == TAG_RESPONSE && !out->asks && value.n == 0)
			out->asks = true;
		else if (tag == TAG_CHALLENGE && !out->challenge.p)
			out->challenge = value;
		else if (tag == TAG_POINT && !out->point.p)
			out->point = value;
		else
			return false;
	}
	return out->asks && (!out->challenge.p || !out->point.p);
}

static bool
run_rsa(
    const struct card *card, unsigned number, struct span in, struct blob *out)
{
	size_t block = pki_block(card->pki, number);
	uint8_t result[BLOCK_MAX];

	if (!in.p || in.n != block || block > sizeof(result) ||
	    !pki_private(card->pki, number, in.p, result))
		return false;
	blob_add(out, result, block);
	explicit_bzero(result, sizeof(result));
	return true;
}

/* Keys that sign do not agree, and the other way round. */
static bool
run_ec(const struct card *card, const struct object *o,
    const struct request *request, struct blob *out)
{
	bool agrees = o->reference == PIV_KEY_MANAGEMENT ||
	    o->reference <= PIV_KEY_RETIRED_LAST;

	if (agrees && request->point.p)
		return pki_ec_derive(card->pki, o->key.number, request->point.p,
		    request->point.n, out);
	if (!agrees && request->challenge.p)
		return pki_ec_sign(card->pki, o->key.number,
		    request->challenge.p, request->challenge.n, out);
	return false;
}

static void
put_response(struct blob *out, const struct blob *result)
{
	struct blob body = {0};

	blob_ber(&body, TAG_RESPONSE, result->len);
	blob_add(&body, result->data, result->len);
	blob_ber(out, TAG_TEMPLATE, body.len);
	blob_add(out, body.data, body.len);
	out->failed = out->failed || body.failed;
	blob_clear(&body);
}

static uint16_t
authenticate(struct card *card, const struct object *o, struct span data)
{
	struct blob result = {0};
	struct request request;
	uint16_t sw = SW_BAD_FIELD;
	bool done;

	if (!request_parse(data, &request))
		return SW_BAD_FIELD;
	if (o->key.algorithm == PKI_EC)
		done = run_ec(card, o, &request, &result);
	else
		done = run_rsa(card, o->key.number, request.challenge, &result);
	if (done && !result.failed) {
		put_response(&card->answer, &result);
		sw = SW_OK;
	}
	blob_clear(&result);
	return sw;
}

void
piv_drop_chain(struct card *card)
{
	card->piv.chained = false;
	blob_clear(&card->piv.chain);
}

/* A point is the longest that an EC key takes. */
static size_t
data_max(const struct pki_want *key)
{
	size_t bytes = key->bits / 8;

	return TEMPLATE_MAX +
	    (key->algorithm == PKI_EC ? 1 + 2 * bytes : bytes);
}

uint16_t
authenticate_run(struct card *card, const struct apdu *apdu)
{
	const struct object *o = key_find(card, apdu->p2);
	struct piv_state *piv = &card->piv;
	uint16_t sw;

	if (!o)
		return SW_BAD_P1P2;
	blob_add(&piv->chain, apdu->data, apdu->n);
	if (piv->chain.failed || apdu->n == 0 ||
	    piv->chain.len > data_max(&o->key) ||
	    (apdu->cla == CLA_CHAIN && apdu->ne)) {
		piv_drop_chain(card);
		return SW_WRONG_LENGTH;
	}
	if (apdu->cla == CLA_CHAIN) {
		piv->chained = true;
		piv->first = *apdu;
		piv->first.data = NULL;
		return SW_OK;
	}
	sw = authenticate(
	    card, o, (struct span){piv->chain.data, piv->chain.len});
	piv_drop_chain(card);
	return sw;
}
