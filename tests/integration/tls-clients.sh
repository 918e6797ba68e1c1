#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# TLS 1.2 and 1.3 with the card's keys: gnutls-cli and curl, each card kind.
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/tls.sh"
. "$srcdir/tests/integration/consumers.sh"
need gnutls-cli gnutls-bin
need curl curl
need openssl openssl
engine=$(openssl version -e | sed 's/.*"\(.*\)"/\1/')
[ -e "$engine/pkcs11.so" ] ||
	skip 'no engine pkcs11 (Debian: libengine-pkcs11-openssl)'

# by_gnutls ID NN
by_gnutls() {
	printf 'GET / HTTP/1.0\r\n\r\n' | with_card \
		gnutls-cli --provider "$MODULE" --x509cafile "$tmp/tls/ca.pem" \
		--x509certfile "pkcs11:id=$1;type=cert" \
		--x509keyfile "pkcs11:id=$1;type=private;pin-value=$pin" \
		--no-ca-verification -p "$tls_port" 127.0.0.1 \
		>"$tmp/page" 2>"$tmp/gnutls.err" || :
	tls_saw "$tmp/page" "$2"
}

# by_curl ID NN
by_curl() {
	with_card env PKCS11_MODULE_PATH="$MODULE" \
		curl --silent --show-error --cacert "$tmp/tls/ca.pem" \
		--engine pkcs11 --cert-type ENG --key-type ENG \
		--cert "pkcs11:id=$1;type=cert" \
		--key "pkcs11:id=$1;type=private;pin-value=$pin" \
		"https://127.0.0.1:$tls_port/" >"$tmp/page" 2>"$tmp/curl.err"
	tls_saw "$tmp/page" "$2"
}

# handshakes CARD ID NN VERIFYS
handshakes() {
	use_card "$1"
	for version in 1.2 1.3; do
		tls_start $version
		entry gnutls-cli "TLS $version: the server saw $3.der" "$4" \
			by_gnutls "$2" "$3"
		entry curl "TLS $version: the server saw $3.der" "$4" \
			by_curl "$2" "$3"
		tls_stop
	done
}

tls_keys
handshakes cac-v2 %00%01 00 1
# PIV authentication; a CAC applet's key, which wants the PIN that the login gave
# to the PIV half; T=1; ECDSA.
handshakes dual-gemalto-gx4 %01 03 1
handshakes dual-gemalto-gx4 %00%02 01 2
handshakes piv-only-sce7 %01 00 1
handshakes piv-ecc %01 00 1
finish
