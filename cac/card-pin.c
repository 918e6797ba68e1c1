/* SPDX-License-Identifier: BSD-2-Clause */
/* What the card knows about its PIN, and telling it. */
#include "cac/cac2-edge.h"
#include "cac/card-private.h"
#include "cac/iso7816.h"
#include "cac/pin.h"
#include "cac/piv-edge.h"

#define BLOCKS_MAX (2 * PIN_BLOCK)

/*
 * A PIN command is sent a second time only when the first has met an applet
 * that does not know it: no try was counted.
 */
#define SENDINGS_MAX 2

/* One VERIFY or CHANGE REFERENCE DATA. */
struct request {
	enum pin_use use;
	bool pad;
	struct bytes blocks; /* not from the pad */
};

void
card_resume(struct card *card, struct deadline until)
{
	card->io.until = until;
	cac_io_resume(&card->io);
	reader_new_object(card->io.r);
}

static bool
is_verified(const struct card *card, const struct part *part)
{
	return part->pin.verified &&
	    part->pin.memory == reader_memory(card->io.r);
}

bool
card_pin_lost(const struct card *card, const struct part *part)
{
	if (is_verified(card, part))
		return part->pin.dropped &&
		    part->pin.selects != card->io.selects;
	/* One VERIFY may do for both. */
	for (size_t i = 0; i < card->part_count && !part->pin.apart; i++)
		if (is_verified(card, &card->parts[i]))
			return false;
	return true;
}

bool
card_pin_fresh(const struct card *card, const struct part *part)
{
	return is_verified(card, part) &&
	    part->pin.commands == card->io.commands &&
	    card->io.selection != CAC_SELECTED_NONE;
}

static err_t
select_place(struct card *card, struct place key, enum pin_use use,
    struct pin_place *place)
{
	err_t err = READER_ERR_RESET;

	*place = (struct pin_place){.cla = CLA_ISO};
	for (unsigned n = 0; n < CAC_RESTARTS_MAX; n++) {
		err = key.data != NULL
		    ? cac_select(&card->io, key.data)
		    : key.part->edge->select_pin(
			  key.part->state, &card->io, key.index, use, place);
		if (err != READER_ERR_RESET)
			break;
	}
	return err == CARD_ERR_NOT_FOUND ? CARD_ERR_STATUS : err;
}

/* Whether a pad's error says that the card has seen nothing. */
static bool
is_unsent(err_t err)
{
	return err == CCID_ERR_PIN_TIMEOUT || err == CCID_ERR_PIN_CANCELLED ||
	    err == CCID_ERR_UNSUPPORTED || err == READER_ERR_COMMAND;
}

static void
note_tries(struct card *card, unsigned tries, bool asked)
{
	card->count = (struct pin_count){
	    .known = tries != CARD_TRIES_UNKNOWN,
	    .tries = tries,
	    .asked = asked || tries != CARD_TRIES_UNKNOWN,
	    .memory = reader_memory(card->io.r),
	};
}

static void
note_verified(struct card *card, struct part *part)
{
	part->pin.verified = true;
	part->pin.memory = reader_memory(card->io.r);
	part->pin.selects = card->io.selects;
	part->pin.commands = card->io.commands;
}

void
card_forget_pin(struct card *card)
{
	for (size_t i = 0; i < card->part_count; i++)
		card->parts[i].pin.verified = false;
}

static void
note(struct card *card, struct part *part, enum pin_use use,
    const struct pin_verdict *verdict)
{
	part->pin.verified = false;
	if (use == PIN_CHANGE)
		card_forget_pin(card);
	else if (verdict->err == 0)
		note_verified(card, part);
	if (verdict->err == CARD_ERR_PIN_REFUSED || verdict->misplaced)
		return;
	note_tries(card, verdict->tries, false);
}

