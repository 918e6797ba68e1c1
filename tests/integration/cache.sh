#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The certificate cache between processes: renewal is seen at once, cards do not
# mix, and writers may be killed at any moment.
. "${srcdir:?}/tests/integration/lib.sh"
need p11tool gnutls-bin

CAC_PKCS11_CACHE=on
export XDG_CACHE_HOME="$tmp/cache"
mkdir "$XDG_CACHE_HOME"
cache=$XDG_CACHE_HOME/cac-pkcs11

number() {
	sed -n "s/^  \"$1\": \([0-9]*\).*/\1/p" "$tmp/report.json"
}

# How many certificates the card has, and what a listing may cost.
certificates=3
most=14

# A card of its own, whose certificates change.
pki=$tmp/pki
pki() {
	printf '%s' "$pki"
}

# The card's certificates as they are now, whatever the cache says.
truth() {
	CAC_PKCS11_CACHE=off
	export_to "$1"
	CAC_PKCS11_CACHE=on
}

# export_to FILE [EMULATOR-OPTION]...: what is listed, and each as DER in base64
export_to() {
	to=$1
	shift
	emulate "$@" -- sh -c '
		p11tool --provider "$1" --list-all-certs pkcs11: >"$2/list"
		sed -n "s/^.*URL: //p" "$2/list" | while read -r url; do
			p11tool --provider "$1" --export "$url" </dev/null
		done' sh "$MODULE" "$tmp" >"$to" 2>"$tmp/export.err"
	[ "$(grep -c BEGIN "$to")" -eq $certificates ]
}

lists_same() {
	export_to "$tmp/now" && cmp -s "$1" "$tmp/now"
}
quick() {
	list --report "$tmp/report.json" && [ "$(number exchanges)" -le $most ]
}

truth "$tmp/first"
ok 'cold: the same as without the cache' lists_same "$tmp/first"
ok 'warm: the same' lists_same "$tmp/first"
ok 'warm: at most 14 exchanges' quick

differs() {
	! cmp -s "$1" "$2"
}
# renewed NN[:key]: seen at the very next listing, by the card's own certificates
renewed() {
	export_to "$tmp/old" && export_to "$tmp/new" --renew "$1" || return 1
	truth "$tmp/true"
	differs "$tmp/old" "$tmp/new" && cmp -s "$tmp/new" "$tmp/true"
}
ok 'one certificate is renewed: seen at the next listing' renewed 01
ok 'another one, with another key' renewed 02:key
truth "$tmp/first"
ok 'and warm again' lists_same "$tmp/first"

swapped() {
	pki=$tmp/other
	truth "$tmp/second"
	differs "$tmp/first" "$tmp/second" || return 1
	for _ in 1 2; do
		pki=$tmp/pki
		lists_same "$tmp/first" || return 1
		pki=$tmp/other
		lists_same "$tmp/second" || return 1
	done
	pki=$tmp/pki
}
ok 'two cards in turn never mix' swapped

# PIV: each certificate is known by its head.
(
	card=piv-only-sce7
	pki=$tmp/piv
	certificates=4
	most=23
	cp -R "$CAC_EMULATOR_PROFILES" "$tmp/profiles"
	CAC_EMULATOR_PROFILES=$tmp/profiles
	sed 's/^puk /status mid-chain 6883\n&/' "$tmp/profiles/$card" \
		>"$tmp/profiles/insists"
	truth "$tmp/piv.first"
	ok 'PIV, cold: the same as without the cache' lists_same "$tmp/piv.first"
	ok 'PIV, warm: the same' lists_same "$tmp/piv.first"
	ok "PIV, warm: at most $most exchanges" quick
	ok 'PIV: one certificate is renewed' renewed 02
	ok 'PIV: another one, with another key' renewed 03:key
	truth "$tmp/piv.first"
	ok 'PIV: and warm again' quick
	card=insists
	ok 'PIV: a card that insists on the end of its answers' \
		lists_same "$tmp/piv.first"
	echo "$cases $failed" >"$tmp/piv.result"
)
read -r cases failed <"$tmp/piv.result"

# A card without a number: its first certificate is kept under the ATR, which
# other cards have as well.
(
	card=alt-aca
	pki=$tmp/alt
	certificates=3
	most=26
	truth "$tmp/alt.first"
	ok 'no number, cold: the same' lists_same "$tmp/alt.first"
	ok 'no number, warm: the same' lists_same "$tmp/alt.first"
	ok "no number, warm: at most $most exchanges" quick
	ok 'no number: the first certificate is renewed' renewed 00
	truth "$tmp/alt.first"
	pki=$tmp/alt2
	truth "$tmp/alt.second"
	ok 'no number: another card with this ATR' differs \
		"$tmp/alt.first" "$tmp/alt.second"
	for _ in 1 2; do
		pki=$tmp/alt2
		ok 'no number: all of the one' lists_same "$tmp/alt.second"
		pki=$tmp/alt
		ok 'no number: all of the other' lists_same "$tmp/alt.first"
	done
	echo "$cases $failed" >"$tmp/alt.result"
)
read -r cases failed <"$tmp/alt.result"

# Killed at some moment of a listing that fills an empty cache.
killed() {
	i=0
	while [ $i -lt "$1" ]; do
		[ $((i % 5)) -ne 0 ] || rm -rf "$cache"
		emulate -- sh -c 'p11tool --provider "$1" --list-all-certs \
			pkcs11: >/dev/null 2>&1 & p=$!; sleep 0.$2; kill -9 $p
			wait $p 2>/dev/null' sh "$MODULE" \
			"$(printf '%03d' $((50 + (i * 37) % 400)))" \
			>/dev/null 2>&1 || :
		i=$((i + 1))
	done
	lists_same "$tmp/first" && lists_same "$tmp/first" && quick
}
ok "kill -9 at ${CAC_TEST_KILLS:-20} moments leaves a usable cache" \
	killed "${CAC_TEST_KILLS:-20}"

many() {
	rm -rf "$cache"
	pids=
	for i in 1 2 3 4; do
		emulate -- p11tool --provider "$MODULE" --list-all-certs pkcs11: \
			>"$tmp/many.$i" 2>/dev/null &
		pids="$pids $!"
	done
	for p in $pids; do
		wait "$p" || return 1
	done
	lists_same "$tmp/first" && quick
}
ok 'four writers at once' many

unusable() {
	rm -rf "$cache"
	"$@"
	lists_same "$tmp/first" && lists_same "$tmp/first"
}
ok 'a file where the folder should be' unusable touch "$cache"
ok 'a link where the folder should be' unusable ln -s "$tmp" "$cache"
rm -f "$cache"
off() {
	rm -rf "$cache"
	CAC_PKCS11_CACHE=off
	lists_same "$tmp/first" && [ ! -e "$cache" ]
}
ok 'turned off, it is not there' off
finish
