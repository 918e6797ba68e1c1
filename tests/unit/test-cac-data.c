/* SPDX-License-Identifier: BSD-2-Clause */
/* Data objects of CAC applets and of PIV, each shown once. */
#include "cac/card.h"
#include "tests/unit/cac-samples.h"
#include "tests/unit/unit.h"

static const enum sample_packing packings[] = {SAMPLE_ZLIB};

#define URL(type, object, applet)                                              \
	"A0 00 00 00 79 " type " " object " " applet " 00 00 00 00 00 00 "
#define SHARED_URL(object)                                                     \
	"A0 00 00 01 16 01 " object " 30 00 00 00 00 00 00 00 "
#define CCC_T "F0 15 F3 10 F3 10 F3 10 F3 10 F3 10 F3 10 FE 00"
#define CCC_V                                                                  \
	"A0 00 00 00 79 03 02 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E " URL( \
	    "04", "01 00", "01 00") URL("01", "02 00", "02 00")                \
	    URL("01", "02 01", "02 01") URL("01", "02 FE", "02 FE")            \
		SHARED_URL("30 00") SHARED_URL("60 10")
#define CCC_TLV                                                                \
	"F0 15 A0 00 00 00 79 03 02 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D "   \
	"0E F3 10 " URL("04", "01 00", "01 00") "F3 10 " URL("01", "02 00",    \
	    "02 00") "F3 10 " URL("01", "02 01", "02 01") "F3 10 " URL("01",   \
	    "02 FE",                                                           \
	    "02 FE") "F3 10 " SHARED_URL("30 00") "F3 10 " SHARED_URL("60 10") "FE 00"
#define PERSON_T "01 04 03 FF 02 01 FE 00"
#define CHUID	 "30 02 AA BB FE 00"

enum { PERSON = 2, PERSONNEL, TABLE, SHARED_CHUID, PRINTS, CONTAINERS_ALL };

static struct sample_card sample;
static struct fake_container containers[CONTAINERS_ALL];
static struct sample_piv piv;
static struct buf person_v;
static struct reader reader;
static struct card *card;
static const struct deadline never = {INT64_MAX};
static const struct bytes no_pin;

static void
place(size_t i, const char *aid, const char *object, struct bytes t,
    struct bytes v)
{
	uint8_t room[16];

	containers[i] = (struct fake_container){.t = t, .v = v};
	memcpy(containers[i].aid, hex_parse(aid, room).p, 7);
	memcpy(containers[i].object, hex_parse(object, room).p, 2);
}

static int
setup(void **state)
{
	static uint8_t room[6][300];

	(void)state;
	sample_card_init(&sample, packings, COUNT_OF(packings));
	memcpy(containers, sample.containers, 2 * sizeof(containers[0]));
	containers[0].t = hex_parse(CCC_T, room[0]);
	containers[0].v = hex_parse(CCC_V, room[1]);
	memcpy(containers[0].object, (const uint8_t[]){0xDB, 0}, 2);
	sample_der(&person_v, 4 + 258, 5);
	person_v.n = 4 + 258;
	place(PERSON, "A0 00 00 00 79 02 00", "02 00",
	    hex_parse(PERSON_T, room[2]), buf_bytes(&person_v));
	place(PERSONNEL, "A0 00 00 00 79 02 01", "02 01", no_pin, no_pin);
	place(TABLE, "A0 00 00 00 79 02 FE", "02 FE",
	    hex_parse("00 00 14 01 DC 02", room[3]),
	    hex_parse("00 C8", room[4]));
	place(SHARED_CHUID, "A0 00 00 01 16 30 00", "30 00",
	    hex_parse("30 02 FE 00", room[5]), bytes_of("\xAA\xBB", 2));
	place(PRINTS, "A0 00 00 01 16 30 00", "60 10",
	    hex_parse("30 02 FE 00", room[5]), bytes_of("\xCC\xDD", 2));
	containers[SHARED_CHUID].needs_object = true;
	containers[PRINTS].needs_object = true;
	fake_reader_init(&reader, containers, CONTAINERS_ALL);
	sample_piv_init(&piv);
	card = NULL;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	card_free(&card);
	fake_reader_clear(&reader);
	sample_card_clear(&sample);
	sample_piv_clear(&piv);
	buf_clear(&person_v);
	return 0;
}

static void
open_and_find(void)
{
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_int_equal(card_data_count(card), 0);
	assert_int_equal(card_find_data(card, never), 0);
}

static const struct card_data *
find(const char *label, size_t *index)
{
	for (size_t i = 0; i < card_data_count(card); i++)
		if (strcmp(card_data(card, i)->label, label) == 0) {
			*index = i;
			return card_data(card, i);
		}
	return NULL;
}

