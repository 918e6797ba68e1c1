/* SPDX-License-Identifier: BSD-2-Clause */
/* The private keys: selecting one, satisfying it, using it once. */
#include "cac/card-private.h"
#include "cac/piv-edge.h"

/* Numbers of an elliptic curve's point are led by this (SEC 1, 2.3.3). */
#define POINT_UNCOMPRESSED 0x04

#define RSA_BITS_MIN 1024
#define RSA_BITS_MAX 4096

/* One call of card_private(). */
struct use {
	struct card *card;
	struct place key;
	const struct card_op *op;
	struct bytes pin;
	struct buf *out;
	bool given;	  /* the PIN, in this attempt */
	bool right;	  /* and the card has said so */
	bool astray;	  /* the applet that was selected had been lost */
	bool cut;	  /* the key's own commands were disturbed */
	unsigned selects; /* of the conversation, when the attempt began */
};

enum card_key_rule
card_key_rule(const struct card *card, size_t index)
{
	const struct part *part = card->parts;
	size_t i;

	if (index >= card->info.count)
		return CARD_KEY_PIN;
	i = card->order[index];
	while (i >= part->first + part->count)
		part++;
	return part->edge->key_rule(part->state, i - part->first);
}

static enum card_key_rule
rule_of(const struct use *u)
{
	return u->key.part->edge->key_rule(u->key.part->state, u->key.index);
}

static bool
is_possible(const struct card_op *op)
{
	size_t n = op->bits / 8;

	if (op->kind == CARD_OP_RSA)
		return op->bits >= RSA_BITS_MIN && op->bits <= RSA_BITS_MAX &&
		    op->bits % 8 == 0 && op->in.n == n;
	if (op->bits != 256 && op->bits != 384)
		return false;
	if (op->kind == CARD_OP_ECDSA)
		return op->in.n == n;
	return op->in.n == 1 + 2 * n && op->in.p[0] == POINT_UNCOMPRESSED;
}

static bool
may_give_pin(const struct use *u)
{
	return u->pin.n > 0 && !u->given && !u->card->pin_spoilt &&
	    rule_of(u) != CARD_KEY_FREE;
}

static bool
wants_pin_first(const struct use *u)
{
	if (!may_give_pin(u))
		return false;
	return rule_of(u) == CARD_KEY_PIN_ALWAYS
	    ? !card_pin_fresh(u->card, u->key.part)
	    : card_pin_lost(u->card, u->key.part);
}

static err_t
give_pin(struct use *u)
{
	err_t err;

	u->given = true;
	err = card_give_pin(u->card, u->key, u->pin);
	u->right = err == 0;
	if (err == CARD_ERR_PIN_WRONG || err == CARD_ERR_PIN_BLOCKED)
		u->card->pin_spoilt = true;
	return err;
}

/* A refusal is believed when the applet was surely selected. */
static err_t
select_key(struct use *u)
{
	const struct card_edge *edge = u->key.part->edge;
	struct cac_io *io = &u->card->io;
	bool doubted = io->selection == CAC_SELECTED_NONE;
	err_t err = edge->select_key(u->key.part->state, io, u->key.index);

	if ((err == CARD_ERR_NOT_FOUND || err == CARD_ERR_STATUS) && !doubted) {
		io->selection = CAC_SELECTED_NONE;
		err = edge->select_key(u->key.part->state, io, u->key.index);
		u->astray = u->astray || err == 0;
	}
	if (err == CARD_ERR_NOT_FOUND ||
	    (err == CARD_ERR_STATUS && cac_not_here(io->sw)))
		return CARD_ERR_NO_KEY;
	return err;
}

/* Resets are no harm before the PIN was given. */
static err_t
select_patiently(struct use *u)
{
	err_t err = READER_ERR_RESET;

	for (unsigned n = 0; n < CAC_RESTARTS_MAX; n++) {
		err = select_key(u);
		if (err != READER_ERR_RESET || u->given)
			break;
	}
	return err;
}

/*
 * The key selected, and the PIN given where that is known to be needed: the
 * SELECT may have cost it, and there is no PIN for a key that is not there.
 */
static err_t
prepare(struct use *u)
{
	err_t err = select_patiently(u);

	if (err != 0 || !wants_pin_first(u))
		return err;
	err = give_pin(u);
	return err == 0 ? select_key(u) : err;
}

/* On the line, in the reader or on the bus; card and reader are still there. */
static bool
is_disturbance(err_t err)
{
	return err >= USB_ERR_GONE && err < CARD_ERR_UNKNOWN &&
	    err != USB_ERR_GONE && err != USB_ERR_BUSY &&
	    err != USB_ERR_ACCESS && err != CCID_ERR_NO_CARD &&
	    err != READER_ERR_CHANGED;
}

static err_t
operate(struct use *u)
{
	err_t err = u->key.part->edge->operate(
	    u->key.part->state, &u->card->io, u->key.index, u->op, u->out);

	u->cut = is_disturbance(err);
	return err;
}

