#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# GnuTLS's p11tool: every private key of every kind of card signs.
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/consumers.sh"
need p11tool gnutls-bin
need openssl openssl

# p11tool_in OPTION...: as somebody who is logged in
p11tool_in() {
	with_card p11tool --batch --provider "$MODULE" --login \
		--set-pin "$pin" "$@" >"$tmp/out" 2>"$tmp/out.err"
}
has() {
	grep -q "$1" "$tmp/out" "$tmp/out.err"
}
# keys: the URIs of the private keys, into $tmp/keys
keys() {
	p11tool_in --only-urls --list-privkeys pkcs11: || return 1
	grep '^pkcs11:' "$tmp/out" >"$tmp/keys"
	[ "$(wc -l <"$tmp/keys")" -eq "$1" ]
}
lists_all() {
	p11tool_in --list-all pkcs11: || return 1
	for type in 'X.509 Certificate' 'Public key' 'Private key'; do
		[ "$(grep -c "Type: $type" "$tmp/out")" -eq "$1" ] || return 1
	done
}

# The certificate says whether its key is one that signs.
is_for_signing() {
	with_card p11tool --provider "$MODULE" --export \
		"pkcs11:id=$1;type=cert" >"$tmp/certificate.pem" \
		2>"$tmp/out.err"
	openssl x509 -in "$tmp/certificate.pem" -noout -ext keyUsage |
		grep -q 'Digital Signature'
}
signs() {
	p11tool_in "$@" && has 'against private key parameters... ok' &&
		has 'against public key in the token... ok' &&
		[ "$(number private_operations)" -eq 1 ]
}
# With the sanitizer p11tool hangs at its end after an error, whatever the module.
may_fail() {
	[ -z "${SANITIZERS:-}" ]
}
refuses() {
	not p11tool_in --test-sign "$1" &&
		[ "$(number private_operations)" -eq 0 ] && has 'Cannot'
}
by_uri() {
	p11tool_in --test-sign "$1" &&
		has 'against private key parameters... ok'
}
wrong() {
	not with_card p11tool --batch --provider "$MODULE" --login \
		--set-pin "$wrong_pin" --test-sign "$1" \
		>"$tmp/out" 2>"$tmp/out.err" && has PIN
}

# verifies_for ID: a second one for a key in the other half of the card, which
# was not logged in to, or the one that a key of PIN-always wants. The search for
# keys costs none.
verifies_for() {
	case $card:$1 in
	dual-*:%01) echo 1 ;;
	dual-*) echo 2 ;;
	piv-*:%02) echo 2 ;;
	*) echo 1 ;;
	esac
}

# one_key URI
one_key() {
	id=$(echo "$1" | sed 's/.*;id=\([^;]*\);.*/\1/')
	uri="pkcs11:id=$id;type=private"
	if ! is_for_signing "$id"; then
		! may_fail || entry p11tool "key $id is none that signs" - \
			refuses "$uri"
		return 0
	fi
	n=$(verifies_for "$id")
	entry p11tool "key $id signs" "$n" signs --test-sign "$uri"
	case $card:$n in
	# Only mechanisms that hash would do this, and they know no PIN-always.
	piv-ecc:* | piv-*:2) ;;
	*)
		entry p11tool "key $id signs with PSS" "$n" \
			signs --sign-params rsa-pss --test-sign "$uri"
		entry p11tool "key $id signs SHA-512" "$n" \
			signs --hash sha512 --test-sign "$uri"
		;;
	esac
}

while read -r profile count <&4; do
	use_card "$profile"
	entry p11tool "--list-all, $count of each" - lists_all "$count"
	entry p11tool "$count keys" 1 keys "$count"
	while read -r key <&5; do
		one_key "$key"
	done 5<"$tmp/keys"
	first=$(head -n 1 "$tmp/keys")
	entry p11tool 'the whole URI' "$(verifies_for %01)" by_uri "$first"
	! may_fail || entry p11tool 'wrong PIN' 1 wrong "$first"
done 4<<END
cac-v1 3
cac-v2 3
alt-aca 3
dual-gemalto-gx4 4
piv-only-sce7 4
piv-ecc 4
END
finish
