/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>

#include "cac/card-name.h"
#include "cac/iso7816.h"
#include "cac/piv-auth.h"
#include "cac/piv-certificate.h"
#include "cac/piv-data.h"
#include "cac/piv-edge.h"
#include "cac/piv-learn.h"
#include "cac/piv-object.h"
#include "cac/piv-spec.h"

/* The CKA_ID of the first retired key's certificate. */
#define RETIRED_ID_FIRST 5

struct piv {
	uint32_t tags[CARD_CONTAINERS_MAX];
	size_t count;
	bool pin_known; /* which one VERIFY is for */
	uint8_t pin;
};

static void
add_container(struct piv *piv, struct card_info *info, uint32_t tag, uint8_t id)
{
	struct card_container *c = &info->containers[info->count++];

	piv->tags[piv->count++] = tag;
	c->id[0] = id;
	c->id_len = 1;
}

static void
add_standard(struct piv *piv, struct card_info *info)
{
	static const struct {
		uint32_t tag;
		const char *label, *key;
	} standard[] = {
	    {PIV_AUTHENTICATION, "Certificate for PIV Authentication",
		"PIV AUTH key"},
	    {PIV_DIGITAL_SIGNATURE, "Certificate for Digital Signature",
		"SIGN key"},
	    {PIV_KEY_MANAGEMENT, "Certificate for Key Management",
		"KEY MAN key"},
	    {PIV_CARD_AUTHENTICATION, "Certificate for Card Authentication",
		"CARD AUTH key"},
	};

	for (uint8_t i = 0; i < sizeof(standard) / sizeof(standard[0]); i++) {
		struct card_container *c = &info->containers[info->count];

		(void)snprintf(
		    c->label, sizeof(c->label), "%s", standard[i].label);
		(void)snprintf(
		    c->key_label, sizeof(c->key_label), "%s", standard[i].key);
		add_container(piv, info, standard[i].tag, (uint8_t)(i + 1));
	}
}

/* The ids that are in use count in decimal digits: 05 to 09, 10 to 24. */
static void
add_retired(struct piv *piv, struct card_info *info, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct card_container *c = &info->containers[info->count];
		unsigned id = RETIRED_ID_FIRST + i;

		(void)snprintf(c->label, sizeof(c->label),
		    "Retired Certificate for Key Management %u", i + 1);
		(void)snprintf(c->key_label, sizeof(c->key_label),
		    "Retired KEY MAN %u", i + 1);
		add_container(piv, info, PIV_RETIRED_FIRST + i,
		    (uint8_t)(id / 10 << 4 | id % 10));
	}
}

static err_t
piv_probe(struct cac_io *io, struct card_info *info, void **state)
{
	bool named = info->serial[0] != '\0';
	struct piv *piv = calloc(1, sizeof(*piv));
	struct piv_learned learned = {0};
	err_t err;

	if (piv == NULL)
		return ERR_MEMORY;
	err = piv_learn(io, info, &learned);
	if (err != 0) {
		if (!named)
			memset(info->serial, 0, sizeof(info->serial));
		free(piv);
		return err;
	}
	add_standard(piv, info);
	add_retired(piv, info, learned.retired);
	piv->pin_known = learned.pin_known;
	piv->pin = learned.pin;
	*state = piv;
	return 0;
}

static err_t
piv_read_certificate(
    void *state, struct cac_io *io, size_t index, struct buf *der)
{
	const struct piv *piv = state;

	if (index >= piv->count)
		return CARD_ERR_NOT_FOUND;
	trace_text(reader_id(io->r), TRACE_CARD, '-', "read PIV object %06X",
	    (unsigned)piv->tags[index]);
	return piv_certificate_read(io, piv->tags[index],
	    index < CAC_TWINS ? &io->twins[index] : NULL, der);
}

/* The key that belongs to a certificate (part 1, table 4b). */
static uint8_t
key_of(const struct piv *piv, size_t index)
{
	uint32_t tag = piv->tags[index];

	switch (tag) {
	case PIV_AUTHENTICATION:
		return PIV_KEY_AUTHENTICATION;
	case PIV_DIGITAL_SIGNATURE:
		return PIV_KEY_DIGITAL_SIGNATURE;
	case PIV_KEY_MANAGEMENT:
		return PIV_KEY_MANAGEMENT_KEY;
	case PIV_CARD_AUTHENTICATION:
		return PIV_KEY_CARD_AUTHENTICATION;
	default:
		return (
		    uint8_t)(PIV_KEY_RETIRED_FIRST + tag - PIV_RETIRED_FIRST);
	}
}

static enum card_key_rule
piv_key_rule(const void *state, size_t index)
{
	switch (key_of(state, index)) {
	case PIV_KEY_DIGITAL_SIGNATURE:
		return CARD_KEY_PIN_ALWAYS;
	case PIV_KEY_CARD_AUTHENTICATION:
		return CARD_KEY_FREE;
	default:
		return CARD_KEY_PIN;
	}
}

/*
 * What the card itself says: a wrong guess may cost a try of another PIN.
 * End-Point CACs have no Discovery object, and the PIV PIN.
 */
static err_t
learn_pin(struct piv *piv, struct cac_io *io)
{
	struct bytes content;
	struct buf answer;
	err_t err;

	buf_init(&answer, PIV_OBJECT_MAX);
	err = piv_read_patiently(
	    io, piv_object_read, PIV_DISCOVERY, &answer, &content);
	piv->pin = err == 0 ? piv_data_pin(content) : PIV_PIN;
	if (err == CARD_ERR_EMPTY || piv_refused(err))
		err = 0;
	piv->pin_known = err == 0;
	buf_clear(&answer);
	return err;
}

/* What follows is sent once. */
static err_t
select_settled(struct cac_io *io)
{
	err_t err = piv_select(io);

	return err == 0 ? cac_io_settle(io) : err;
}

static err_t
piv_select_pin(void *state, struct cac_io *io, size_t index, enum pin_use use,
    struct pin_place *place)
{
	struct piv *piv = state;
	err_t err = piv->pin_known ? 0 : learn_pin(piv, io);

	(void)index;
	(void)use;
	*place =
	    (struct pin_place){.cla = CLA_ISO, .p2 = piv->pin, .piv = true};
	return err == 0 ? select_settled(io) : err;
}

static err_t
piv_select_key(void *state, struct cac_io *io, size_t index)
{
	(void)state;
	(void)index;
	return select_settled(io);
}

static err_t
piv_operate(void *state, struct cac_io *io, size_t index,
    const struct card_op *op, struct buf *out)
{
	return piv_auth(io, key_of(state, index), op, out);
}

const struct card_edge piv_edge = {
    .model = "PIV",
    .probe = piv_probe,
    .read_certificate = piv_read_certificate,
    .tells_tries = true,
    .key_rule = piv_key_rule,
    .select_pin = piv_select_pin,
    .select_key = piv_select_key,
    .operate = piv_operate,
    .free = free,
};
