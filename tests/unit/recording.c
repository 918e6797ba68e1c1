/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/reader.h"
#include "tests/unit/recording.h"
#include "tests/unit/unit.h"

#define LINE_LENGTH 1024

struct recording_pair recording_pairs[RECORDING_PAIRS_MAX];
size_t recording_count;

static void
append_word(const char *word, struct bytes *filling, struct buf *out)
{
	uint8_t room[LINE_LENGTH];
	char hex[5] = "";
	struct bytes gap;

	if (word[0] == '.') {
		assert_true(
		    bytes_take(filling, strtoul(word + 3, NULL, 10), &gap));
		buf_append(out, gap);
		return;
	}
	/* {V:8503} */
	if (word[0] == '{')
		memcpy(hex, word + 3, 4);
	else
		memcpy(hex, word, 2);
	buf_append(out, hex_parse(hex, room));
}

/* Bytes of a line behind its first word; appended to out. */
static void
parse_line(char *line, struct bytes *filling, struct buf *out)
{
	char *rest, *word = strtok_r(line, " \n", &rest);

	while ((word = strtok_r(NULL, " \n", &rest)) != NULL)
		append_word(word, filling, out);
	assert_int_equal(buf_err(out), 0);
}

static void
take_command(char *line, struct bytes *filling)
{
	static const uint8_t get_response[] = {0x00, 0xC0};
	struct recording_pair *pair = &recording_pairs[recording_count];

	assert_true(recording_count < RECORDING_PAIRS_MAX);
	buf_init(&pair->command, RECORDING_PAIR_MAX);
	buf_init(&pair->answer, RECORDING_PAIR_MAX);
	parse_line(line, filling, &pair->command);
	assert_true(pair->command.n >= 5);
	if (memcmp(pair->command.p, get_response, 2) != 0) {
		recording_count++;
		return;
	}
	/* 61XX is no end of an answer. */
	buf_clear(&pair->command);
	assert_true(recording_count > 0 && pair[-1].answer.n >= 2);
	buf_truncate(&pair[-1].answer, pair[-1].answer.n - 2);
}

void
recording_parse(const char *name, struct bytes fill)
{
	const char *folder = getenv("CAC_TEST_DATA");
	char path[LINE_LENGTH], line[LINE_LENGTH];
	FILE *file;

	recording_count = 0;
	assert_int_equal(setenv("CAC_PKCS11_CACHE", "off", 1), 0);
	(void)snprintf(path, sizeof(path), "%s/%s",
	    folder != NULL ? folder : "tests/wire", name);
	file = fopen(path, "re");
	if (file == NULL)
		fail_msg("cannot open %s", path);
	while (fgets(line, sizeof(line), file) != NULL) {
		char *p = line + (line[0] == '~');

		if (*p == '>')
			take_command(p, &fill);
		else if (*p == '<' && recording_count > 0)
			parse_line(p, &fill,
			    &recording_pairs[recording_count - 1].answer);
	}
	assert_int_equal(fclose(file), 0);
}

void
recording_clear(void)
{
	for (size_t i = 0; i < recording_count; i++) {
		buf_clear(&recording_pairs[i].command);
		buf_clear(&recording_pairs[i].answer);
	}
	recording_count = 0;
}

/* What no recording has: resets, and a pad. */
struct bytes
reader_atr(const struct reader *r)
{
	static const uint8_t atr[] = {0x3B, 0x00};

	(void)r;
	return BYTES(atr);
}

unsigned
reader_memory(const struct reader *r)
{
	(void)r;
	return 1;
}

err_t
reader_reset_card(struct reader *r, struct deadline until)
{
	(void)r;
	(void)until;
	return CCID_ERR_MUTE;
}

err_t
reader_pin_verify(struct reader *r, const struct pin_entry *e,
    struct deadline until, uint16_t *sw)
{
	(void)r;
	(void)e;
	(void)until;
	(void)sw;
	return CCID_ERR_UNSUPPORTED;
}

err_t
reader_pin_change(struct reader *r, const struct pin_entry *e,
    struct deadline until, uint16_t *sw)
{
	return reader_pin_verify(r, e, until, sw);
}

unsigned
reader_id(const struct reader *r)
{
	(void)r;
	return 1;
}

unsigned
reader_epoch(const struct reader *r)
{
	(void)r;
	return 1;
}

unsigned
reader_chunk(const struct reader *r)
{
	(void)r;
	return 256;
}

void
reader_new_object(struct reader *r)
{
	(void)r;
}
