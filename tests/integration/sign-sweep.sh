#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every fault at every exchange of a login, a signature, a decryption and a
# logout: each result is right or there is an error; the PIN reaches the card
# once for a C_Login, and once more in silence for the use of a key after a reset
# or in the other half of a card; no try is lost. A single fault of the reader or
# the line within a signature does not show, but with a key that wants the PIN
# before each use.
#
#	sign-sweep.sh [STRIDE]	every STRIDE-th exchange only; each fault begins
#				at another one
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/consumers.sh"
need openssl openssl
worker=$builddir/tests/integration/login-worker
[ -x "$worker" ] || skip "$worker is not built"

if [ -n "${SANITIZERS:-}" ]; then
	: "${SWEEP_STRIDE:=24}"
fi
stride=${1:-${SWEEP_STRIDE:-8}}
quick='f6 f4 f3 fb fc fd fe e0 00 ff
	stall-in stall-out short babble wrong-type wrong-length zlp
	time-extension=3 time-extension=50 params-reset warm-reset card-reset
	f6_lost fb_lost short_lost stall-in_lost sw=6F00 sw=6982 sw=6D00'
# These end by a timeout of some seconds each.
slow='wrong-seq wrong-slot timeout timeout_lost late=5500'
gone='card-out=20 unplug=20'
blocks='block-damaged block-lost block-sequence block-damaged-out
	block-lost-out'

# prepare SIGN-ID SIGN-NN DECRYPT-ID DECRYPT-NN: what is right, by OpenSSL
prepare() {
	openssl dgst -sha256 -binary "$srcdir/LICENSE" >"$tmp/in"
	openssl x509 -inform DER -in "$(pki)/$2.der" -pubkey -noout \
		>"$tmp/public.pem"
	cat >"$tmp/commands" <<END
init
open 1
login 1 $pin
login 1 $pin
sign 1 $1 $tmp/in $tmp/signature
END
	if [ -n "$3" ]; then
		openssl pkeyutl -encrypt -inkey "$(pki)/$4.key.pem" \
			-in "$tmp/in" -out "$tmp/secret"
		echo "decrypt 1 $3 $tmp/secret $tmp/plain" >>"$tmp/commands"
	else
		echo "sign 1 $1 $tmp/in $tmp/plain" >>"$tmp/commands"
	fi
	printf 'logout 1\nfinalize\n' >>"$tmp/commands"
	tries=
}

# Both ECDSA and PKCS #1 signatures; the module gives r and s one by one.
verified() {
	if grep -q 'BEGIN' "$tmp/public.pem" && [ "$(wc -c <"$1")" -ge 128 ]; then
		openssl pkeyutl -verifyrecover -pubin -inkey "$tmp/public.pem" \
			-in "$1" 2>/dev/null | cmp -s - "$tmp/in"
		return
	fi
	half=$(($(wc -c <"$1") / 2))
	for part in "-c $half" "-c +$((half + 1))"; do
		# shellcheck disable=SC2086
		case $part in
		*+*) tail $part "$1" ;;
		*) head $part "$1" ;;
		esac | od -An -v -tx1 | tr -d ' \n'
		echo
	done >"$tmp/halves"
	{
		echo 'asn1=SEQUENCE:sig'
		echo '[sig]'
		sed -n '1s/^/r=INTEGER:0x/p; 2s/^/s=INTEGER:0x/p' "$tmp/halves"
	} >"$tmp/asn1"
	openssl asn1parse -genconf "$tmp/asn1" -noout -out "$tmp/sig.der" &&
		openssl pkeyutl -verify -pubin -inkey "$tmp/public.pem" \
			-sigfile "$tmp/sig.der" -in "$tmp/in" >/dev/null 2>&1
}
plain() {
	if grep -q '^decrypt' "$tmp/commands"; then
		cmp -s "$tmp/plain" "$tmp/in"
	else
		verified "$tmp/plain"
	fi
}

# one FAULT EXCHANGE: right, error or wrong, and what is wrong
one() {
	rm -f "$tmp/signature" "$tmp/plain"
	set -- "$(echo "$1" | tr _ ' ') exchange=$2"
	emulate --report "$tmp/report" --inject "$1" -- "$worker" "$MODULE" \
		<"$tmp/commands" >"$tmp/answers" 2>"$tmp/sweep.err" ||
		{ echo 'wrong: it died'; return; }
	[ "$(wc -l <"$tmp/answers")" -eq 8 ] ||
		{ echo 'wrong: answers are missing'; return; }
	if grep -qE '0x|wrong-pin|locked|last-try|bad-data|no such' \
		"$tmp/answers"; then
		echo "wrong: $(tr '\n' ' ' <"$tmp/answers")"
		return
	fi
	[ ! -e "$tmp/signature" ] || verified "$tmp/signature" ||
		{ echo 'wrong signature'; return; }
	[ ! -e "$tmp/plain" ] || plain || { echo 'wrong plaintext'; return; }
	[ -e "$tmp/signature" ] && [ -e "$tmp/plain" ] && echo right ||
		echo error
}

# The PIN went to the card for each C_Login that did not find one already in.
logins() {
	sed -n 3,4p "$tmp/answers" | grep -vcE \
		'^(logged-in|no-such-session|no-token|not-init)' || :
}