static err_t
send_to(struct card *card, const struct pin_place *place,
    const struct request *request)
{
	return request->pad
	    ? pin_send_from_pad(&card->io, place, request->use)
	    : pin_send(&card->io, place, request->use, request->blocks);
}

/*
 * Select and send, until the right applet has looked at it. A pad is used once:
 * nobody likes to type twice. Cards of class 80 are remembered.
 */
static err_t
send_request(struct card *card, struct place key, const struct request *request,
    struct pin_verdict *verdict)
{
	struct cac_io *io = &card->io;
	uint8_t flip = request->use == PIN_VERIFY ? io->pin_cla : 0;
	unsigned sendings = request->pad ? 1 : SENDINGS_MAX;
	err_t err = 0;

	*verdict = (struct pin_verdict){.misplaced = true};
	for (unsigned n = 0; n < sendings && verdict->misplaced; n++) {
		struct pin_place place;

		if (n > 0 || request->pad)
			io->selection = CAC_SELECTED_NONE;
		err = select_place(card, key, request->use, &place);
		if (err != 0)
			return err;
		if (!place.piv)
			place.cla ^= flip;
		err = send_to(card, &place, request);
		if (err != 0)
			break;
		*verdict = pin_judge(io->sw, &place, request->use);
		if (io->sw == SW_CLA_UNKNOWN && !place.piv)
			flip ^= GSCIS_CLA;
		else if (verdict->misplaced)
			key.data = NULL;
	}
	if (err == 0 && request->use == PIN_VERIFY)
		io->pin_cla = flip;
	/* Nobody knows whether it was counted. */
	if (err != 0 && !is_unsent(err))
		note(card, key.part, request->use,
		    &(struct pin_verdict){err, CARD_TRIES_UNKNOWN, false});
	return err;
}

static err_t
give(struct card *card, struct place key, const struct request *request)
{
	struct pin_verdict verdict;
	err_t err;

	if (key.data == NULL)
		key.part->pin.at = key.index;
	err = send_request(card, key, request, &verdict);
	if (err == 0) {
		pin_recount(card->io.sw, &card->counts, &verdict);
		note(card, key.part, request->use, &verdict);
		err = verdict.err;
	}
	trace_text(reader_id(card->io.r), TRACE_CARD, '-', "PIN of %s: %s",
	    key.part->edge->model, err == 0 ? "right" : err_name(err));
	return err;
}

err_t
card_give_pin(struct card *card, struct place key, struct bytes pin)
{
	uint8_t room[PIN_BLOCK];
	struct buf block = {
	    .p = room, .room = sizeof(room), .cap = sizeof(room)};
	err_t err = pin_block(pin, CARD_PIN_MIN, &block);

	if (err == 0)
		err = give(card, key,
		    &(struct request){PIN_VERIFY, false, buf_bytes(&block)});
	explicit_bzero(room, sizeof(room));
	return err;
}

/* Of an index that is no container's: the first key's. */
static struct place
find_place(struct card *card, size_t index)
{
	return card_place(card, index < card->info.count ? index : 0);
}

err_t
card_login(
    struct card *card, size_t index, struct bytes pin, struct deadline until)
{
	err_t err;

	card_resume(card, until);
	err = card_give_pin(card, find_place(card, index), pin);
	if (err == 0)
		card->pin_spoilt = false;
	return err;
}

err_t
card_login_on_pad(struct card *card, size_t index, struct deadline until)
{
	card_resume(card, until);
	return give(card, find_place(card, index),
	    &(struct request){PIN_VERIFY, .pad = true});
}

/*
 * The PIN is one, whatever part it is changed in. In the CAC applets, where a
 * card has them, it is what issuers' middleware has always changed there.
 */
static err_t
change(struct card *card, const struct request *request, struct deadline until)
{
	card_resume(card, until);
	return give(card, (struct place){.part = &card->parts[0]}, request);
}

