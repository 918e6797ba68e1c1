/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/key-rig.h"
#include "tests/unit/unit.h"

#define SERVICES                                                               \
	"01 05 10 02 06 02 02 94 01 01 93 0A 61 92 07 A0 00 00 00 79 01 00"
#define OBJECT(id) " 51 11 41 02 " id " 42 05 00 1E 00 54 05 43 04 06 20 01 01"
#define PROPERTIES                                                             \
	"01 05 10 02 06 02 03 40 01 03" OBJECT("01 00") OBJECT("01 01")        \
	    OBJECT("01 02")

#define CHUID                                                                  \
	"30 19 D0 43 94 58 21 16 82 10 8B 21 08 42 10 84 21 0C 84 21 08 42 "   \
	"10 84 21 08 42 FE 00"

struct key_rig rig;
const struct deadline rig_never = {INT64_MAX};

static const enum sample_packing packings[] = {
    SAMPLE_ZLIB, SAMPLE_PLAIN, SAMPLE_GZIP};

static void
start(void)
{
	memset(&rig, 0, sizeof(rig));
	sample_card_init(&rig.sample, packings, COUNT_OF(packings));
	sample_piv_init(&rig.piv);
	sample_der(&rig.authentication, 900, 77);
	buf_init(&rig.stream, SAMPLE_MAX);
	fake_reader_init(&rig.reader, rig.containers, 0);
	rig.keys.pin = RIG_PIN;
	rig.keys.tries = rig.keys.tries_max = RIG_TRIES;
	rig.reader.keys = &rig.keys;
}

void
rig_open(void)
{
	fake_reader_reset(&rig.reader);
	card_free(&rig.card);
	assert_int_equal(card_open(&rig.reader, rig_never, &rig.card), 0);
	/* What the probes have selected and asked is of no matter here. */
	fake_reader_reset(&rig.reader);
	buf_truncate(&rig.reader.log, 0);
	rig.reader.exchanges = 0;
}

static void
add(uint8_t group, uint8_t number, size_t i)
{
	struct fake_container *c = &rig.containers[rig.reader.count++];

	memcpy(c->aid, (const uint8_t[]){0xA0, 0, 0, 0, 0x79}, 5);
	c->aid[5] = group;
	c->aid[6] = number;
	c->t = buf_bytes(&rig.sample.t[i]);
	c->v = buf_bytes(&rig.sample.v[i]);
}

static void
insert_cac2(void)
{
	memcpy(rig.containers, rig.sample.containers,
	    rig.sample.count * sizeof(rig.containers[0]));
	rig.reader.count = rig.sample.count;
}

static void
insert_piv(struct bytes signature, struct bytes encryption)
{
	struct sample_piv *piv = &rig.piv;

	sample_piv_add(piv, 0x5FC102, HEX(CHUID));
	sample_piv_certificate(
	    piv, 0x5FC105, buf_bytes(&rig.authentication), SAMPLE_GZIP);
	sample_piv_certificate(piv, 0x5FC10A, signature, SAMPLE_PLAIN);
	sample_piv_certificate(piv, 0x5FC10B, encryption, SAMPLE_ZLIB);
	sample_piv_certificate(
	    piv, 0x5FC10D, buf_bytes(&rig.authentication), SAMPLE_PLAIN);
	sample_piv_insert(piv, &rig.reader);
}

int
rig_cac2(void **state)
{
	(void)state;
	start();
	insert_cac2();
	rig_open();
	return 0;
}

int
rig_alternate(void **state)
{
	static uint8_t services[sizeof(SERVICES)];
	static uint8_t properties[sizeof(PROPERTIES)];

	(void)state;
	start();
	add(0x10, 0, 0);
	rig.containers[0].services = hex_parse(SERVICES, services);
	for (uint8_t i = 0; i < 3; i++) {
		add(1, 0, 1 + i);
		rig.containers[1 + i].object[0] = 1;
		rig.containers[1 + i].object[1] = i;
		rig.containers[1 + i].needs_object = true;
		rig.containers[1 + i].properties =
		    hex_parse(PROPERTIES, properties);
	}
	rig.keys.pin_aid = rig.containers[0].aid;
	rig_open();
	assert_string_equal(card_model(rig.card), "CAC Alt token");
	return 0;
}

int
rig_bare(void **state)
{
	(void)state;
	start();
	add(1, 0, 1);
	add(1, 1, 2);
	rig_open();
	assert_string_equal(card_model(rig.card), "CAC v2, no CCC");
	return 0;
}

