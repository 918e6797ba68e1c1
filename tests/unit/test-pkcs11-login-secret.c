/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a PIN is not to be found: memory after a login, and children. */
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/pkcs11-fixture.h"
#include "tests/unit/unit.h"

#define PIN_LEN 8

/* Not in the program's own data: made when it is needed. */
static void
make_pin(char pin[PIN_LEN + 1], char flip)
{
	static const char half[] = "7512";

	for (size_t i = 0; i < PIN_LEN; i++)
		pin[i] = (char)(half[i % 4] ^ (i >= 4 ? flip : 0));
	pin[PIN_LEN] = '\0';
}

/* What the fake card compares with and remembers is the card's, not ours. */
static void
clean_card(void)
{
	explicit_bzero(
	    fixture_inserted.last_pin, sizeof(fixture_inserted.last_pin));
	explicit_bzero(
	    fixture_inserted.changed_pin, sizeof(fixture_inserted.changed_pin));
	fixture_inserted.pin = NULL;
}

static size_t
count_in(const uint8_t *p, size_t n, const uint8_t *want)
{
	size_t found = 0;

	for (size_t i = 0; n >= PIN_LEN && i <= n - PIN_LEN; i++) {
		size_t k = 0;

		/* Compared inverted, so that no copy arises here. */
		while (k < PIN_LEN && (uint8_t)(p[i + k] ^ want[k]) == 0xFF)
			k++;
		found += k == PIN_LEN;
	}
	return found;
}

/* In all writable memory of this process. want: the PIN, inverted. */
static size_t __attribute__((no_sanitize("address", "thread")))
count_everywhere(const uint8_t *want)
{
	static uint8_t piece[65536 + PIN_LEN];
	FILE *maps = fopen("/proc/self/maps", "re");
	int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	unsigned long from, to;
	char line[512], mode[5];
	size_t found = 0;

	assert_non_null(maps);
	assert_true(mem >= 0);
	while (fgets(line, sizeof(line), maps) != NULL) {
		if (sscanf(line, "%lx-%lx %4s", &from, &to, mode) != 3 ||
		    mode[1] != 'w')
			continue;
		/* Sanitizers reserve terabytes, of which nothing is used. */
		if (to - from > (1UL << 30))
			continue;
		for (unsigned long at = from; at < to; at += 65536) {
			ssize_t n = pread(mem, piece, sizeof(piece), (off_t)at);

			if (n <= 0)
				break;
			/* Not itself: that would be what was just read. */
			if (at + 65536 + PIN_LEN > (unsigned long)piece &&
			    at < (unsigned long)piece + sizeof(piece))
				continue;
			if ((unsigned long)n > to - at)
				n = (ssize_t)(to - at);
			found += count_in(piece, (size_t)n, want);
			explicit_bzero(piece, sizeof(piece));
		}
	}
	(void)close(mem);
	(void)fclose(maps);
	return found;
}

static void
invert(const char *pin, uint8_t *out)
{
	for (size_t i = 0; i < PIN_LEN; i++)
		out[i] = (uint8_t)~pin[i];
}

/* The caller's own copy is wiped, too: only what we kept can be found. */
static CK_RV
login_and_forget(CK_SESSION_HANDLE session, uint8_t *inverted)
{
	char pin[PIN_LEN + 1];
	CK_RV rv;

	make_pin(pin, 1);
	invert(pin, inverted);
	rv = C_Login(session, CKU_USER, (unsigned char *)pin, PIN_LEN);
	explicit_bzero(pin, sizeof(pin));
	clean_card();
	return rv;
}

static void
test_logout(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	uint8_t inverted[PIN_LEN];

	(void)state;
	assert_int_equal(login_and_forget(session, inverted), CKR_OK);
	/* Kept, or the search finds nothing at all. */
	assert_true(count_everywhere(inverted) > 0);
	assert_int_equal(C_Logout(session), CKR_OK);
	assert_int_equal(count_everywhere(inverted), 0);
}

static void
test_last_close(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	uint8_t inverted[PIN_LEN];

	(void)state;
	assert_int_equal(login_and_forget(session, inverted), CKR_OK);
	assert_int_equal(C_CloseSession(session), CKR_OK);
	assert_int_equal(count_everywhere(inverted), 0);
}

static void
test_removal(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_SLOT_INFO info;
	uint8_t inverted[PIN_LEN];

	(void)state;
	assert_int_equal(login_and_forget(session, inverted), CKR_OK);
	fake_reader_remove(1);
	assert_int_equal(C_GetSlotInfo(1, &info), CKR_OK);
	assert_int_equal(count_everywhere(inverted), 0);
}

static void
test_finalize(void **state)
{
	uint8_t inverted[PIN_LEN];

	(void)state;
	assert_int_equal(
	    login_and_forget(fixture_session(1, 0), inverted), CKR_OK);
	assert_int_equal(C_Finalize(NULL), CKR_OK);
	assert_int_equal(count_everywhere(inverted), 0);
	assert_int_equal(C_Initialize(NULL), CKR_OK);
}

