/* SPDX-License-Identifier: BSD-2-Clause */
/* Certificates that the CAC applets and PIV both have: the second is proved. */
#include "cac/card.h"
#include "cac/cert-repack.h"
#include "tests/unit/cac-samples.h"
#include "tests/unit/unit.h"

/* ID, signature, encryption; PIV has its own for authentication. */
#define APPLETS	   3
#define CONTAINERS (APPLETS + 4)
#define SIGNATURE  2 /* as the view counts them */
#define ENCRYPTION 3

#define CHUID                                                                  \
	"30 19 D0 43 94 58 21 16 82 10 8B 21 08 42 10 84 21 0C 84 21 08 42 "   \
	"10 84 21 08 42 34 10 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F "   \
	"10 35 08 20 20 20 20 20 20 20 20 3E 00 FE 00"

static struct sample_card sample;
static struct sample_piv piv;
static struct buf authentication;
static struct reader reader;
static struct card *card;
static const struct deadline never = {INT64_MAX};

static void
insert(enum sample_packing applets, enum sample_packing objects)
{
	const enum sample_packing packings[APPLETS] = {
	    applets, applets, applets};

	sample_card_init(&sample, packings, APPLETS);
	for (size_t i = 1; i < sample.count; i++)
		sample.containers[i].needs_object = false;
	fake_reader_init(&reader, sample.containers, sample.count);
	sample_der(&authentication, 900, 77);
	sample_piv_init(&piv);
	sample_piv_add(&piv, 0x5FC102, HEX(CHUID));
	sample_piv_certificate(
	    &piv, 0x5FC105, buf_bytes(&authentication), objects);
	sample_piv_certificate(
	    &piv, 0x5FC10A, buf_bytes(&sample.der[2]), objects);
	sample_piv_certificate(
	    &piv, 0x5FC10B, buf_bytes(&sample.der[3]), objects);
	sample_piv_insert(&piv, &reader);
	reader.chunk = 255;
	card = NULL;
}

static int
setup(void **state)
{
	(void)state;
	insert(SAMPLE_ZLIB, SAMPLE_GZIP);
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
	buf_clear(&authentication);
	return 0;
}

static unsigned
commands(const char *prefix)
{
	size_t n = strlen(prefix);
	unsigned found = 0;

	for (size_t i = 0; i + n <= reader.log.n; i++)
		if ((i == 0 || reader.log.p[i - 1] == '\n') &&
		    memcmp(reader.log.p + i, prefix, n) == 0)
			found++;
	return found;
}

static void
assert_read(size_t index, err_t err, const struct buf *der)
{
	struct buf got;

	buf_init(&got, CARD_CERT_MAX);
	assert_int_equal(card_read_certificate(card, index, never, &got), err);
	if (der != NULL)
		assert_bytes(buf_bytes(&got), buf_bytes(der));
	buf_clear(&got);
}

/* Where each of them is shown, and what it took of READ BUFFER. */
static unsigned
list(void)
{
	card_free(&card);
	fake_reader_reset(&reader);
	assert_int_equal(card_open(&reader, never, &card), 0);
	buf_truncate(&reader.log, 0);
	assert_read(0, 0, &authentication);
	assert_read(1, 0, &sample.der[1]);
	assert_read(SIGNATURE, 0, &sample.der[2]);
	assert_read(ENCRYPTION, 0, &sample.der[3]);
	assert_read(4, CARD_ERR_TWIN, NULL);
	assert_read(5, CARD_ERR_TWIN, NULL);
	assert_read(6, CARD_ERR_NOT_FOUND, NULL);
	return commands("80 52");
}

/* Of V: certinfo and the certificate, without what is behind them. */
static size_t
stored(size_t i)
{
	return sample.v[i].n - 38 - 1;
}

static unsigned
chunks(size_t n)
{
	return (unsigned)((n + 254) / 255);
}

static void
proved(void **state)
{
	static const enum sample_packing packings[] = {
	    SAMPLE_PLAIN, SAMPLE_ZLIB, SAMPLE_GZIP};

	for (size_t i = 0; i < COUNT_OF(packings); i++)
		for (size_t k = 0; k < COUNT_OF(packings); k++) {
			(void)teardown(state);
			insert(packings[i], packings[k]);
			/* A plain one does not tell how it would be packed. */
			if (k == 0 && i != 0)
				continue;
			/* T, V, what is behind V; and two ends. */
			assert_int_equal(
			    list(), 1 + chunks(2 + stored(1)) + 1 + 1 + 1);
			/* PIV is selected once for all of its own. */
			assert_int_equal(
			    commands("00 A4 04 00 09 A0 00 00 03 08"), 0);
		}
}

static void
changed(void **state)
{
	(void)state;
	(void)list();
	/* The applet's was renewed: as long, with another end. */
	sample.v[2].p[stored(2) - 1] ^= 1;
	card_free(&card);
	fake_reader_reset(&reader);
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_read(SIGNATURE, CARD_ERR_UNDECODABLE, NULL);
	assert_read(4, 0, &sample.der[2]);
}

static void
another(void **state)
{
	struct buf der = sample.der[2];

	(void)state;
	/* Each applet has the other's. */
	sample.containers[2].t = buf_bytes(&sample.t[3]);
	sample.containers[2].v = buf_bytes(&sample.v[3]);
	sample.containers[3].t = buf_bytes(&sample.t[2]);
	sample.containers[3].v = buf_bytes(&sample.v[2]);
	sample.der[2] = sample.der[3];
	sample.der[3] = der;
	(void)list();
}

