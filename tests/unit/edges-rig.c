/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/edges-rig.h"
#include "tests/unit/unit.h"

#define MORE_PROPERTIES                                                        \
	"01 05 10 02 06 02 03 40 01 01 " OBJECT("02 07", "01 00")

struct edges_rig rig;
const struct deadline rig_never = {INT64_MAX};

static const enum sample_packing packings[] = {
    SAMPLE_ZLIB, SAMPLE_PLAIN, SAMPLE_GZIP, SAMPLE_HOLE};

int
edges_setup(void **state)
{
	(void)state;
	sample_card_init(&rig.sample, packings, COUNT_OF(packings));
	memset(rig.containers, 0, sizeof(rig.containers));
	fake_reader_init(&rig.reader, rig.containers, 0);
	for (size_t i = 0; i < COUNT_OF(rig.streams); i++)
		buf_init(&rig.streams[i], SAMPLE_MAX);
	rig.card = NULL;
	return 0;
}

int
edges_teardown(void **state)
{
	(void)state;
	card_free(&rig.card);
	fake_reader_clear(&rig.reader);
	sample_card_clear(&rig.sample);
	for (size_t i = 0; i < COUNT_OF(rig.streams); i++)
		buf_clear(&rig.streams[i]);
	return 0;
}

struct fake_container *
edges_add(uint8_t group, uint8_t number)
{
	struct fake_container *c = &rig.containers[rig.reader.count++];

	memcpy(c->aid, (const uint8_t[]){0xA0, 0, 0, 0, 0x79}, 5);
	c->aid[5] = group;
	c->aid[6] = number;
	return c;
}

void
edges_add_sample(uint8_t group, uint8_t number, size_t i)
{
	struct fake_container *c = edges_add(group, number);

	c->t = buf_bytes(&rig.sample.t[i]);
	c->v = buf_bytes(&rig.sample.v[i]);
}

void
edges_add_object(uint8_t group, uint8_t number, struct bytes id, size_t i)
{
	struct fake_container *c;

	edges_add_sample(group, number, i);
	c = &rig.containers[rig.reader.count - 1];
	memcpy(c->object, id.p, 2);
	c->needs_object = true;
}

/* Bare applets 0100, 0101 (empty) and 0103. */
void
edges_insert_bare(void)
{
	edges_add_sample(1, 0, 1);
	edges_add_sample(1, 1, 4);
	edges_add_sample(1, 3, 2);
}

const struct expected edges_bare[EDGES_BARE] = {
    {"CAC ID Certificate", 1, 1},
    {"CAC Email Signature Certificate", 2, 0},
    {"CAC Cert 4", 4, 2},
};

/* Two applets with objects, behind the other ACA. */
void
edges_insert_alternate(void)
{
	static uint8_t services[sizeof(EDGES_SERVICES)];
	static uint8_t properties[2][sizeof(EDGES_PROPERTIES)];

	edges_add(0x10, 0)->services = hex_parse(EDGES_SERVICES, services);
	edges_add_object(1, 0, HEX("01 00"), 1);
	rig.containers[rig.reader.count - 1].properties =
	    hex_parse(EDGES_PROPERTIES, properties[0]);
	edges_add_object(1, 0, HEX("01 02"), 2);
	edges_add_object(0, 5, HEX("02 07"), 3);
	rig.containers[rig.reader.count - 1].properties =
	    hex_parse(MORE_PROPERTIES, properties[1]);
}

const struct expected edges_alternate[EDGES_ALTERNATE] = {
    {"CAC ID Certificate", 1, 1},
    {"CAC Email Encryption Certificate", 3, 2},
    {"CAC Cert 4", 4, 3},
};

static bool
right_entry(size_t i, const struct expected *e)
{
	const struct card_container *c = card_container(rig.card, i);
	struct buf der;
	bool right;
	err_t err;

	buf_init(&der, CARD_CERT_MAX);
	err = card_read_certificate(rig.card, i, rig_never, &der);
	if (e->sample == 0)
		right = err == CARD_ERR_EMPTY;
	else
		right = err == 0 &&
		    bytes_equal(
			buf_bytes(&der), buf_bytes(&rig.sample.der[e->sample]));
	if (!right) {
		assert_int_not_equal(err, 0);
		assert_false(card_err_is_absence(err));
	}
	buf_clear(&der);
	assert_string_equal(c->label, e->label);
	assert_int_equal(c->id_len, 2);
	assert_int_equal(c->id[1], e->id);
	return right;
}

/* Open and read all; how many entries are right, or -1. */
int
edges_list(const char *model, const struct expected *expected, size_t count)
{
	int right = 0;

	fake_reader_reset(&rig.reader);
	rig.reader.exchanges = 0;
	buf_truncate(&rig.reader.log, 0);
	if (card_open(&rig.reader, rig_never, &rig.card) != 0)
		return -1;
	assert_string_equal(card_model(rig.card), model);
	assert_int_equal(card_container_count(rig.card), count);
	for (size_t i = 0; i < count; i++)
		right += right_entry(i, &expected[i]);
	card_free(&rig.card);
	return right;
}

void
edges_sweep(const char *model, const struct expected *expected, size_t count)
{
	static const struct fake_fault faults[] = {
	    {.kind = FAKE_RESET},
	    {.kind = FAKE_SILENT_RESET},
	    {.kind = FAKE_FAIL, .err = CCID_ERR_PROTOCOL},
	    {.kind = FAKE_STATUS, .sw = 0x6F00},
	    {.kind = FAKE_SHORT},
	};
	unsigned n;

	assert_int_equal(edges_list(model, expected, count), count);
	n = rig.reader.exchanges;
	for (size_t i = 0; i < COUNT_OF(faults); i++) {
		struct fake_fault fault = faults[i];

		rig.reader.faults = &fault;
		for (fault.at = 0; fault.at < n; fault.at++) {
			rig.reader.fault_count = 1;
			if (fault.kind == FAKE_RESET ||
			    fault.kind == FAKE_SILENT_RESET)
				assert_int_equal(
				    edges_list(model, expected, count), count);
			else
				(void)edges_list(model, expected, count);
		}
		rig.reader.fault_count = 0;
	}
}
