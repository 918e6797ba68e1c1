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
	exec python3 "${srcdir:?}/tests/integration/guard.py" 400 sh "$0" "$@"
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/tls.sh"
[ -z "${SANITIZERS:-}" ] || skip 'browsers do not start below a sanitizer'
need openssl openssl
need certutil libnss3-tools
need modutil libnss3-tools
[ -x "$builddir/tests/integration/tls-judge" ] || skip 'tls-judge is not built'
# The guard ends whatever is left.
trap 'rm -rf "$tmp"' EXIT

pin=77777777
tables=$tmp/table

# until_true COMMAND...: at most for a minute
until_true() {
	turns=0
	until "$@"; do
		turns=$((turns + 1))
		[ $turns -lt 600 ] || return 1
		sleep 0.1
	done
}

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

# seeing COMMAND...: in place of this shell, from a home of its own
seeing() {
	. "$tmp/environment"
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

counted() {
	sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p" "$tmp/report"
}

messages() {
	grep -c '^M >' "$tmp/log" || :
}
exchanges() {
	grep -c '^M > XfrBlock' "$tmp/log" || :
}
# A PIN went to the card; behind a T=1 prologue or not.
verifies() {
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
	was_verifies=$(verifies)
	was_asked=$("$counter")
	was=$(date +%s%3N)
	"$@" >"$tmp/shown" || :
	took=$(($(date +%s%3N) - was))
	asked=$(($("$counter") - was_asked))
	verified=$(($(verifies) - was_verifies))
	exchanged=$(($(exchanges) - was_exchanges))
	shaken=$(($(handshakes "$version") - was_handshakes))
}

# A line of the table, which make check-integration collects
columns() {
	printf '| %-8s | %-17s | %-3s | %-12s | %-6s' "$1" "$2" "$3" "$4" "$5"
	shift 5
	printf ' | %4s | %6s | %10s | %9s | %6s |\n' "$@"
}

# row BROWSER STORY RESULT: of the last measure
row() {
	columns "$1" "$card" "$version" "$2" "$3" "$asked" "$verified" \
		"$shaken" "$exchanged" "$took" >>"$tables"
}
table() {
	columns browser card TLS page result PINs VERIFY handshakes exchanges ms
	cat "$tables"
}

# page BROWSER STORY VERSION NN PINS COMMAND...: a whole case
page() {
	who=$1 story=$2 version=$3 number=$4 pins=$5
	shift 5
	measure "$version" "${who}_asked" "$@"
	result=FAIL
	saw "$version" "$number" >/dev/null && [ "$asked" -eq "$pins" ] &&
		result=pass
	row "$who" "$story" $result
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
