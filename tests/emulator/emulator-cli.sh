#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The command line of cac-emulator: exit status, environment, signals, errors.
set -u
: "${EMULATOR:?}" "${CAC_EMULATOR_PROFILES:?}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
fail=0

# WANTED-STATUS COMMAND...
status() {
	wanted=$1
	shift
	"$@" >"$work/out" 2>"$work/err"
	got=$?
	[ "$got" = "$wanted" ] && return
	echo "status $got, not $wanted: $*"
	cat "$work/err"
	fail=1
}

# A word that the last command must have said on stderr.
says() {
	grep -qe "$1" "$work/err" && return
	echo "not said: $1"
	cat "$work/err"
	fail=1
}

status 0 "$EMULATOR" --help
status 0 "$EMULATOR" --version
status 0 "$EMULATOR" run --help
status 2 "$EMULATOR"
status 2 "$EMULATOR" fly
says fly
status 2 "$EMULATOR" run
says 'wants a command'
status 2 "$EMULATOR" run --reader toaster -- true
says toaster
status 2 "$EMULATOR" run --speed 1 -- true
says 'speed'
status 2 "$EMULATOR" run --busy-for many -- true
says many
status 2 "$EMULATOR" run --inject 'f6 inz=C0' -- true
says 'no such selector: inz'
status 2 "$EMULATOR" run --inject 'g6' -- true
says 'no such fault: g6'
status 2 "$EMULATOR" run --inject 'late' -- true
says 'bad value of: late'
status 2 "$EMULATOR" run --inject 'reader=2 f6' -- true
says 'there is no reader 2'
status 2 "$EMULATOR" run --inject 'reader=9 f6' -- true
says 'bad value of: reader'
status 2 "$EMULATOR" run --reader scr335 --reader none -- true
status 2 "$EMULATOR" usbip --reader scr335 --reader oz776
says 'one reader only'
printf 'f6 ins=C0\n# nothing\n\nfe count=0\n' >"$work/faults"
status 2 "$EMULATOR" run --fault "$work/faults" -- true
says "faults line 4: bad value of: count"
status 125 "$EMULATOR" run --card "$work/none" -- true
status 2 "$EMULATOR" usbip --busy-for 1
status 2 "$EMULATOR" exchange

# The command's status is ours, and its signals.
status 0 "$EMULATOR" run -- true
status 7 "$EMULATOR" run -- sh -c 'exit 7'
status 137 "$EMULATOR" run -- sh -c 'kill -9 $$'
status 127 "$EMULATOR" run -- "$work/not-there"
status 126 "$EMULATOR" run -- "$work"
# shellcheck disable=SC2016
status 5 "$EMULATOR" run -- sh -c 'trap "exit 5" TERM; kill -TERM $PPID
	while :; do sleep 1; done'

# The command keeps its environment; the emulator leaves nothing behind.
# shellcheck disable=SC2016
TMPDIR=$work status 0 "$EMULATOR" run -- sh -c 'test "$TMPDIR" = "$0" &&
	test -d "$UMOCKDEV_DIR" && echo "$UMOCKDEV_DIR"' "$work"
[ -d "$(cat "$work/out")" ] && {
	echo 'the testbed is still there'
	fail=1
}
# shellcheck disable=SC2016
[ -n "${LD_PRELOAD:-}" ] ||
	LD_PRELOAD=libz.so.1 status 0 "$EMULATOR" run -- sh -c \
		'test "$LD_PRELOAD" = libz.so.1:libumockdev-preload.so.0'
status 0 "$EMULATOR" run --report "$work/report" --reader none -- true
grep -q '"exchanges": 0' "$work/report" || {
	echo 'no report'
	fail=1
}

# The card alone.
printf '> reset\n> 00 A4 04 00 07 A0 00 00 01 16 DB 00\n> 00C000000D\n' |
	"$EMULATOR" exchange --profiles "$CAC_EMULATOR_PROFILES" \
		--card cac-v2 >"$work/out" || fail=1
printf '%s\n%s\n%s\n' \
	'< 3B 7D 96 00 00 80 31 80 65 B0 83 11 17 D6 83 00 90 00' \
	'< 61 0D' '< 6F 0B 84 07 A0 00 00 01 16 DB 00 A5 00 90 00' |
	diff - "$work/out" || fail=1
printf '> reset\n> 00 C1 01 FC 3C\n' |
	"$EMULATOR" exchange --profiles "$CAC_EMULATOR_PROFILES" \
		--card cac-v2-t1 >"$work/out" || fail=1
grep -q '^< 00 E1 01 FC 1C$' "$work/out" || fail=1
echo 'hello' >"$work/in"
status 125 "$EMULATOR" exchange --profiles "$CAC_EMULATOR_PROFILES" \
	--card cac-v2 <"$work/in"
says 'line 1'
exit $fail
