#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# How often a PIN reaches the card, by the emulator's count: once for a login,
# never what is no PIN, never the same wrong one twice; and nobody can use a key
# by another one's login.

# What follows runs in front of the card: a case, and programs a and b, which
# take commands line by line (login-worker.c).
begin() {
	lead "$1" "$worker" "$MODULE" "$2"
	[ "$1" != a ] || pid_a=$!
	is ok "$1" init
	is ok "$1" open 1
}
hand() {
	echo "$1" >"$work/control" && read -r answer <"$work/control.answer" &&
		[ "$answer" = 'done' ]
}
# signs ANSWER a|b SESSION [PIN]: with the first key
signs() {
	is "$1" "$2" sign "$3" "$id" "$work/hash" "$work/signature" ${4:+"$4"}
}

once() {
	begin a 0
	is 'public ok' a state 1
	is ok a login 1 "$pin"
	is 'user ok' a state 1
	is logged-in a login 1 "$pin"
	is logged-in a login 1 "$wrong"
	signs ok a 1
	signs ok a 1
}
wrong() {
	begin a 0
	is wrong-pin a login 1 "$wrong"
	is 'public ok' a state 1
	signs no-key a 1
}
wrong_again() {
	begin a 0
	for _ in 1 2 3 4 5; do
		is wrong-pin a login 1 "$wrong"
	done
	is ok a close 1
	is ok a open 1
	is wrong-pin a login 1 "$wrong"
	is ok a finalize
	is ok a init
	is ok a open 1
	is wrong-pin a login 1 "$wrong"
}
wrong_elsewhere() {
	begin a 0
	begin b 8
	is wrong-pin a login 1 "$wrong"
	is wrong-pin b login 1 "$wrong"
	is wrong-pin a login 1 "$wrong"
	is wrong-pin b login 1 "$wrong"
}
no_pin() {
	begin a 0
	is no-length a login 1 -
	is no-length a login 1 1
	is no-length a login 1 123
	is no-length a login 1 123456789
	is no-length a login 1 "${pin}7"
	is no-digits a login 1 secret
	is no-digits a login 1 7777777x
	is no-digits a login 1 7777-777
}
# A program that never looks at the token's flags is told by an error.
blocked() {
	begin a 0
	is wrong-pin a login 1 11112222
	is wrong-pin a login 1 22221111
	is last-try a login 1 33331111
	is locked a login 1 33331111
	is locked a login 1 "$pin"
	is locked a login 1 "$pin"
	is 'low blocked ok' a flags
}
# Another process uses two tries up. Not all cards tell that.
last_try() {
	begin a 0
	begin b 8
	is wrong-pin a login 1 11112222
	is wrong-pin a login 1 22221111
	[ "$tells" = no ] || is last-try b login 1 "$pin"
	is ok b login 1 "$pin"
	signs ok b 1
	is 'ok' b flags
}
flags() {
	begin a 0
	is ok a flags
	is wrong-pin a login 1 11112222
	is 'low ok' a flags
	is wrong-pin a login 1 22221111
	is 'low final ok' a flags
	is ok a login 1 "$pin"
	is ok a flags
}
logout() {
	begin a 0
	is not-logged-in a logout 1
	is ok a login 1 "$pin"
	signs ok a 1
	is ok a logout 1
	is 'public ok' a state 1
	signs no-key a 1
	is not-logged-in a logout 1
	is ok a login 1 "$pin"
	signs ok a 1
}
# The last session takes the login along.
closed() {
	begin a 0
	is ok a open 2
	is ok a login 1 "$pin"
	is ok a close 1
	is 'user ok' a state 2
	signs ok a 2
	is ok a close 2
	is ok a open 3
	is 'public ok' a state 3
	signs no-key a 3
	is ok a login 3 "$pin"
}
finalized() {
	begin a 0
	is ok a login 1 "$pin"
	is ok a finalize
	is ok a init
	is ok a open 1
	is 'public ok' a state 1
	signs no-key a 1
}
pulled() {
	begin a 0
	is ok a login 1 "$pin"
	signs ok a 1
	hand 'card out'
	hand 'card in'
	signs no-such-session a 1
	is ok a open 2
	is 'public ok' a state 2
	signs no-key a 2
	is ok a login 2 "$pin"
	signs ok a 2
	signs no-such-session a 1
}
pulled_wrong() {
	begin a 0
	is wrong-pin a login 1 "$wrong"
	hand 'card out'
	is no-such-session a login 1 "$wrong"
	hand 'card in'
	is ok a open 2
	is wrong-pin a login 2 "$wrong"
	is wrong-pin a login 2 "$wrong"
}
# The card of another person: neither login nor refusal is anything to it.
another() {
	begin a 0
	is ok a login 1 "$pin"
	hand 'card other'
	signs no-such-session a 1
	is ok a open 2
	signs no-key a 2
	is 'public ok' a state 2
}
# b resets the card at its end; a is given its login back in silence, once.
taken() {
	begin a 0
	begin b 8
	is ok a login 1 "$pin"
	signs ok a 1
	is ok b login 1 "$pin"
	signs ok b 1
	is ok b logout 1
	signs no-key b 1
	signs ok a 1
	signs ok a 1
	is 'user ok' a state 1
}
# b changes the PIN: what a has is wrong now. One try, and then none.
outdated() {
	begin a 0
	begin b 8
	is ok a login 1 "$pin"
	is ok b open-rw 2
	is ok b set-pin 2 "$pin" 66667777
	signs not-logged-in a 1
	signs no-key a 1
	is 'public ok' a state 1
	is wrong-pin a login 1 "$pin"
	is ok b login 1 66667777
	is ok a login 1 66667777
	signs ok a 1
}
# A wrong old PIN ends the login on the card: the third VERIFY is a silent one.
changed() {
	begin a 0
	is ok a open-rw 2
	is ok a login 1 "$pin"
	is no-length a set-pin 2 "$pin" 12345
	is no-length a set-pin 2 "$pin" 123456789
	is no-digits a set-pin 2 "$pin" letters
	is wrong-pin a set-pin 2 "$wrong" 66667777
	is wrong-pin a set-pin 2 "$wrong" 66667777
	is ok a set-pin 2 "$pin" 66667777
	signs ok a 1
	is ok a logout 1
	is ok a login 1 66667777
	signs ok a 1
}
# The next one finds a card that is reset before it hears a command.
killed() {
	begin a 0
	is ok a login 1 "$pin"
	signs ok a 1
	kill -9 "$pid_a"
	wait "$pid_a" || :
	wc -l <"$work/log" >"$work/lines"
	begin b 8
	is 'public ok' b state 1
	signs no-key b 1
	sed "1,$(cat "$work/lines")d" "$work/log" |
		grep -m 1 -oE 'XfrBlock|IccPowerO(n|ff)' >"$work/first"
	grep -q IccPower "$work/first"
}
ended() {
	begin a 0
	is ok a login 1 "$pin"
	exec 3>&-
	wait "$pid_a"
	wc -l <"$work/log" >"$work/lines"
	begin b 8
	is 'public ok' b state 1
	signs no-key b 1
}

