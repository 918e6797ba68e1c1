/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <unistd.h>

#include "cac/card.h"
#include "tests/unit/cache-rig.h"
#include "tests/unit/unit.h"

struct cache_rig rig;

static const enum sample_packing packings[CACHE_CONTAINERS] = {
    SAMPLE_PLAIN, SAMPLE_ZLIB, SAMPLE_GZIP};
static const struct deadline never = {INT64_MAX};

int
cache_home_setup(void **state)
{
	(void)state;
	(void)snprintf(rig.home, sizeof(rig.home), "/tmp/test-cache-XXXXXX");
	assert_non_null(mkdtemp(rig.home));
	(void)snprintf(
	    rig.folder, sizeof(rig.folder), "%s/cac-pkcs11", rig.home);
	assert_int_equal(setenv("XDG_CACHE_HOME", rig.home, 1), 0);
	assert_int_equal(unsetenv("CAC_PKCS11_CACHE"), 0);
	return 0;
}

static void
remove_file(const char *path)
{
	assert_int_equal(remove(path), 0);
}

int
cache_home_teardown(void **state)
{
	(void)state;
	cache_each_file(remove_file);
	(void)remove(rig.folder);
	assert_int_equal(rmdir(rig.home), 0);
	return 0;
}

int
cache_setup(void **state)
{
	struct sample_card *sample = &rig.sample;

	sample_card_init(sample, packings, CACHE_CONTAINERS);
	for (size_t i = 0; i < sample->count; i++)
		sample->containers[i].needs_object = false;
	fake_reader_init(&rig.reader, sample->containers, sample->count);
	buf_init(&rig.renewed_v, SAMPLE_MAX);
	return cache_home_setup(state);
}

int
cache_teardown(void **state)
{
	fake_reader_clear(&rig.reader);
	sample_card_clear(&rig.sample);
	buf_clear(&rig.renewed_v);
	return cache_home_teardown(state);
}

void
cache_each_file(void (*act)(const char *path))
{
	DIR *dir = opendir(rig.folder);
	struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		char path[CACHE_PATH_LEN];

		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(
		    path, sizeof(path), "%s/%.200s", rig.folder, e->d_name);
		act(path);
	}
	if (dir != NULL)
		(void)closedir(dir);
}

static size_t files;

static void
count_file(const char *path)
{
	(void)path;
	files++;
}

size_t
cache_count_files(void)
{
	files = 0;
	cache_each_file(count_file);
	return files;
}

unsigned
cache_list(void)
{
	const struct buf *ders = rig.sample.der + 1;
	struct card *card;
	struct buf der;

	fake_reader_reset(&rig.reader);
	rig.reader.exchanges = 0;
	buf_truncate(&rig.reader.log, 0);
	assert_int_equal(card_open(&rig.reader, never, &card), 0);
	assert_int_equal(card_container_count(card), CACHE_CONTAINERS);
	buf_init(&der, CARD_CERT_MAX);
	for (size_t i = 0; i < CACHE_CONTAINERS; i++) {
		err_t err = card_read_certificate(card, i, never, &der);

		assert_int_equal(err, ders[i].n > 0 ? 0 : CARD_ERR_EMPTY);
		assert_bytes(buf_bytes(&der), buf_bytes(&ders[i]));
		buf_truncate(&der, 0);
	}
	buf_clear(&der);
	card_free(&card);
	return rig.reader.exchanges;
}

void
cache_renew_first(void)
{
	struct fake_container *c = &rig.sample.containers[1];
	struct buf *der = &rig.sample.der[1], *v = &rig.renewed_v;
	size_t n = der->n;

	assert_int_equal(packings[0], SAMPLE_PLAIN);
	assert_int_equal(v->n, 0);
	buf_clear(der);
	sample_der(der, n, 99);
	buf_append(v, bytes_of(c->v.p, 1));
	buf_append(v, buf_bytes(der));
	buf_append(v, bytes_of(c->v.p + v->n, c->v.n - v->n));
	assert_int_equal(v->n, c->v.n);
	c->v = buf_bytes(v);
}
