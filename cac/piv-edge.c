/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>

#include "cac/card-name.h"
#include "cac/piv-data.h"
#include "cac/piv-edge.h"
#include "cac/piv-object.h"
#include "cac/piv-spec.h"

/*
 * Retired certificates that Key History does not name are looked for one after
 * the other, until two in a row are absent: that is all it costs on cards
 * without any.
 */
#define RETIRED_ABSENT_MAX 2

/* The CKA_ID of the first retired key's certificate. */
#define RETIRED_ID_FIRST 5

struct piv {
	uint32_t tags[CARD_CONTAINERS_MAX];
	size_t count;
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
		const char *label;
	} standard[] = {
	    {PIV_AUTHENTICATION, "Certificate for PIV Authentication"},
	    {PIV_DIGITAL_SIGNATURE, "Certificate for Digital Signature"},
	    {PIV_KEY_MANAGEMENT, "Certificate for Key Management"},
	    {PIV_CARD_AUTHENTICATION, "Certificate for Card Authentication"},
	};

	for (uint8_t i = 0; i < sizeof(standard) / sizeof(standard[0]); i++) {
		char *label = info->containers[info->count].label;

		(void)snprintf(label, sizeof(info->containers[0].label), "%s",
		    standard[i].label);
		add_container(piv, info, standard[i].tag, (uint8_t)(i + 1));
	}
}

/* The ids that are in use count in decimal digits: 05 to 09, 10 to 24. */
static void
add_retired(struct piv *piv, struct card_info *info, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char *label = info->containers[info->count].label;
		unsigned id = RETIRED_ID_FIRST + i;

		(void)snprintf(label, sizeof(info->containers[0].label),
		    "Retired Certificate for Key Management %u", i + 1);
		add_container(piv, info, PIV_RETIRED_FIRST + i,
		    (uint8_t)(id / 10 << 4 | id % 10));
	}
}

/* Whether an answer says nothing for sure: a disturbed line may be behind. */
static bool
unclear(const struct cac_io *io, err_t err, const struct buf *answer)
{
	if (err == CARD_ERR_DATA)
		return answer->n > 0;
	return err == CARD_ERR_STATUS && !cac_not_here(io->sw);
}

static err_t
select_patiently(struct cac_io *io)
{
	bool doubted = false;
	err_t err = READER_ERR_RESET;

	reader_new_object(io->r);
	for (unsigned n = 0; n < CAC_RESTARTS_MAX; n++) {
		err = piv_select(io);
		if (err == CARD_ERR_STATUS && !cac_not_here(io->sw) && !doubted)
			doubted = true;
		else if (err != READER_ERR_RESET)
			break;
	}
	if (err == CARD_ERR_STATUS || err == CARD_ERR_NOT_FOUND)
		err = CARD_ERR_UNKNOWN;
	return err;
}

typedef err_t (*object_read)(
    struct cac_io *io, uint32_t tag, struct buf *out, struct bytes *content);

/* What is unclear twice is the card's own way of saying no. */
static err_t
read_patiently(struct cac_io *io, object_read read, uint32_t tag,
    struct buf *answer, struct bytes *content)
{
	err_t err;

	buf_truncate(answer, 0);
	err = read(io, tag, answer, content);
	if (unclear(io, err, answer)) {
		buf_truncate(answer, 0);
		err = read(io, tag, answer, content);
	}
	return err;
}

/* The card says that it has no such object, or is not understood. */
static bool
refused(err_t err)
{
	return err == CARD_ERR_NOT_FOUND || err == CARD_ERR_STATUS ||
	    err == CARD_ERR_DATA;
}

static void
name_card(struct card_info *info, uint32_t tag, struct bytes content)
{
	struct bytes id = bytes_of(NULL, 0), prefix;

	if (info->serial[0] != '\0')
		return;
	if (tag == PIV_CHUID)
		id = piv_data_chuid_id(content);
	else if (tag == PIV_CCC)
		id = piv_data_find(content, CCC_TAG_CARD_IDENTIFIER);
	if (tag == PIV_CCC && !bytes_take(&id, CCC_CARD_ID_OFFSET, &prefix))
		return;
	card_name_serial(info, id);
}

/*
 * Some cards answer 9000 to SELECT and stay in another applet: only an object
 * proves that it is PIV. The CHUID may be long, because it is signed: where
 * the card has a name already, the CCC comes first.
 */
static err_t
identify(struct cac_io *io, struct card_info *info, struct buf *answer)
{
	static const uint32_t nameless[] = {PIV_CHUID, PIV_CCC, PIV_DISCOVERY};
	static const uint32_t named[] = {PIV_CCC, PIV_CHUID, PIV_DISCOVERY};
	const uint32_t *tags = info->serial[0] == '\0' ? nameless : named;
	bool proven = false;

	for (unsigned i = 0; i < 3; i++) {
		struct bytes content;
		err_t err;

		if (proven &&
		    (info->serial[0] != '\0' || tags[i] == PIV_DISCOVERY))
			break;
		err = read_patiently(io,
		    proven ? piv_object_read : piv_object_ask, tags[i], answer,
		    &content);
		if (err == 0)
			name_card(info, tags[i], content);
		else if (err != CARD_ERR_EMPTY && !refused(err))
			return err;
		proven = proven || err == 0 || err == CARD_ERR_EMPTY;
	}
	return proven ? 0 : CARD_ERR_UNKNOWN;
}

/* How many retired certificates there are to read, at most. */
static err_t
count_retired(struct cac_io *io, struct buf *answer, unsigned *count)
{
	struct bytes content;
	unsigned absent = 0;
	err_t err = read_patiently(
	    io, piv_object_read, PIV_KEY_HISTORY, answer, &content);

	*count = err == 0 ? piv_data_retired(content) : 0;
	if (err != 0 && err != CARD_ERR_EMPTY && !refused(err))
		return err;
	if (*count > 0)
		return 0;
	for (unsigned i = 0;
	     i < PIV_RETIRED_COUNT && absent < RETIRED_ABSENT_MAX; i++) {
		err = read_patiently(io, piv_object_read, PIV_RETIRED_FIRST + i,
		    answer, &content);
		if (err == 0 || err == CARD_ERR_DATA) {
			*count = i + 1;
			absent = 0;
		} else if (err == CARD_ERR_EMPTY || refused(err)) {
			absent++;
		} else {
			return err;
		}
	}
	return 0;
}

static err_t
learn(struct cac_io *io, struct card_info *info, unsigned *retired)
{
	struct buf answer;
	err_t err = select_patiently(io);

	buf_init(&answer, PIV_OBJECT_MAX);
	if (err == 0)
		err = identify(io, info, &answer);
	if (err == 0)
		err = count_retired(io, &answer, retired);
	buf_clear(&answer);
	return err;
}

static err_t
piv_probe(struct cac_io *io, struct card_info *info, void **state)
{
	bool named = info->serial[0] != '\0';
	struct piv *piv = calloc(1, sizeof(*piv));
	unsigned retired = 0;
	err_t err;

	if (piv == NULL)
		return ERR_MEMORY;
	err = learn(io, info, &retired);
	if (err != 0) {
		if (!named)
			memset(info->serial, 0, sizeof(info->serial));
		free(piv);
		return err;
	}
	add_standard(piv, info);
	add_retired(piv, info, retired);
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
	return piv_certificate_read(io, piv->tags[index], der);
}

const struct card_edge piv_edge = {
    .model = "PIV",
    .probe = piv_probe,
    .read_certificate = piv_read_certificate,
    .free = free,
};