/* Nothing in it by its length; the old bytes are still behind the end. */
static void
emptied(void **state)
{
	(void)state;
	sample.containers[2].t.n = sample.containers[2].v.n = 0;
	sample.containers[2].behind = buf_bytes(&sample.v[2]);
	sample.containers[1].behind = HEX("00");
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_read(0, 0, &authentication);
	assert_read(1, 0, &sample.der[1]);
	assert_read(SIGNATURE, CARD_ERR_EMPTY, NULL);
	assert_read(4, 0, &sample.der[2]);
}

/* The certificate of authentication in the first applet, told by its length. */
static void
first(void **state)
{
	(void)state;
	sample.containers[2].t.n = sample.containers[2].v.n = 0;
	sample.containers[1].t = buf_bytes(&sample.t[2]);
	sample.containers[1].v = buf_bytes(&sample.v[2]);
	piv.objects[1].data = piv.objects[2].data;
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_read(0, 0, &sample.der[2]);
	buf_truncate(&reader.log, 0);
	assert_read(1, CARD_ERR_TWIN, NULL);
	/* T, how long V is, the certificate's end, and what is behind V. */
	assert_int_equal(commands("80 52"), 4);
}

static void
broken_piv(void **state)
{
	(void)state;
	/* What cannot be read of PIV hides nothing of the applets. */
	piv.objects[2].sw = 0x6985;
	sample_piv_insert(&piv, &reader);
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_read(0, 0, &authentication);
	assert_read(1, 0, &sample.der[1]);
	assert_read(SIGNATURE, 0, &sample.der[2]);
	assert_read(ENCRYPTION, 0, &sample.der[3]);
	assert_read(4, CARD_ERR_STATUS, NULL);
	piv.objects[2].sw = 0;
	sample_piv_insert(&piv, &reader);
	assert_read(4, CARD_ERR_TWIN, NULL);
}

/* Every exchange is disturbed once: a whole listing, whatever it took. */
static void
disturbed(void **state)
{
	static const enum fake_fault_kind kinds[] = {
	    FAKE_RESET, FAKE_SILENT_RESET};
	unsigned all;

	(void)state;
	reader.exchanges = 0;
	(void)list();
	all = reader.exchanges;
	for (size_t k = 0; k < COUNT_OF(kinds); k++)
		for (unsigned at = 0; at < all; at++) {
			struct fake_fault fault = {.at = at, .kind = kinds[k]};

			reader.exchanges = 0;
			reader.faults = &fault;
			reader.fault_count = 1;
			(void)list();
			reader.fault_count = 0;
		}
}

static void
repacked(void **state)
{
	struct buf der, packed[3], out;

	(void)state;
	buf_init(&der, CARD_CERT_MAX);
	sample_der(&der, 1000, 5);
	for (size_t i = 0; i < 3; i++)
		buf_init(&packed[i], CARD_CERT_MAX);
	buf_append(&packed[0], buf_bytes(&der));
	sample_pack(&packed[1], buf_bytes(&der), 15);
	sample_pack(&packed[2], buf_bytes(&der), 31);
	for (size_t from = 0; from < 3; from++)
		for (size_t to = 0; to < 3; to++) {
			enum cert_packing packing =
			    cert_packing(buf_bytes(&packed[to]));
			struct bytes got, head;
			err_t err;

			buf_init(&out, CARD_CERT_MAX);
			err = cert_repack(buf_bytes(&packed[from]),
			    buf_bytes(&der), packing, &out);
			assert_int_equal(err,
			    from == 0 && to != 0 ? CARD_ERR_UNDECODABLE : 0);
			got = buf_bytes(&out);
			/* gzip's header tells where it was made. */
			if (err == 0 && bytes_take(&got, 10, &head))
				assert_memory_equal(
				    got.p, packed[to].p + 10, got.n);
			if (err == 0)
				assert_int_equal(out.n, packed[to].n);
			buf_clear(&out);
		}
	for (size_t i = 0; i < 3; i++)
		buf_clear(&packed[i]);
	buf_clear(&der);
}

/* Too short for its own ends, or with a field that nobody uses. */
static void
not_repacked(void **state)
{
	const struct bytes cases[] = {
	    HEX("1F 8B 08 00 00 00 00 00 00 03 01 02 03 04 05"),
	    HEX("78 9C 01 02 03"),
	    HEX("1F 8B 08 08 00 00 00 00 00 03 41 00 00 00 00 00 00 00 00 00"),
	    HEX(""),
	};
	struct buf out;

	(void)state;
	buf_init(&out, CARD_CERT_MAX);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(cert_repack(cases[i], HEX("30 00"),
				     i == 1 ? CERT_GZIP : CERT_ZLIB, &out),
		    CARD_ERR_UNDECODABLE);
	assert_int_equal(out.n, 0);
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_WITH("twins: an applet with a certificate of PIV, however "
		      "packed, is asked for its end alone",
		proved, setup, teardown),
	    TEST_WITH("twins: another end is another certificate", changed,
		setup, teardown),
	    TEST_WITH(
		"twins: PIV's order may be another", another, setup, teardown),
	    TEST_WITH("twins: a container that was emptied by its length",
		emptied, setup, teardown),
	    TEST_WITH("twins: the first applet is known by the length", first,
		setup, teardown),
	    TEST_WITH("twins: an unreadable object of PIV hides no applet",
		broken_piv, setup, teardown),
	    TEST_WITH("twins: a complete list whatever is disturbed", disturbed,
		setup, teardown),
	    TEST("twins: one packing is made of another", repacked),
	    TEST("twins: what is too short or unusual is not repacked",
		not_repacked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