# Keys that want the PIN before each use.
always() {
	begin a 0
	is ok a login 1 "$pin"
	signs ok a 1
	signs not-logged-in a 1
	signs no-length a 1 -
	signs wrong-pin a 1 "$wrong"
	signs wrong-pin a 1 "$wrong"
	is 'user ok' a state 1
	signs ok a 1 "$pin"
	signs ok a 1 "$pin"
	signs not-logged-in a 1
}

if [ "${1:-}" = inside ]; then
	. "${srcdir:?}/tests/integration/lead.sh"
	work=$3
	"$2"
	exit
fi

. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/consumers.sh"
worker=$builddir/tests/integration/login-worker
[ -x "$worker" ] || skip "$worker is not built"
export worker MODULE pin id tells
wrong=$wrong_pin
export wrong

# run CASE
run() {
	work=$tmp/$1
	rm -rf "$work"
	mkdir "$work"
	mkdir -m 700 "$work/runtime"
	openssl dgst -sha256 -binary "$srcdir/LICENSE" >"$work/hash"
	XDG_RUNTIME_DIR=$work/runtime
	export XDG_RUNTIME_DIR
	cp -R "$(pki)" "$work/pki"
	emulate --pki "$work/pki" --report "$tmp/report" --log "$work/log" \
		--control "$work/control" -- sh "$0" inside "$1" "$work" \
		2>"$tmp/pin.err"
}
# try CASE VERIFIES WRONG: and as many of them were counted as wrong PINs
try() {
	entry PIN "$1" "$2" tried "$1" "$3"
}
tried() {
	run "$1" && [ "$(number wrong_pins)" -eq "$2" ] || {
		echo "    $(number wrong_pins) wrong PINs"
		return 1
	}
}

all() {
	try once 1 0
	try wrong 1 1
	try wrong_again 1 1
	try wrong_elsewhere 1 1
	try no_pin 0 0
	try logout 2 0
	try closed 2 0
	try finalized 1 0
	try pulled 2 0
	try pulled_wrong 2 2
	try another 1 0
	try taken 3 0
	try killed 1 0
	try ended 1 0
	try blocked 3 3
	try last_try 3 2
	try flags 3 2
	try changed 3 1
	try outdated 4 1
}
while read -r profile key tells <&4; do
	use_card "$profile"
	id=$key
	all
done 4<<END
cac-v2 0001 yes
cac-v1 0001 no
alt-aca 0001 yes
dual-gemalto-gx4 01 yes
piv-only-sce7 01 yes
piv-ecc 01 yes
END
for card in piv-only-sce7 piv-ecc; do
	id=02
	try always 5 1
done

# Data behind the PIN: where SELECT costs the login, it is given there again.
reads_data() {
	rm -f "$tmp/data"
	with_card pkcs11-tool --module "$MODULE" --login --pin "$pin" \
		--read-object --type data --label 'Person Instance' \
		--output-file "$tmp/data" >"$tmp/out" 2>"$tmp/out.err" &&
		[ -s "$tmp/data" ]
}
while read -r profile n <&4; do
	command -v pkcs11-tool >/dev/null || break
	use_card "$profile"
	entry PIN 'data behind the PIN' "$n" reads_data
done 4<<END
cac-v2 1
dual-gemalto-gx4 2
dual-oberthur-v5.5 2
dual-idemia-cosmo-v8 2
END
finish
