/* SPDX-License-Identifier: BSD-2-Clause */
/* Damaged certificates, and the host's configuration, which stays unread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "cac/card.h"
#include "pkcs11/x509.h"
#include "tests/unit/make-certificate.h"

static void
test_trailing_bytes(void **state)
{
	static const uint8_t padding[] = {0xFF, 0xFF, 0x00};
	struct x509 x;
	struct buf der;
	size_t n;

	(void)state;
	make_certificate(
	    &(struct make_spec){.key = MAKE_P256, .cn = "A"}, &der);
	n = der.n;
	buf_append(&der, BYTES(padding));
	assert_int_equal(x509_parse(buf_bytes(&der), &x), 0);
	assert_int_equal(x.value.n, n);
	x509_clear(&x);
	buf_clear(&der);
}

static void
test_truncated(void **state)
{
	struct x509 x;
	struct buf der;

	(void)state;
	make_certificate(
	    &(struct make_spec){.key = MAKE_P256, .cn = "A"}, &der);
	for (size_t n = 0; n < der.n; n++) {
		assert_int_equal(
		    x509_parse(bytes_of(der.p, n), &x), CARD_ERR_UNDECODABLE);
		assert_null(x.value.p);
		assert_int_equal(x.store.n, 0);
	}
	buf_clear(&der);
}

/* Whatever a flipped byte does, it stays inside. */
static void
test_damaged(void **state)
{
	struct x509 x;
	struct buf der;

	(void)state;
	make_certificate(
	    &(struct make_spec){
		.key = MAKE_RSA, .cn = "A", .usage = "digitalSignature"},
	    &der);
	for (size_t i = 0; i < der.n; i++) {
		der.p[i] ^= 0x5A;
		if (x509_parse(buf_bytes(&der), &x) == 0)
			x509_clear(&x);
		der.p[i] ^= 0x5A;
	}
	buf_clear(&der);
}

/* Whether the file was opened since the last call. */
static bool
was_opened(int watch)
{
	char events[1024];

	return read(watch, events, sizeof(events)) > 0;
}

static int
config_child(const char *path, struct bytes der)
{
	int watch = inotify_init1(IN_NONBLOCK);
	struct x509 x;

	if (inotify_add_watch(watch, path, IN_OPEN) < 0 ||
	    setenv("OPENSSL_CONF", path, 1) != 0)
		return 1;
	if (x509_parse(der, &x) != 0 || was_opened(watch))
		return 2;
	/* The trap works: the host's own use reads it. */
	if (OBJ_sn2nid("someName") != NID_undef || !was_opened(watch))
		return 3;
	return 0;
}

/* Making a certificate reads the configuration, once in a process. */
static size_t
make_elsewhere(uint8_t *out, size_t room)
{
	struct buf der;
	int ends[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		make_certificate(&(struct make_spec){.key = MAKE_RSA,
				     .cn = "A",
				     .usage = "digitalSignature"},
		    &der);
		_exit(write(ends[1], der.p, der.n) == (ssize_t)der.n ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	n = read(ends[0], out, room);
	assert_true(n > 0);
	(void)close(ends[0]);
	(void)close(ends[1]);
	return (size_t)n;
}

static void
test_no_configuration(void **state)
{
	char path[] = "/tmp/test-pkcs11-x509-XXXXXX";
	int fd = mkstemp(path), status;
	static uint8_t der[2048];
	size_t n = make_elsewhere(der, sizeof(der));
	pid_t pid;

	(void)state;
	assert_true(fd >= 0);
	(void)close(fd);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(config_child(path, bytes_of(der, n)));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	(void)unlink(path);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    {"x509: no configuration file of the host is read",
		test_no_configuration, NULL, NULL, NULL},
	    {"x509: bytes behind the certificate are dropped",
		test_trailing_bytes, NULL, NULL, NULL},
	    {"x509: cut anywhere, it is no certificate", test_truncated, NULL,
		NULL, NULL},
	    {"x509: damaged anywhere, nothing breaks", test_damaged, NULL, NULL,
		NULL},
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-x509-damage", tests, NULL, NULL);
}
