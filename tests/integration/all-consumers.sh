#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Other people's programs, one after another: a line for each of these tests,
# the table of their cases, and the sum. The whole of what a test said is in its
# log, below the build; a failed one's is shown too.
#
#	all-consumers.sh TEST...
set -eu
. "${srcdir:?}/tests/integration/table.sh"

# A hang is ended, and so is what a test leaves behind.
seconds=1800
guarded() {
	if command -v python3 >/dev/null; then
		python3 "$srcdir/tests/integration/guard.py" $seconds "$@"
	else
		"$@"
	fi
}

# cases WORD LOG...: how many of them
cases() {
	word=$1
	shift
	cat "$@" | awk -v "word=$word" '
		/^\[/ && $2 == word { n += $4 }
		END { print n + 0 }'
}

# one TEST: its log is in $log
one() {
	log=${builddir:?}/${1%.sh}.log
	mkdir -p "${log%/*}"
	logs="$logs $log"
	was=$(date +%s)
	rc=0
	guarded sh "$srcdir/$1" >"$log" 2>&1 </dev/null || rc=$?
	took=$(($(date +%s) - was))
	case $rc in
	0) echo "PASS: $1 ($(cases PASSED "$log") cases, $took s)" ;;
	77)
		echo "SKIP: $1 ($(sed -n 's/^skipped: //p' "$log"))"
		skipped=$((skipped + 1))
		;;
	*)
		echo "FAIL: $1 (exit status $rc, $took s)"
		sed 's/^/    /' "$log"
		failed="$failed $1"
		;;
	esac
}

logs='' skipped=0 failed='' tests=$# began=$(date +%s)
for test; do
	one "$test"
done
columns consumer card TLS case result PINs VERIFY handshakes exchanges ms
# shellcheck disable=SC2086
{
	sed -n '/^|/p' $logs
	echo "$tests tests in $(($(date +%s) - began)) s, $skipped skipped:" \
		"$(cases PASSED $logs) cases passed," \
		"$(cases FAILED $logs) failed"
}
[ -z "$failed" ] || {
	echo "failed:$failed"
	exit 1
}