static void
assert_content(const char *label, struct bytes expected)
{
	struct buf out;
	size_t i = 0;

	assert_non_null(find(label, &i));
	buf_init(&out, 70000);
	assert_int_equal(card_read_data(card, i, no_pin, never, &out), 0);
	assert_bytes(buf_bytes(&out), expected);
	buf_clear(&out);
}

static void
applets(void **state)
{
	const struct card_data *d;
	struct buf merged;
	size_t i;

	(void)state;
	open_and_find();
	d = find("Person Instance", &i);
	assert_non_null(d);
	assert_string_equal(d->application, "Person Instance");
	assert_int_equal(d->oid_len, 0);
	assert_true(d->pin);
	/* Empty: not there. Not named by the CCC: neither. */
	assert_null(find("Personnel", &i));
	assert_null(find("Benefits", &i));
	d = find("Card Holder Unique Identifier", &i);
	assert_non_null(d);
	assert_false(d->pin);
	assert_bytes(bytes_of(d->oid, d->oid_len),
	    HEX("06 0A 60 86 48 01 65 03 07 02 30 00"));
	assert_non_null(find("Card Holder Fingerprints", &i));
	assert_int_equal(card_data_count(card), 5);
	/* Tag, length as in T, value. */
	buf_init(&merged, 1000);
	buf_append(&merged, HEX("01 04"));
	buf_append(&merged, bytes_of(person_v.p, 4));
	buf_append(&merged, HEX("03 FF 02 01"));
	buf_append(&merged, bytes_of(person_v.p + 4, 258));
	buf_append(&merged, HEX("FE 00"));
	assert_content("Person Instance", buf_bytes(&merged));
	buf_clear(&merged);
	assert_content("PKI Certificate", HEX("00 C8"));
	assert_content(
	    "Card Holder Unique Identifier", HEX("30 02 AA BB FE 00"));
	assert_content("Card Holder Fingerprints", HEX("30 02 CC DD FE 00"));
	assert_content("Card Capability Container", HEX(CCC_TLV));
}

static void
add_piv(void)
{
	sample_piv_add(&piv, 0x5FC107, HEX("F0 00 F3 00 FE 00"));
	sample_piv_add(&piv, 0x5FC102, HEX(CHUID));
	sample_piv_add(&piv, 0x5FC103, HEX("BC 01 00"));
	piv.objects[2].sw = 0x6982;
	sample_piv_add(&piv, 0x5FC106, bytes_of(NULL, 0));
	sample_piv_insert(&piv, &reader);
}

/* What both have is PIV's; an object of length 0 is not there. */
static void
both(void **state)
{
	const struct card_data *d;
	struct buf out;
	size_t i, n;

	(void)state;
	add_piv();
	open_and_find();
	assert_int_equal(card_data_count(card), 5);
	assert_content(
	    "Card Holder Unique Identifier", HEX("53 06 30 02 AA BB FE 00"));
	assert_content(
	    "Card Capability Container", HEX("53 06 F0 00 F3 00 FE 00"));
	assert_null(find("Security Object", &i));
	assert_non_null(find("Person Instance", &i));
	d = find("Card Holder Fingerprints", &i);
	assert_non_null(d);
	assert_true(d->pin);
	assert_bytes(bytes_of(d->oid, d->oid_len),
	    HEX("06 0A 60 86 48 01 65 03 07 02 60 10"));
	buf_init(&out, 1000);
	assert_int_equal(card_read_data(card, i, no_pin, never, &out),
	    CARD_ERR_NOT_VERIFIED);
	piv.objects[2].sw = 0;
	assert_int_equal(card_read_data(card, i, no_pin, never, &out), 0);
	assert_bytes(buf_bytes(&out), HEX("53 03 BC 01 00"));
	assert_int_equal(
	    card_read_data(card, 99, no_pin, never, &out), CARD_ERR_NOT_FOUND);
	assert_null(card_data(card, 99));
	buf_clear(&out);
	/* Found once. */
	n = reader.exchanges;
	assert_int_equal(card_find_data(card, never), 0);
	assert_int_equal(reader.exchanges, n);
}

static void
refused_applet(void **state)
{
	struct buf out;
	size_t i;

	(void)state;
	open_and_find();
	assert_non_null(find("Person Instance", &i));
	containers[PERSON].read_sw = 0x6982;
	buf_init(&out, 1000);
	assert_int_equal(card_read_data(card, i, no_pin, never, &out),
	    CARD_ERR_NOT_VERIFIED);
	containers[PERSON].read_sw = 0x6F00;
	assert_int_equal(
	    card_read_data(card, i, no_pin, never, &out), CARD_ERR_STATUS);
	assert_int_equal(out.n, 0);
	buf_clear(&out);
}

