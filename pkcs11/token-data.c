/* SPDX-License-Identifier: BSD-2-Clause */
/* The values of data objects, which may be long and are seldom wanted. */
#include "pkcs11/report.h"
#include "pkcs11/token-private.h"

#define BEGIN_MS 30000
#define OPEN_MS	 20000
#define READ_MS	 30000

/* The longest of NIST SP 800-73-4, part 1, table 7, and some more. */
#define VALUE_MAX 65536

static err_t
read_value(struct module *m, struct token *t, size_t index, struct buf *value)
{
	bool protected = card_data(t->card, index)->pin;
	struct bytes pin = bytes_of(NULL, 0);
	err_t err = protected ? login_ask_tries(m, t) : 0;

	if (err != 0)
		return err;
	if (protected)
		pin = login_silent_pin(m, t);
	err = card_read_data(t->card, index, pin, deadline_in(READ_MS), value);
	login_note_silent(m, t, pin, err);
	/* It is there, and has no content. */
	return err == CARD_ERR_EMPTY ? 0 : err;
}

static void
publish(struct module *m, struct token *t, size_t index,
    struct object_set *take_set)
{
	struct object_set *before;

	lock_acquire(&m->lock);
	before = t->data[index];
	t->data[index] = take_set;
	/* C_Logout may have renewed them meanwhile. */
	object_set_follow(take_set, before);
	lock_release(&m->lock);
	object_set_unref(&before);
}

static bool
is_read(struct module *m, struct token *t, size_t index)
{
	bool read;

	lock_acquire(&m->lock);
	read = !object_set_get(t->data[index], 0)->unread;
	lock_release(&m->lock);
	return read;
}

static err_t
in_talk(struct module *m, struct token *t, size_t index)
{
	struct object_set *full = NULL;
	struct buf value;
	err_t err;

	/* By another thread, while this one waited. */
	if (is_read(m, t, index))
		return 0;
	buf_init(&value, VALUE_MAX);
	err = read_value(m, t, index, &value);
	if (err == 0)
		err = buf_err(&value);
	/* Only the thread that talks to the card changes the sets. */
	if (err == 0)
		err = object_set_with_value(
		    t->data[index], buf_bytes(&value), &full);
	buf_clear(&value);
	if (err == 0)
		publish(m, t, index, full);
	return err;
}

err_t
token_read_data(struct module *m, struct token *t, size_t index)
{
	err_t err = token_talk_begin(m, t, true, BEGIN_MS, OPEN_MS);

	if (err == 0) {
		err = in_talk(m, t, index);
		token_talk_end(m, t);
	}
	if (err != 0)
		report_error(reader_id(t->reader), "data object", err);
	return err;
}
