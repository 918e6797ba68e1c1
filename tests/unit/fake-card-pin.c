/* SPDX-License-Identifier: BSD-2-Clause */
/* The PIN and the keys of the card in memory. */
#include <assert.h>
#include <string.h>

#include "tests/unit/fake-card-private.h"
#include "tests/unit/fake-readers.h"

static bool
possible(struct bytes pin, size_t min)
{
	if (pin.n < min || pin.n > CARD_PIN_MAX)
		return false;
	for (size_t i = 0; i < pin.n; i++)
		if (pin.p[i] < '0' || pin.p[i] > '9')
			return false;
	return true;
}

static void
keep(char *room, struct bytes pin)
{
	memcpy(room, pin.p, pin.n);
	room[pin.n] = '\0';
}

static bool
blocked(const struct fake_card *fake)
{
	return fake->tries_max > 0 &&
	    atomic_load(&fake->wrong) >= fake->tries_max;
}

/* One VERIFY at the card. */
static err_t
judge(struct fake_card *fake, struct bytes pin)
{
	keep(fake->last_pin, pin);
	fake_card_forget(fake);
	if (fake->login_error != 0)
		return fake->login_error;
	if (blocked(fake))
		return CARD_ERR_PIN_BLOCKED;
	if (fake->pin != NULL &&
	    !bytes_equal(bytes_of(fake->pin, strlen(fake->pin)), pin)) {
		atomic_fetch_add(&fake->wrong, 1);
		return blocked(fake) ? CARD_ERR_PIN_BLOCKED
				     : CARD_ERR_PIN_WRONG;
	}
	atomic_store(&fake->wrong, 0);
	atomic_store(&fake->verified, true);
	atomic_store(&fake->fresh, true);
	return 0;
}

static err_t
reach(struct card *card, struct deadline until)
{
	assert(!deadline_passed(until));
	return fake_reader_card(card->reader) == card->fake ? 0
							    : CCID_ERR_NO_CARD;
}

unsigned
card_pin_tries(const struct card *card)
{
	const struct fake_card *fake = card->fake;

	return fake->tries_max == 0
	    ? CARD_TRIES_UNKNOWN
	    : fake->tries_max - atomic_load(&fake->wrong);
}

err_t
card_ask_pin_tries(struct card *card, struct deadline until)
{
	err_t err = reach(card, until);

	if (err != 0)
		return err;
	atomic_fetch_add(&card->fake->asks, 1);
	if (card->fake->tries_error != 0)
		return card->fake->tries_error;
	return card->fake->tries_max == 0 ? CARD_ERR_STATUS : 0;
}

bool
card_ask_pin_tries_first(const struct card *card)
{
	return card->fake->ask_first;
}

enum card_key_rule
card_key_rule(const struct card *card, size_t index)
{
	assert(index < card->fake->count);
	return card->fake->containers[index].rule;
}

err_t
card_login(
    struct card *card, size_t index, struct bytes pin, struct deadline until)
{
	err_t err;

	if (!possible(pin, CARD_PIN_MIN))
		return CARD_ERR_PIN_REFUSED;
	err = reach(card, until);
	if (err != 0)
		return err;
	atomic_fetch_add(&card->fake->logins, 1);
	card->fake->login_index = index;
	return judge(card->fake, pin);
}

err_t
card_login_on_pad(struct card *card, size_t index, struct deadline until)
{
	const char *typed = card->fake->pad_pin;
	err_t err = reach(card, until);

	if (err != 0)
		return err;
	if (card->fake->pad_error != 0)
		return card->fake->pad_error;
	if (typed == NULL)
		return CCID_ERR_UNSUPPORTED;
	atomic_fetch_add(&card->fake->pad_logins, 1);
	card->fake->login_index = index;
	return judge(card->fake, bytes_of(typed, strlen(typed)));
}

