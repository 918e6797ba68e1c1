/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/reader-error.h"
#include "tests/unit/unit.h"

#include <string.h>

/* The last number of each layer's enum in reader-error.h. */
static const struct {
	unsigned layer;
	int last;
} layers[] = {
    {1, ERR_TIMEOUT & 0xFF},
    {2, USB_ERR_DESCRIPTOR & 0xFF},
    {3, CCID_ERR_PIN_CANCELLED & 0xFF},
    {4, READER_ERR_COMMAND & 0xFF},
};

static void
every_error_has_a_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(layers); i++) {
		for (int n = 1; n <= layers[i].last; n++) {
			err_t err = (err_t)(layers[i].layer << 8) | n;

			assert_string_not_equal(err_name(err), "UNKNOWN");
			assert_string_not_equal(err_text(err), "unknown error");
			assert_true(strlen(err_text(err)) > 4);
		}
	}
}

static void
names_are_unique(void **state)
{
	(void)state;
	for (int a = 0x101; a <= 0x41F; a++) {
		for (int b = 0x101; b < a; b++) {
			if (strcmp(err_name(a), "UNKNOWN") != 0)
				assert_string_not_equal(
				    err_name(a), err_name(b));
		}
	}
}

static void
strange_numbers_are_unknown(void **state)
{
	static const err_t strange[] = {
	    -1, 1, 0xFF, 0x1FF, 0x300, 0x4FF, 0x700, 0x800, 0x7FFFFFFF};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(strange); i++) {
		assert_string_equal(err_name(strange[i]), "UNKNOWN");
		assert_string_equal(err_text(strange[i]), "unknown error");
	}
	assert_string_equal(err_name(0), "OK");
}

static void
a_layer_too_many_is_ignored(void **state)
{
	static const struct err_name names[] = {
	    {ERR_LAYER(ERR_LAYERS, 1), "X", "x"}, {0, NULL, NULL}};

	(void)state;
	err_register(ERR_LAYERS, names);
	assert_string_equal(err_name(ERR_LAYER(ERR_LAYERS, 1)), "UNKNOWN");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("err: every error has a name and a text",
		every_error_has_a_name),
	    TEST("err: no two errors share a name", names_are_unique),
	    TEST("err: strange numbers are unknown, 0 is OK",
		strange_numbers_are_unknown),
	    TEST("err: a layer too many is ignored",
		a_layer_too_many_is_ignored),
	};

	reader_error_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