err_t
card_change_pin(struct card *card, struct bytes old, struct bytes new,
    struct deadline until)
{
	uint8_t room[BLOCKS_MAX];
	struct buf blocks = {
	    .p = room, .room = sizeof(room), .cap = sizeof(room)};
	err_t err = pin_block(old, CARD_PIN_MIN, &blocks);

	if (err == 0)
		err = pin_block(new, CARD_PIN_NEW_MIN, &blocks);
	if (err == 0)
		err = change(card,
		    &(struct request){PIN_CHANGE, false, buf_bytes(&blocks)},
		    until);
	explicit_bzero(room, sizeof(room));
	return err;
}

err_t
card_change_pin_on_pad(struct card *card, struct deadline until)
{
	return change(card, &(struct request){PIN_CHANGE, .pad = true}, until);
}

err_t
card_logout(struct card *card, struct deadline until)
{
	card_forget_pin(card);
	card->io.selection = CAC_SELECTED_NONE;
	return reader_reset_card(card->io.r, until);
}

unsigned
card_pin_tries(const struct card *card)
{
	return card->count.known ? card->count.tries : CARD_TRIES_UNKNOWN;
}

/* Where no SELECT is needed, which might cost a login; else the first. */
static struct part *
find_telling(struct card *card)
{
	bool piv = card->io.selection == CAC_SELECTED_PIV;
	struct part *found = NULL;

	for (size_t i = 0; i < card->part_count; i++) {
		struct part *part = &card->parts[i];

		if (part->edge->tells_tries &&
		    (found == NULL || (piv && part->edge == &piv_edge)))
			found = part;
	}
	return found;
}

static err_t
ask_at(struct card *card, struct place key, struct pin_verdict *verdict)
{
	struct pin_place place;
	err_t err = select_place(card, key, PIN_ASK, &place);

	if (err == 0)
		err =
		    pin_send(&card->io, &place, PIN_VERIFY, bytes_of(NULL, 0));
	if (err == 0)
		*verdict = pin_judge(card->io.sw, &place, PIN_VERIFY);
	return err;
}

/* Of these cards each applet with the RID of the CAC knows the PIN. */
static bool
is_asked_anywhere(const struct card *card, const struct part *part)
{
	static const uint8_t rid[] = GSCIS_RID_DOD;
	const struct cac_io *io = &card->io;

	return part->edge == &cac2_edge &&
	    (io->selection == CAC_SELECTED_APPLET ||
		io->selection == CAC_SELECTED_ALL) &&
	    memcmp(io->selected.aid, rid, sizeof(rid)) == 0;
}

static err_t
ask(struct card *card, struct part *part)
{
	const struct cac_path selected = card->io.selected;
	struct place key = {.part = part, .index = part->pin.at};
	struct pin_verdict verdict;
	err_t err;

	if (is_asked_anywhere(card, part))
		key.data = &selected;
	err = ask_at(card, key, &verdict);
	if (err == 0 && verdict.misplaced && key.data != NULL) {
		key.data = NULL;
		err = ask_at(card, key, &verdict);
	}
	if (err != 0)
		return err;
	if (verdict.err == 0)
		note_verified(card, part);
	if (verdict.err == 0 || verdict.tries != CARD_TRIES_UNKNOWN)
		note_tries(card, verdict.tries, true);
	return 0;
}

/* Some cards count even this: never again before something has changed. */
err_t
card_ask_pin_tries(struct card *card, struct deadline until)
{
	struct part *part;
	err_t err = 0;

	card_resume(card, until);
	part = find_telling(card);
	if (part != NULL &&
	    (!card->count.asked ||
		card->count.memory != reader_memory(card->io.r))) {
		card->count.asked = true;
		card->count.memory = reader_memory(card->io.r);
		err = ask(card, part);
	}
	if (err == 0 && !card->count.known)
		err = CARD_ERR_STATUS;
	return err;
}

bool
card_ask_pin_tries_first(const struct card *card)
{
	return card->io.selection == CAC_SELECTED_PIV && !card->io.left;
}