# sweep STEP FIRST FAULT: a line of the table
sweep() {
	right=0 error=0 wrong=0 silent=0 most=0
	at=$2
	while [ "$at" -le "$total" ]; do
		result=$(one "$3" "$at")
		sent=$(verifies) allowed=$(logins)
		[ "$sent" -le "$allowed" ] ||
			silent=$((silent + sent - allowed))
		[ "$sent" -le $((allowed + spare)) ] ||
			result="wrong: $sent VERIFY for $allowed C_Login"
		[ "$sent" -le "$most" ] || most=$sent
		[ "$(number wrong_pins)" = 0 ] || result='wrong: a try is lost'
		left=$(number pin_tries_left)
		[ "$left" = "${tries:-$left}" ] ||
			result="wrong: $left tries are left"
		case $result in
		right) right=$((right + 1)) ;;
		error)
			error=$((error + 1))
			[ -z "${SWEEP_VERBOSE:-}" ] || echo "  $3 at $at:" \
				"$(tr '\n' ',' <"$tmp/answers")"
			;;
		*)
			wrong=$((wrong + 1))
			echo "  $3 at $at: $result"
			;;
		esac
		at=$((at + $1))
	done
	printf '%-20s %-18s %8d %6d %6d %6d %8d %7d\n' "$card" "$3" \
		$((right + error + wrong)) $right $error $wrong $most $silent
	[ $wrong -eq 0 ]
}

faults() {
	n=0
	for fault in $1; do
		n=$((n + 1))
		ok "$card, $fault: right or an error" \
			sweep $((stride * $2)) $((1 + n * 3 % (stride * $2))) \
			"$fault"
	done
}

# one_card PROFILE SIGN-ID SIGN-NN DECRYPT-ID DECRYPT-NN FACTOR
one_card() {
	use_card "$1"
	# Two keys are used, in a dual card one in each half.
	case $card in
	dual-*) spare=2 ;;
	*) spare=1 ;;
	esac
	prepare "$2" "$3" "$4" "$5"
	result=$(one "time-extension=1" 1)
	ok "$card: without a fault" test "$result" = right
	total=$(number exchanges) tries=$(number pin_tries_left)
	echo "  $total exchanges, $(verifies) VERIFY, $tries tries"
	[ "$total" -gt 20 ] || { echo "only $total exchanges?"; exit 1; }
	faults "$quick" "$6"
	faults "$gone" "$6"
}

# signature N ID: the exchanges of N signatures, with what comes before them
signature() {
	printf 'init\nopen 1\nlogin 1 %s\n' "$pin" >"$tmp/commands"
	seq "$1" | sed "s|.*|sign 1 $2 $tmp/in $tmp/signature $pin|" \
		>>"$tmp/commands"
	emulate --report "$tmp/report" -- "$worker" "$MODULE" \
		<"$tmp/commands" >"$tmp/answers" 2>"$tmp/sweep.err" || return 1
	number exchanges
}
# mended VERIFIES FAULT EXCHANGE: the second signature is right all the same
mended() {
	rm -f "$tmp/signature"
	emulate --report "$tmp/report" \
		--inject "$(echo "$2" | tr _ ' ') exchange=$3" -- \
		"$worker" "$MODULE" <"$tmp/commands" >"$tmp/answers" \
		2>"$tmp/sweep.err" && [ "$(grep -c '^ok$' "$tmp/answers")" -eq 5 ] &&
		verified "$tmp/signature" && [ "$(verifies)" -le "$1" ] &&
		[ "$(number wrong_pins)" -eq 0 ] && return
	echo "  $2 at $3: $(tr '\n' ' ' <"$tmp/answers") $(verifies) VERIFY"
	return 1
}
# told VERIFIES FAULT EXCHANGE: it is an error, and nothing was done twice
told() {
	! mended "$@" >/dev/null &&
		tail -n 1 "$tmp/answers" | grep -qx device-error &&
		[ "$(number private_operations)" -le 2 ] &&
		[ "$(verifies)" -le "$1" ] && return
	echo "  $2 at $3: $(tr '\n' ' ' <"$tmp/answers") $(verifies) VERIFY"
	return 1
}
# at_each mended|told VERIFIES FAULT
at_each() {
	at=$first bad=0
	while [ "$at" -lt "$last" ]; do
		at=$((at + 1))
		"$1" "$2" "$3" "$at" || bad=1
	done
	[ $bad -eq 0 ]
}
# one_signature PROFILE ID NN mended|told VERIFIES FAULTS
one_signature() {
	use_card "$1"
	prepare "$2" "$3" '' ''
	first=$(signature 1 "$2") last=$(signature 2 "$2")
	[ "$last" -gt "$first" ] || { echo 'no exchanges?'; exit 1; }
	for fault in $6; do
		ok "$card, key $2: $fault at each exchange is $4" \
			at_each "$4" "$5" "$fault"
	done
}

printf '%-20s %-18s %8s %6s %6s %6s %8s %7s\n' card fault injected right error \
	wrong VERIFYs silent
one_card cac-v2 0001 00 0003 02 1
faults "$slow" 8
one_card dual-gemalto-gx4 01 03 0003 02 4
one_card piv-ecc 01 00 '' '' 4
faults "$blocks" 2

one_signature cac-v2 0001 00 mended 1 'f6 f6_lost stall-in short'
one_signature cac-v1 0001 00 mended 1 f6
one_signature alt-aca 0001 00 mended 1 f6
one_signature piv-only-sce7 01 00 mended 1 'f6 stall-in'
one_signature piv-only-sce7 02 01 told 3 'f6 stall-in'
# Lost with the card's state.
one_signature cac-v2 0001 00 mended 2 'fb card-reset'
# There the SELECT that begins another attempt costs the login.
one_signature dual-idemia-cosmo-v8 0002 01 mended 3 f6
finish