static err_t
change(struct fake_card *fake, struct bytes old, struct bytes new)
{
	err_t err;

	atomic_fetch_add(&fake->changes, 1);
	if (fake->change_error != 0)
		return fake->change_error;
	err = judge(fake, old);
	fake_card_forget(fake);
	if (err != 0)
		return err;
	keep(fake->changed_pin, new);
	fake->pin = fake->changed_pin;
	return 0;
}

err_t
card_change_pin(struct card *card, struct bytes old, struct bytes new,
    struct deadline until)
{
	err_t err;

	if (!possible(old, CARD_PIN_MIN) || !possible(new, CARD_PIN_NEW_MIN))
		return CARD_ERR_PIN_REFUSED;
	err = reach(card, until);
	return err == 0 ? change(card->fake, old, new) : err;
}

err_t
card_change_pin_on_pad(struct card *card, struct deadline until)
{
	const char *old = card->fake->pad_pin, *new = card->fake->pad_new_pin;
	err_t err = reach(card, until);

	if (err != 0 || card->fake->pad_error != 0)
		return err != 0 ? err : card->fake->pad_error;
	if (old == NULL || new == NULL)
		return CCID_ERR_UNSUPPORTED;
	return change(
	    card->fake, bytes_of(old, strlen(old)), bytes_of(new, strlen(new)));
}

err_t
card_logout(struct card *card, struct deadline until)
{
	err_t err = reach(card, until);

	if (err != 0)
		return err;
	atomic_fetch_add(&card->fake->logouts, 1);
	fake_card_forget(card->fake);
	return card->fake->logout_error;
}

/* What the rule of the key asks for; a silent VERIFY when it may help. */
static err_t
satisfy(struct fake_card *fake, enum card_key_rule rule, struct bytes pin)
{
	bool always = rule == CARD_KEY_PIN_ALWAYS;

	if (rule == CARD_KEY_FREE ||
	    atomic_load(always ? &fake->fresh : &fake->verified))
		return 0;
	if (pin.n == 0)
		return CARD_ERR_NOT_VERIFIED;
	if (!possible(pin, CARD_PIN_MIN))
		return CARD_ERR_PIN_REFUSED;
	atomic_fetch_add(&fake->silent_logins, 1);
	return judge(fake, pin);
}

err_t
card_find_data(struct card *card, struct deadline until)
{
	err_t err = reach(card, until);

	atomic_fetch_add(&card->fake->finds, 1);
	return err == 0 ? card->fake->find_error : err;
}

size_t
card_data_count(const struct card *card)
{
	return card->fake->data_count;
}

const struct card_data *
card_data(const struct card *card, size_t index)
{
	return &card->fake->data[index].place;
}

err_t
card_read_data(struct card *card, size_t index, struct bytes pin,
    struct deadline until, struct buf *out)
{
	struct fake_data *d = &card->fake->data[index];
	err_t err = reach(card, until);

	if (err == 0 && d->place.pin)
		err = satisfy(card->fake, CARD_KEY_PIN, pin);
	if (err != 0)
		return err;
	atomic_fetch_add(&d->reads, 1);
	if (d->err != 0)
		return d->err;
	buf_append(out, d->value);
	return buf_err(out);
}

err_t
card_private(struct card *card, size_t index, const struct card_op *op,
    struct bytes pin, struct deadline until, struct buf *out)
{
	struct fake_card *fake = card->fake;
	size_t before = out->n;
	err_t err = reach(card, until);

	if (err != 0)
		return err;
	if (index >= fake->count)
		return CARD_ERR_NO_KEY;
	err = satisfy(fake, fake->containers[index].rule, pin);
	if (err != 0)
		return err;
	atomic_fetch_add(&fake->containers[index].uses, 1);
	atomic_store(&fake->fresh, false);
	if (fake->private_error != 0)
		return fake->private_error;
	if (fake->operate == NULL)
		return CARD_ERR_NO_KEY;
	err = fake->operate(fake, index, op, out);
	if (err == 0)
		err = buf_err(out);
	if (err != 0)
		buf_truncate(out, before);
	return err;
}
