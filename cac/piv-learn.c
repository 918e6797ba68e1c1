/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/card-name.h"
#include "cac/piv-data.h"
#include "cac/piv-learn.h"
#include "cac/piv-spec.h"

/*
 * Retired certificates that Key History does not name are looked for one after
 * the other, until two in a row are absent: that is all it costs on cards
 * without any.
 */
#define RETIRED_ABSENT_MAX 2

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

err_t
piv_read_patiently(struct cac_io *io, piv_object_reading read, uint32_t tag,
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

bool
piv_refused(err_t err)
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

/* Whether a CHUID's first bytes leave out what may name the card. */
static bool
is_unnamed(uint32_t tag, const struct buf *answer, struct bytes content)
{
	return tag == PIV_CHUID && answer->n == PIV_CHUID_BEGIN &&
	    piv_data_find(content, CHUID_TAG_GUID).n == 0;
}

static err_t
read_identity(struct cac_io *io, uint32_t tag, bool proven, struct buf *answer,
    struct bytes *content)
{
	piv_object_reading read = proven ? piv_object_read : piv_object_ask;
	err_t err;

	if (tag == PIV_CHUID)
		read = proven ? piv_chuid_read : piv_chuid_ask;
	err = piv_read_patiently(io, read, tag, answer, content);
	if (err == 0 && is_unnamed(tag, answer, *content))
		err = piv_read_patiently(
		    io, piv_object_read, tag, answer, content);
	return err;
}

static void
learn_pin(struct bytes discovery, struct piv_learned *out)
{
	out->pin_known = true;
	out->pin = piv_data_pin(discovery);
}

/*
 * Some cards answer 9000 to SELECT and stay in another applet: only an object
 * proves that it is PIV. One that has its name already gives the object that
 * tells of its PIN, if there is one.
 */
static err_t
identify(struct cac_io *io, struct card_info *info, struct buf *answer,
    struct piv_learned *out)
{
	static const uint32_t unnamed[] = {PIV_CHUID, PIV_CCC, PIV_DISCOVERY},
			      named[] = {PIV_DISCOVERY, PIV_CHUID, PIV_CCC};
	bool known = info->serial[0] != '\0', proven = false;
	const uint32_t *tags = known ? named : unnamed;

	for (unsigned i = 0; i < 3; i++) {
		struct bytes content;
		err_t err;

		if (proven &&
		    (info->serial[0] != '\0' || tags[i] == PIV_DISCOVERY))
			break;
		err = read_identity(io, tags[i], proven, answer, &content);
		if (err == 0)
			name_card(info, tags[i], content);
		else if (err != CARD_ERR_EMPTY && !piv_refused(err))
			return err;
		if (err == 0 && tags[i] == PIV_DISCOVERY)
			learn_pin(content, out);
		proven = proven || err == 0 || err == CARD_ERR_EMPTY;
	}
	return proven ? 0 : CARD_ERR_UNKNOWN;
}

/*
 * How many retired certificates there are to read, at most. *absent: objects
 * were found missing on the way.
 */
static err_t
count_by(struct cac_io *io, piv_object_reading read, struct buf *answer,
    unsigned *count, unsigned *absent)
{
	struct bytes content;
	unsigned gap = 0;
	err_t err =
	    piv_read_patiently(io, read, PIV_KEY_HISTORY, answer, &content);

	*absent = err != 0;
	*count = err == 0 ? piv_data_retired(content) : 0;
	if (err != 0 && err != CARD_ERR_EMPTY && !piv_refused(err))
		return err;
	if (*count > 0)
		return 0;
	for (unsigned i = 0; i < PIV_RETIRED_COUNT && gap < RETIRED_ABSENT_MAX;
	     i++) {
		err = piv_read_patiently(
		    io, read, PIV_RETIRED_FIRST + i, answer, &content);
		if (err == 0 || err == CARD_ERR_DATA) {
			*count = i + 1;
			gap = 0;
		} else if (err == CARD_ERR_EMPTY || piv_refused(err)) {
			gap++;
			++*absent;
		} else {
			return err;
		}
	}
	return 0;
}

/*
 * Another application, selected behind our back, has none of these objects
 * either. An object that is there, read behind them without another SELECT,
 * proves them all missing.
 *
 * On a card that is known to be ours that object is the one that proves PIV. If
 * it is another than Discovery, that one is missing, too.
 */
static err_t
learn_of_known(struct cac_io *io, struct card_info *info, struct buf *answer,
    struct piv_learned *out)
{
	unsigned selects = io->selects, absent;
	err_t err =
	    count_by(io, piv_object_ask, answer, &out->retired, &absent);

	if (err == 0)
		err = identify(io, info, answer, out);
	if (err == 0 && io->selects == selects && !out->pin_known) {
		out->pin_known = true;
		out->pin = PIV_PIN;
	}
	if (err != 0 || absent == 0 || io->selects == selects)
		return err;
	return count_by(io, piv_object_read, answer, &out->retired, &absent);
}

/* Of an unknown one PIV is to be proved before anything else. */
static err_t
learn_of_unknown(struct cac_io *io, struct card_info *info, struct buf *answer,
    struct piv_learned *out)
{
	unsigned selects, absent = 0;
	struct bytes content;
	err_t err = identify(io, info, answer, out);

	selects = io->selects;
	if (err == 0)
		err = count_by(
		    io, piv_object_ask, answer, &out->retired, &absent);
	if (err != 0 || absent == 0)
		return err;
	buf_truncate(answer, 0);
	if (piv_object_ask(io, PIV_DISCOVERY, answer, &content) == 0 &&
	    io->selects == selects) {
		learn_pin(content, out);
		return 0;
	}
	return count_by(io, piv_object_read, answer, &out->retired, &absent);
}

err_t
piv_learn(struct cac_io *io, struct card_info *info, struct piv_learned *out)
{
	bool known = info->serial[0] != '\0';
	struct buf answer;
	err_t err = select_patiently(io);

	buf_init(&answer, PIV_OBJECT_MAX);
	if (err == 0)
		err = known ? learn_of_known(io, info, &answer, out)
			    : learn_of_unknown(io, info, &answer, out);
	buf_clear(&answer);
	return err;
}
