/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/emulator/control.h"
#include "tools/emulator/options.h"

#define LINE_SIZE 1024

struct control {
	char *path, *answer_path;
	int in, out;
	char line[LINE_SIZE];
	size_t n;
	bool too_long; /* the rest of this line is dropped */
};

/* Open for both, so that it is never at its end and opens at once. */
static int
make_fifo(const char *path)
{
	int fd = -1;

	if (mkfifo(path, 0600) == 0)
		fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		complain("%s: %s", path, strerror(errno));
	return fd;
}

struct control *
control_new(const char *path)
{
	struct control *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->in = c->out = -1;
	c->path = strdup(path);
	if (asprintf(&c->answer_path, "%s.answer", path) < 0)
		c->answer_path = NULL;
	if (c->path != NULL && c->answer_path != NULL) {
		c->in = make_fifo(c->path);
		if (c->in >= 0)
			c->out = make_fifo(c->answer_path);
	}
	if (c->out < 0)
		control_free(&c);
	return c;
}

void
control_free(struct control **control)
{
	struct control *c = *control;

	if (c == NULL)
		return;
	if (c->in >= 0) {
		close(c->in);
		(void)unlink(c->path);
	}
	if (c->out >= 0) {
		close(c->out);
		(void)unlink(c->answer_path);
	}
	free(c->path);
	free(c->answer_path);
	free(c);
	*control = NULL;
}

int
control_fd(const struct control *control)
{
	return control->in;
}

/* card out | card in [PROFILE] | card other [PROFILE] */
static bool
parse_card(char **save, struct hand *hand)
{
	const char *word = strtok_r(NULL, " \t", save);

	if (word == NULL)
		return false;
	if (strcmp(word, "out") == 0) {
		hand->what = HAND_CARD_OUT;
		return true;
	}
	hand->what =
	    strcmp(word, "other") == 0 ? HAND_CARD_OTHER : HAND_CARD_IN;
	hand->text = strtok_r(NULL, " \t", save);
	return hand->what == HAND_CARD_OTHER || strcmp(word, "in") == 0;
}

/* card ... | renew NN[:key] | pad KEYS */
static bool
parse_hand(const char *word, char **save, struct hand *hand)
{
	if (strcmp(word, "card") == 0)
		return parse_card(save, hand);
	if (strcmp(word, "renew") == 0) {
		word = strtok_r(NULL, " \t", save);
		return word != NULL && hand_renewal(word, hand);
	}
	hand->what = HAND_PAD;
	hand->text = strtok_r(NULL, "", save);
	return strcmp(word, "pad") == 0 && hand->text != NULL;
}

/* [reader N] HAND | unplug | replug */
static bool
parse(char *line, struct control_command *out)
{
	char *save, *word = strtok_r(line, " \t", &save);

	*out = (struct control_command){.reader = 1, .what = CONTROL_HAND};
	if (word != NULL && strcmp(word, "reader") == 0) {
		word = strtok_r(NULL, " \t", &save);
		if (word == NULL || word[0] < '1' || word[0] > '9' ||
		    word[1] != '\0')
			return false;
		out->reader = (unsigned)(word[0] - '0');
		word = strtok_r(NULL, " \t", &save);
	}
	if (word == NULL)
		return false;
	if (strcmp(word, "unplug") == 0)
		out->what = CONTROL_UNPLUG;
	else if (strcmp(word, "replug") == 0)
		out->what = CONTROL_REPLUG;
	else if (!parse_hand(word, &save, &out->hand))
		return false;
	return strtok_r(NULL, " \t", &save) == NULL;
}

static void
answer(struct control *c, const char *text)
{
	/* Who does not read its answers loses them. */
	if (write(c->out, text, strlen(text)) < 0)
		complain("%s: %s", c->answer_path, strerror(errno));
}

static void
take_line(struct control *c, control_fn *fn, void *arg)
{
	struct control_command command;

	c->line[c->n] = '\0';
	if (c->too_long || !parse(c->line, &command))
		answer(c, "what?\n");
	else
		answer(c, fn(arg, &command) ? "done\n" : "failed\n");
	/* It may have been a PIN. */
	explicit_bzero(c->line, sizeof(c->line));
	c->n = 0;
	c->too_long = false;
}

void
control_serve(struct control *control, control_fn *fn, void *arg)
{
	char byte;

	while (read(control->in, &byte, 1) == 1) {
		if (byte == '\n')
			take_line(control, fn, arg);
		else if (control->n + 1 < sizeof(control->line))
			control->line[control->n++] = byte;
		else
			control->too_long = true;
	}
}