static err_t
read_person(struct bytes pin)
{
	struct buf out;
	size_t i = 0;
	err_t err;

	assert_non_null(find("Person Instance", &i));
	buf_init(&out, 1000);
	err = card_read_data(card, i, pin, never, &out);
	assert_true(err != 0 || out.n > 258);
	assert_true(err == 0 || out.n == 0);
	buf_clear(&out);
	return err;
}

/* The PIN goes where the data is read: SELECT would cost the login. */
static void
read_with_pin(bool drops, bool objects, const uint8_t *pin_aid)
{
	struct fake_keys keys = {
	    .pin = "123456", .tries = 3, .tries_max = 3, .pin_aid = pin_aid};
	const struct bytes pin = bytes_of("123456", 6);

	keys.drops[FAKE_APPLETS] = drops;
	fake_reader_reset(&reader);
	reader.keys = &keys;
	containers[PERSON].wants_pin = true;
	containers[PERSON].needs_object = objects;
	open_and_find();
	assert_int_equal(read_person(no_pin), CARD_ERR_NOT_VERIFIED);
	assert_int_equal(keys.verifies, 0);
	/* A login at a key's applet, as C_Login makes it. */
	assert_int_equal(card_login(card, 0, pin, never), 0);
	assert_int_equal(read_person(pin), 0);
	assert_int_equal(keys.verifies, drops ? 2 : 1);
	fake_reader_reset(&reader);
	assert_int_equal(read_person(pin), 0);
	assert_int_equal(keys.verifies, drops ? 3 : 2);
	keys.pin = "999999";
	fake_reader_reset(&reader);
	assert_int_equal(read_person(pin), CARD_ERR_PIN_WRONG);
	fake_reader_reset(&reader);
	assert_int_equal(read_person(pin), CARD_ERR_NOT_VERIFIED);
	assert_int_equal(keys.verifies, drops ? 4 : 3);
	card_free(&card);
	reader.keys = NULL;
}

static void
behind_the_pin(void **state)
{
	(void)state;
	read_with_pin(false, false, NULL);
	read_with_pin(true, false, NULL);
	read_with_pin(false, true, NULL);
	read_with_pin(true, true, NULL);
	/* An applet that knows no VERIFY: another one does. */
	read_with_pin(false, false, containers[1].aid);
}

/* Nothing is found twice or lost, whatever happens on the way. */
static void
disturbed(void **state)
{
	unsigned n, opened;

	(void)state;
	add_piv();
	assert_int_equal(card_open(&reader, never, &card), 0);
	opened = reader.exchanges;
	assert_int_equal(card_find_data(card, never), 0);
	n = reader.exchanges;
	card_free(&card);
	for (unsigned at = opened; at < n; at++) {
		for (unsigned kind = FAKE_FAIL; kind <= FAKE_SILENT_RESET;
		     kind++) {
			const struct fake_fault fault = {.at = at,
			    .kind = (enum fake_fault_kind)kind,
			    .err = CCID_ERR_PROTOCOL};
			err_t err;

			reader.exchanges = 0;
			fake_reader_reset(&reader);
			reader.faults = &fault;
			reader.fault_count = 1;
			assert_int_equal(card_open(&reader, never, &card), 0);
			err = card_find_data(card, never);
			reader.fault_count = 0;
			if (kind == FAKE_FAIL && err != 0) {
				assert_int_equal(err, CCID_ERR_PROTOCOL);
				assert_int_equal(card_data_count(card), 0);
				err = card_find_data(card, never);
			}
			assert_int_equal(err, 0);
			assert_int_equal(card_data_count(card), 5);
			card_free(&card);
		}
	}
}

static void
lazy(void **state)
{
	struct buf der;

	(void)state;
	add_piv();
	assert_int_equal(card_open(&reader, never, &card), 0);
	buf_init(&der, CARD_CERT_MAX);
	assert_int_equal(card_read_certificate(card, 1, never, &der), 0);
	buf_clear(&der);
	buf_append_u8(&reader.log, 0);
	assert_null(strstr((const char *)reader.log.p, "79 02 00"));
	assert_null(strstr((const char *)reader.log.p, "5F C1 07"));
	assert_null(strstr((const char *)reader.log.p, "5F C1 03"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("data: containers of the CAC applets, merged to TLV",
		applets, setup, teardown),
	    TEST_WITH("data: what PIV has, too, is shown once", both, setup,
		teardown),
	    TEST_WITH(
		"data: refused for want of the PIN, or for another reason",
		refused_applet, setup, teardown),
	    TEST_WITH("data: the PIN is given where it is wanted",
		behind_the_pin, setup, teardown),
	    TEST_WITH("data: nothing is lost by a disturbance", disturbed,
		setup, teardown),
	    TEST_WITH("data: nothing is read before it is asked for", lazy,
		setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
