# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# What the integration tests share. A test sources it, runs its cases and ends
# with `finish`. Set by the build: srcdir, builddir, MODULE, EMULATOR, CC.
set -eu

: "${MODULE:?}" "${EMULATOR:?}" "${CAC_EMULATOR_PROFILES:?}" "${builddir:?}"

tmp=$(mktemp -d "${TMPDIR:-/tmp}/cac.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
unset CAC_PKCS11_TRACE
# Each test reads the card; those of the cache turn it on.
CAC_PKCS11_CACHE=off
export CAC_PKCS11_CACHE
cases=0
failed=0

skip() {
	echo "skipped: $*"
	exit 77
}

# need PROGRAM PACKAGE
need() {
	command -v "$1" >/dev/null || skip "$1 is not installed (Debian: $2)"
}

# The module brings the sanitizer's library into programs without it.
if [ -n "${SANITIZERS:-}" ]; then
	LD_PRELOAD=$("${CC:-cc}" -print-file-name=libasan.so)
	LD_PRELOAD=$LD_PRELOAD:$("${CC:-cc}" -print-file-name=libubsan.so)
	# Other people's programs leak at their end.
	ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0:abort_on_error=1
	export LD_PRELOAD ASAN_OPTIONS
	# Debian's mawk reads past the end of a string of its own.
	awk() {
		env -u LD_PRELOAD awk "$@"
	}
fi

reader=scr3310-v2
card=cac-v2

# Keys are made once for a profile; the emulator keeps concurrent makers apart.
pki() {
	printf '%s/tests/integration/pki/%s' "$builddir" "$card"
}

# emulate [EMULATOR-OPTION]... -- COMMAND
emulate() {
	mkdir -p "$builddir/tests/integration/pki"
	"$EMULATOR" run --reader "$reader" --card "$card" \
		--profiles "$CAC_EMULATOR_PROFILES" --pki "$(pki)" "$@"
}

# list [EMULATOR-OPTION]...: certificates by p11tool, into $tmp/list
list() {
	emulate "$@" -- p11tool --provider "$MODULE" --list-all-certs pkcs11: \
		>"$tmp/list" 2>"$tmp/list.err"
}

listed() {
	grep -c 'Type: X.509 Certificate' "$tmp/list" || :
}

# ok DESCRIPTION COMMAND...: one case
ok() {
	what=$1
	shift
	cases=$((cases + 1))
	if "$@"; then
		echo "ok: $what"
	else
		failed=$((failed + 1))
		echo "FAILED: $what"
		for f in "$tmp"/*.err; do
			[ ! -s "$f" ] || sed 's/^/    /' "$f"
		done
	fi
}

# not COMMAND...: true when it ends with an error of its own, not by a signal
not() {
	rc=0
	"$@" || rc=$?
	[ "$rc" -gt 0 ] && [ "$rc" -lt 124 ]
}

finish() {
	# As the unit tests close, so that totals can be made.
	echo "[  PASSED  ] $((cases - failed)) test(s)."
	[ "$failed" -eq 0 ] && exit 0
	echo "[  FAILED  ] $failed test(s)."
	exit 1
}