int
rig_cac1(void **state)
{
	(void)state;
	start();
	buf_append_u8(&rig.stream, 0);
	buf_append(&rig.stream, buf_bytes(&rig.sample.der[2]));
	for (uint8_t i = 0; i < 2; i++) {
		add(1, i, 1);
		rig.containers[i].stream = buf_bytes(&rig.stream);
		rig.containers[i].read_sw = 0x6D00;
	}
	add(3, 0, 1);
	rig.reader.no_answer_sw = 0x6D00;
	rig.keys.old_counts = true;
	rig_open();
	assert_string_equal(card_model(rig.card), "CAC v1");
	return 0;
}

int
rig_piv(void **state)
{
	(void)state;
	start();
	insert_piv(
	    buf_bytes(&rig.sample.der[2]), buf_bytes(&rig.sample.der[3]));
	rig_open();
	assert_string_equal(card_model(rig.card), "PIV");
	return 0;
}

int
rig_dual(void **state)
{
	(void)state;
	start();
	insert_cac2();
	insert_piv(
	    buf_bytes(&rig.sample.der[2]), buf_bytes(&rig.sample.der[3]));
	rig_open();
	assert_int_equal(card_container_count(rig.card), 8);
	return 0;
}

int
rig_clear(void **state)
{
	(void)state;
	card_free(&rig.card);
	fake_reader_clear(&rig.reader);
	sample_card_clear(&rig.sample);
	sample_piv_clear(&rig.piv);
	buf_clear(&rig.authentication);
	buf_clear(&rig.stream);
	return 0;
}

void
rig_read(void)
{
	struct buf der;

	buf_init(&der, CARD_CERT_MAX);
	for (size_t i = 0; i < card_container_count(rig.card); i++) {
		err_t err = card_read_certificate(rig.card, i, rig_never, &der);

		assert_true(err == 0 || card_err_is_absence(err));
		buf_truncate(&der, 0);
	}
	buf_clear(&der);
	buf_truncate(&rig.reader.log, 0);
	fake_reader_begin(&rig.reader);
}

void
rig_log(const char *expected)
{
	fake_reader_assert_log(&rig.reader, expected);
}

void
rig_log_uses(const char *expected)
{
	char text[2048], *line, *next;
	size_t n = 0;

	buf_append_u8(&rig.reader.log, 0);
	assert_int_equal(buf_err(&rig.reader.log), 0);
	for (line = (char *)rig.reader.log.p; *line != '\0'; line = next) {
		size_t len = (size_t)(strchr(line, '\n') - line), cut = len;

		next = line + len + 1;
		if (len > 14 &&
		    (memcmp(line + 3, "42", 2) == 0 ||
			memcmp(line + 3, "87", 2) == 0))
			cut = 14;
		assert_true(n + cut + 2 < sizeof(text));
		memcpy(text + n, line, cut);
		n += cut;
		text[n++] = '\n';
	}
	text[n] = '\0';
	assert_string_equal(text, expected);
	buf_truncate(&rig.reader.log, 0);
}

static struct bytes
pin_bytes(const char *pin)
{
	return bytes_of(pin, pin != NULL ? strlen(pin) : 0);
}

err_t
rig_login(size_t index, const char *pin)
{
	fake_reader_begin(&rig.reader);
	return card_login(rig.card, index, pin_bytes(pin), rig_never);
}

static size_t
input_of(enum card_op_kind kind, unsigned bits)
{
	return kind == CARD_OP_ECDH ? 1 + bits / 4 : bits / 8;
}

err_t
rig_use(size_t index, enum card_op_kind kind, unsigned bits, const char *pin)
{
	uint8_t in[512];
	struct card_op op = {.kind = kind,
	    .bits = bits,
	    .in = bytes_of(in, input_of(kind, bits))};
	struct buf out;
	err_t err;

	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)i;
	if (kind == CARD_OP_ECDH)
		in[0] = 0x04;
	buf_init(&out, 1 + sizeof(in));
	buf_append_u8(&out, 0x5A);
	fake_reader_begin(&rig.reader);
	err =
	    card_private(rig.card, index, &op, pin_bytes(pin), rig_never, &out);
	assert_int_equal(out.p[0], 0x5A);
	assert_int_equal(out.n,
	    err != 0			? 1
		: kind == CARD_OP_ECDSA ? 1 + bits / 4
					: 1 + bits / 8);
	for (size_t i = 1; kind == CARD_OP_RSA && i < out.n; i++)
		assert_int_equal(out.p[i], (uint8_t) ~(i - 1));
	buf_clear(&out);
	return err;
}

err_t
rig_sign(size_t index)
{
	return rig_use(index, CARD_OP_RSA, 1024, RIG_PIN);
}