/* The key's own applet decides what is there, not one selected by others. */
static err_t
operate_surely(struct use *u)
{
	err_t err = operate(u);

	if (err != CARD_ERR_NO_KEY || u->card->io.selects != u->selects)
		return err;
	u->card->io.selection = CAC_SELECTED_NONE;
	u->astray = true;
	err = prepare(u);
	return err == 0 ? operate(u) : err;
}

/* The CAC applets take it from PIV (NIST SP 800-73-4, part 2, 3.1.1). */
static bool
is_known_to_drop(const struct use *u)
{
	return u->key.part->edge == &piv_edge && u->card->part_count > 1;
}

/*
 * A reset that nobody has reported costs the login as well, and says nothing
 * about SELECT: it shows by an applet that was lost, or happens once.
 */
static void
learn_refusal(struct use *u)
{
	struct pin_domain *pin = &u->key.part->pin;

	if (rule_of(u) != CARD_KEY_PIN || u->given)
		return;
	if (u->astray) {
		card_forget_pin(u->card);
	} else if (!pin->verified ||
	    pin->memory != reader_memory(u->card->io.r)) {
		pin->apart = true;
	} else if (pin->selects != u->card->io.selects) {
		pin->dropped |= pin->suspected || is_known_to_drop(u);
		pin->suspected = true;
	}
	pin->verified = false;
}

static void
learn_success(struct use *u)
{
	struct pin_domain *pin = &u->key.part->pin;

	if (rule_of(u) != CARD_KEY_PIN)
		return;
	if (!u->given && pin->selects != u->card->io.selects)
		pin->suspected = false;
	pin->verified = true;
	pin->memory = reader_memory(u->card->io.r);
	pin->selects = u->card->io.selects;
	pin->at = u->key.index;
}

static err_t
use_key(struct use *u)
{
	err_t err;

	if (u->key.part->edge->rsa_only && u->op->kind != CARD_OP_RSA)
		return CARD_ERR_NO_KEY;
	err = prepare(u);
	if (err == 0)
		err = operate_surely(u);
	if (err == CARD_ERR_NOT_VERIFIED) {
		learn_refusal(u);
		if (may_give_pin(u)) {
			err = give_pin(u);
			if (err == 0)
				err = select_key(u);
			if (err == 0)
				err = operate(u);
		}
	}
	/* The right PIN was just given: it is not what the card misses. */
	if (err == CARD_ERR_NOT_VERIFIED && u->given)
		err = CARD_ERR_STATUS;
	if (err == 0)
		learn_success(u);
	return err;
}

/*
 * No command of this is ever replayed; but made as a whole once more a use of
 * a key costs nothing, where the holder's consent is not for one use alone. Who
 * does not know whether the card has taken a PIN stops; and what can be
 * replayed was.
 */
static err_t
use_key_again(struct use *u, err_t why)
{
	if (!(u->cut || why == READER_ERR_RESET) ||
	    rule_of(u) == CARD_KEY_PIN_ALWAYS || (u->given && !u->right))
		return why;
	trace_text(reader_id(u->card->io.r), TRACE_CARD, '-',
	    "use the key again after %s", err_name(why));
	u->given = u->right = u->astray = u->cut = false;
	u->selects = u->card->io.selects;
	u->card->io.selection = CAC_SELECTED_NONE;
	reader_new_object(u->card->io.r);
	return use_key(u);
}

static bool
aim(struct use *u, size_t index)
{
	struct card *card = u->card;

	if (index >= card->info.count)
		return false;
	u->key = card_place(card, index);
	u->selects = card->io.selects;
	u->astray = u->cut = false;
	trace_text(reader_id(card->io.r), TRACE_CARD, '-', "use the key of %s",
	    card_container(card, index)->label);
	return true;
}

/* A container of another part with the same certificate, thus the same key. */
static size_t
find_twin(struct card *card, size_t index)
{
	const struct part *part = card_place(card, index).part;
	struct bytes der = buf_bytes(&card->known[index].der);
	size_t i = 0;

	if (der.n == 0)
		return card->info.count;
	while (i < card->info.count &&
	    (card_place(card, i).part == part ||
		!bytes_equal(buf_bytes(&card->known[i].der), der)))
		i++;
	return i;
}

err_t
card_private(struct card *card, size_t index, const struct card_op *op,
    struct bytes pin, struct deadline until, struct buf *out)
{
	struct use u = {.card = card, .op = op, .pin = pin, .out = out};
	err_t err = CARD_ERR_NO_KEY;

	if (!is_possible(op))
		return CARD_ERR_INPUT;
	card_resume(card, until);
	if (aim(&u, index))
		err = use_key(&u);
	/* An applet may be without the key that PIV has. */
	if (err == CARD_ERR_NO_KEY && index < card->info.count &&
	    aim(&u, find_twin(card, index)))
		err = use_key(&u);
	if (err != 0)
		err = use_key_again(&u, err);
	trace_text(reader_id(card->io.r), TRACE_CARD, '-', "private key: %s",
	    err == 0 ? "used" : err_name(err));
	return err;
}