static void
test_wrong(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	uint8_t inverted[PIN_LEN];

	(void)state;
	fixture_inserted.pin = "123456";
	assert_int_equal(
	    login_and_forget(session, inverted), CKR_PIN_INCORRECT);
	assert_int_equal(count_everywhere(inverted), 0);
}

static void
test_change(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, CKF_RW_SESSION);
	char old[PIN_LEN + 1], new[PIN_LEN + 1];
	uint8_t inverted_old[PIN_LEN], inverted_new[PIN_LEN];

	(void)state;
	assert_int_equal(login_and_forget(session, inverted_old), CKR_OK);
	make_pin(old, 1);
	make_pin(new, 2);
	invert(new, inverted_new);
	assert_int_equal(C_SetPIN(session, (unsigned char *)old, PIN_LEN,
			     (unsigned char *)new, PIN_LEN),
	    CKR_OK);
	explicit_bzero(old, sizeof(old));
	explicit_bzero(new, sizeof(new));
	clean_card();
	assert_int_equal(count_everywhere(inverted_old), 0);
	assert_true(count_everywhere(inverted_new) > 0);
	assert_int_equal(C_Logout(session), CKR_OK);
	assert_int_equal(count_everywhere(inverted_new), 0);
}

static unsigned logouts; /* before the fork */

/* 0: right. Exits without the parent's clean-up, as a child should. */
static void
in_child(int (*work)(CK_SESSION_HANDLE, const uint8_t *),
    CK_SESSION_HANDLE session, const uint8_t *inverted)
{
	pid_t child;
	int status;

	logouts = fixture_inserted.logouts;
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(work(session, inverted));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int
child_has_nothing(CK_SESSION_HANDLE session, const uint8_t *inverted)
{
	unsigned char pin[] = "123456";

	if (count_everywhere(inverted) != 0)
		return 1;
	if (C_Login(session, CKU_USER, pin, 6) != CKR_CRYPTOKI_NOT_INITIALIZED)
		return 2;
	if (C_Logout(session) != CKR_CRYPTOKI_NOT_INITIALIZED)
		return 3;
	if (C_Finalize(NULL) != CKR_CRYPTOKI_NOT_INITIALIZED)
		return 4;
	return fixture_inserted.logouts == logouts ? 0 : 5;
}

static int
child_begins_anew(CK_SESSION_HANDLE session, const uint8_t *inverted)
{
	CK_SESSION_HANDLE own;
	CK_SESSION_INFO info;
	CK_ULONG n;

	(void)inverted;
	if (C_Initialize(NULL) != CKR_OK ||
	    C_GetSlotList(CK_TRUE, NULL, &n) != CKR_OK)
		return 1;
	if (C_GetSessionInfo(session, &info) != CKR_SESSION_HANDLE_INVALID)
		return 2;
	if (C_OpenSession(1, CKF_SERIAL_SESSION, NULL, NULL, &own) != CKR_OK ||
	    C_GetSessionInfo(own, &info) != CKR_OK)
		return 3;
	if (info.state != CKS_RO_PUBLIC_SESSION)
		return 4;
	if (C_Finalize(NULL) != CKR_OK)
		return 5;
	return fixture_inserted.logouts == logouts ? 0 : 6;
}

static void
test_fork(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	uint8_t inverted[PIN_LEN];

	(void)state;
	assert_int_equal(login_and_forget(session, inverted), CKR_OK);
	in_child(child_has_nothing, session, inverted);
	in_child(child_begins_anew, session, inverted);
	assert_int_equal(fixture_state(session), CKS_RO_USER_FUNCTIONS);
	assert_true(count_everywhere(inverted) > 0);
	assert_int_equal(C_Logout(session), CKR_OK);
	in_child(child_begins_anew, session, inverted);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_WITH("PIN: nowhere in memory after C_Logout", test_logout,
		fixture_setup, fixture_teardown),
	    TEST_WITH("PIN: nowhere after the last session", test_last_close,
		fixture_setup, fixture_teardown),
	    TEST_WITH("PIN: nowhere after the card's removal", test_removal,
		fixture_setup, fixture_teardown),
	    TEST_WITH("PIN: nowhere after C_Finalize", test_finalize,
		fixture_setup, fixture_teardown),
	    TEST_WITH("PIN: a wrong one is kept nowhere", test_wrong,
		fixture_setup, fixture_teardown),
	    TEST_WITH("PIN: C_SetPIN keeps the new one, and only while "
		      "somebody is logged in",
		test_change, fixture_setup, fixture_teardown),
	    TEST_WITH("PIN: a child of fork() has none, and ends no login",
		test_fork, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-login-secret", tests, NULL, NULL);
}
