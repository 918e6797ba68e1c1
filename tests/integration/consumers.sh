# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# What the tests of single programs share. A test sources it after lib.sh.
# Each case is also a line of the table that make check-integration prints.
. "$srcdir/tests/integration/table.sh"

pin=77777777
wrong_pin=12345678

# Nothing of the user's is seen or changed, and words are English.
unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME \
	XDG_RUNTIME_DIR SSH_AUTH_SOCK DISPLAY
HOME=$tmp/home LC_ALL=C.UTF-8
export HOME LC_ALL
mkdir "$HOME"

# number NAME: from the emulator's last report
number() {
	sed -n "s/^ *\"$1\": \([0-9]*\),*\$/\1/p" "$tmp/report"
}
verifies() {
	number verify_commands
}

# with_card COMMAND...: in front of the card, counted
with_card() {
	rm -f "$tmp/report"
	emulate --report "$tmp/report" -- "$@"
}

# What the card was asked for, beside what was expected.
counted() {
	want=$1
	shift
	result=fail
	if "$@"; then result=pass; fi
	case $want in
	-) ;;
	*-*) [ "$(verifies)" -ge "${want%-*}" ] &&
		[ "$(verifies)" -le "${want#*-}" ] ;;
	*) [ "$(verifies)" = "$want" ] ;;
	esac || {
		result=fail
		echo "    $(verifies) VERIFY instead of $want"
	}
	[ "$result" = pass ]
}

now() {
	date +%s%3N
}

# row CONSUMER CASE RESULT: a line of the table; a case of TLS is one handshake
row() {
	case $2 in
	*'TLS 1.2'*) tls=1.2 shaken=1 ;;
	*'TLS 1.3'*) tls=1.3 shaken=1 ;;
	*) tls=- shaken=- ;;
	esac
	columns "$1" "$card" $tls "$2" "$3" "$prompts" "$(verifies)" $shaken \
		"$(number exchanges)" "$took"
}

# entry CONSUMER CASE VERIFIES COMMAND...: one case; of VERIFY commands there
# may be a range (1-2), or any number (-). The command may set prompts: how
# often it was asked for a PIN.
entry() {
	consumer=$1 story=$2 expected=$3
	shift 3
	rm -f "$tmp/report" "$tmp"/*.err
	result=fail prompts=- began=$(now)
	ok "$consumer, $card: $story" counted "$expected" "$@"
	took=$(($(now) - began))
	[ ! -s "$tmp/report" ] || row "$consumer" "$story" "$result"
}

# Profiles of cards that a person may carry.
cards() {
	for profile in "$CAC_EMULATOR_PROFILES"/cac-v* \
		"$CAC_EMULATOR_PROFILES"/alt-* "$CAC_EMULATOR_PROFILES"/dual-* \
		"$CAC_EMULATOR_PROFILES"/piv-*; do
		case $profile in
		*.inc) ;;
		*) basename "$profile" ;;
		esac
	done
}

# use_card PROFILE: its keys are made, its PIN known
use_card() {
	card=$1
	pin=$(sed -n 's/^global-pin  *//p' "$CAC_EMULATOR_PROFILES/$card")
	: "${pin:=77777777}"
	emulate -- true
}

# until_true COMMAND...: two minutes and more, which only a hang needs
until_true() {
	polls=0
	until "$@"; do
		polls=$((polls + 1))
		[ $polls -lt 2400 ] || return 1
		sleep 0.05
	done
}

# listens SOCKET: as well as being there
listens() {
	grep -q " 00010000 .* $1\$" /proc/net/unix
}

# ports_of PID tcp|udp: what it is bound to, for servers that do not say it
ports_of() {
	for fd in /proc/"$1"/fd/*; do
		readlink "$fd" || :
	done | sed -n 's/^socket:\[\(.*\)\]/\1/p' >"$tmp/sockets"
	awk 'NR == FNR { mine[$1] = 1; next }
		$10 in mine { sub(/.*:/, "", $2); print $2 }' \
		"$tmp/sockets" "/proc/net/$2" |
		while read -r hex; do
			[ "$hex" = 0000 ] || echo $((0x$hex))
		done
}
