# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# What the browsers' tests share: a guard over all processes, servers that
# judge, a reader for programs that are started while it runs, and a table.
# A test sources it first of all.
command -v python3 >/dev/null || {
	echo 'skipped: python3 is not installed (Debian: python3)'
	exit 77
}
[ -n "${GUARD:-}" ] ||
	exec python3 "${srcdir:?}/tests/integration/guard.py" 900 sh "$0" "$@"
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/tls.sh"
. "$srcdir/tests/integration/consumers.sh"
[ -z "${SANITIZERS:-}" ] || skip 'browsers do not start below a sanitizer'
need openssl openssl
need certutil libnss3-tools
need modutil libnss3-tools
fork_guard=$builddir/tests/integration/.libs/fork-guard.so
[ -e "$fork_guard" ] || skip 'fork-guard is not built'
[ -x "$builddir/tests/integration/tls-judge" ] || skip 'tls-judge is not built'
# The guard ends whatever is left.
trap 'rm -rf "$tmp"' EXIT
tables=$tmp/table

# until_ended PID: its exit status, unless it has to be killed
until_ended() {
	until_true has_ended "$1" || kill -KILL "$1"
	wait "$1"
}
has_ended() {
	! kill -0 "$1" 2>/dev/null || grep -qs '^State:.Z' "/proc/$1/status"
}

# ---- the reader

# plug CARD: the reader that programs after `seeing` have
plug() {
	card=$1
	rm -f "$tmp/plugged" "$tmp/log" "$tmp/report" "$tmp/hold"
	mkfifo "$tmp/hold"
	emulate --log "$tmp/log" --report "$tmp/report" \
		--control "$tmp/control" -- sh -c '
			export -p >"$1/environment"
			: >"$1/plugged"
			read -r _ <"$1/hold"' hold "$tmp" &
	emulator=$!
	until_true test -e "$tmp/plugged"
}

# unplug: the report is complete then
unplug() {
	echo >"$tmp/hold"
	until_ended "$emulator"
}

# seeing COMMAND...: in place of this shell, before the reader
seeing() {
	. "$tmp/environment"
	LD_PRELOAD=$LD_PRELOAD:$fork_guard
	at_home "$@"
}

# at_home COMMAND...: the same without a reader
at_home() {
	unset GUARD DBUS_SYSTEM_BUS_ADDRESS
	HOME=$home XDG_CONFIG_HOME=$home/.config XDG_CACHE_HOME=$home/.cache
	XDG_DATA_HOME=$home/.local/share XDG_RUNTIME_DIR=$home/run TMPDIR=$tmp
	DBUS_SESSION_BUS_ADDRESS=disabled:
	export HOME XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME \
		XDG_RUNTIME_DIR TMPDIR DBUS_SESSION_BUS_ADDRESS
	exec "$@"
}

# A home that nobody has used
move_in() {
	homes=$((${homes:-0} + 1))
	home=$tmp/home$homes
	mkdir -p "$home/run"
	chmod 700 "$home/run"
}

# hand WORDS...: what a hand does to the card
hand() {
	[ -p "$tmp/control" ] && echo "$*" >"$tmp/control" &&
		read -r said <"$tmp/control.answer" && [ "$said" = "done" ]
}

messages() {
	grep -c '^M >' "$tmp/log" || :
}
exchanges() {
	grep -c '^M > XfrBlock' "$tmp/log" || :
}
# A PIN went to the card; behind a T=1 prologue or not.
sent_pins() {
	grep -c '^M > XfrBlock.* 00 20 00 [08][0-9A-F] 08 \*\*' "$tmp/log" || :
}

# ---- the servers

# judge VERSION: on port $(port VERSION)
judge() {
	cat "$(pki)/root.pem" "$(pki)/ca.pem" >"$tmp/tls/clients.pem"
	: >"$tmp/judge.$1"
	rm -f "$tmp/port.$1"
	"$builddir/tests/integration/tls-judge" "$1" "$tmp/tls/server.pem" \
		"$tmp/tls/server.key" "$tmp/tls/clients.pem" "$(pki)" \
		"$tmp/judge.$1" >"$tmp/port.$1" &
	until_true test -s "$tmp/port.$1"
	judges="${judges:-} $!"
}
judges_go() {
	# shellcheck disable=SC2086
	kill $judges && wait $judges 2>"$tmp/gone" || :
	judges=
}
port() {
	cat "$tmp/port.$1"
}
url() {
	echo "https://127.0.0.1:$(port "$1")/"
}
handshakes() {
	grep -c ' saw ' "$tmp/judge.$1" || :
}

# saw VERSION NN: since the last measure, and nothing else
saw() {
	tail -n "+$((judged + 1))" "$tmp/judge.$1" >"$tmp/judged"
	[ "$(sed -n 's/^TLSv\([0-9.]*\) saw \(.*\)/\1 \2/p' "$tmp/judged" |
		sort -u)" = "$1 $2" ] && return
	sed 's/^/    judge: /' "$tmp/judged" "$tmp/shown"
	return 1
}
saw_none() {
	tail -n "+$((judged + 1))" "$tmp/judge.$1" >"$tmp/judged"
	not grep -q ' saw ' "$tmp/judged"
}

# ---- what one page costs

# measure VERSION PIN-COUNTER COMMAND...
measure() {
	version=$1
	counter=$2
	shift 2
	judged=$(wc -l <"$tmp/judge.$version")
	was_handshakes=$(handshakes "$version")
	was_exchanges=$(exchanges)
	was_verifies=$(sent_pins)
	was_asked=$("$counter")
	began=$(now)
	"$@" >"$tmp/shown" || :
	took=$(($(now) - began))
	asked=$(($("$counter") - was_asked))
	verified=$(($(sent_pins) - was_verifies))
	exchanged=$(($(exchanges) - was_exchanges))
	shaken=$(($(handshakes "$version") - was_handshakes))
}

# measured BROWSER STORY RESULT: a line of the table
measured() {
	columns "$1" "$card" "$version" "$2" "$3" "$asked" "$verified" \
		"$shaken" "$exchanged" "$took" >>"$tables"
}

# page BROWSER STORY VERSION NN PINS COMMAND...: a whole case
page() {
	who=$1 story=$2 version=$3 number=$4 pins=$5
	shift 5
	measure "$version" "${who}_asked" "$@"
	result=fail
	saw "$version" "$number" >/dev/null && [ "$asked" -eq "$pins" ] &&
		result=pass
	measured "$who" "$story" $result
	ok "$who, $card, TLS $version, $story: the server saw $number.der" \
		saw "$version" "$number"
	ok "$who, $card, TLS $version, $story: asked $asked times for a PIN" \
		test "$asked" -eq "$pins"
}

# ---- the end

# Orphans come to the guard; those that are about to end may.
nobody_left() {
	until_true alone && return
	tr '\0' ' ' <"/proc/$(sed 1q "$tmp/orphans")/cmdline"
	return 1
}
alone() {
	grep -l "^PPid:[[:space:]]*$GUARD\$" /proc/[0-9]*/status 2>/dev/null |
		grep -o '[0-9]*' | grep -vx $$ >"$tmp/orphans"
	[ ! -s "$tmp/orphans" ]
}
