#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# OpenSSL with libp11's engine: signatures, S/MIME, key agreement.
. "${srcdir:?}/tests/integration/lib.sh"
need openssl openssl
engine=$(openssl version -e | sed 's/.*"\(.*\)"/\1/')
[ -e "$engine/pkcs11.so" ] ||
	skip 'no engine pkcs11 (Debian: libengine-pkcs11-openssl)'
pin=77777777
echo 'words to be signed' >"$tmp/text"
export OPENSSL_CONF="$tmp/openssl.cnf" PKCS11_MODULE_PATH="$MODULE"
cat >"$tmp/openssl.cnf" <<END
openssl_conf = init
[init]
engines = engines
[engines]
pkcs11 = engine
[engine]
engine_id = pkcs11
MODULE_PATH = $MODULE
init = 0
END

# with_card COMMAND...
with_card() {
	emulate --report "$tmp/report" -- "$@" >"$tmp/out" 2>"$tmp/out.err"
}
public() {
	OPENSSL_CONF=/dev/null openssl x509 -inform DER -in "$(pki)/$1.der" \
		-pubkey -noout >"$tmp/public.pem"
	OPENSSL_CONF=/dev/null openssl x509 -inform DER -in "$(pki)/$1.der" \
		-out "$tmp/certificate.pem"
	cat "$(pki)/ca.pem" "$(pki)/root.pem" >"$tmp/chain.pem"
}
key() {
	printf 'pkcs11:id=%s;type=private;pin-value=%s' "$1" "$pin"
}

# signs ID NN OPTION...: openssl dgst, verified without the card
signs() {
	id=$1
	public "$2"
	shift 2
	with_card openssl dgst -engine pkcs11 -keyform engine \
		-sign "$(key "$id")" "$@" -out "$tmp/signature" "$tmp/text" &&
		OPENSSL_CONF=/dev/null openssl dgst -verify "$tmp/public.pem" \
			"$@" -signature "$tmp/signature" "$tmp/text" \
			>/dev/null 2>"$tmp/verify.err"
}

# decrypts ID NN OPTION...: pkeyutl, encrypted with the certificate's key
decrypts() {
	id=$1
	public "$2"
	shift 2
	OPENSSL_CONF=/dev/null openssl pkeyutl -encrypt -pubin \
		-inkey "$tmp/public.pem" "$@" -in "$tmp/text" -out "$tmp/secret"
	with_card openssl pkeyutl -engine pkcs11 -keyform engine -decrypt \
		-inkey "$(key "$id")" "$@" -in "$tmp/secret" \
		-out "$tmp/plain" && cmp "$tmp/text" "$tmp/plain"
}

# smime ID NN: a message signed on the card
smime_signs() {
	public "$2"
	with_card openssl cms -sign -binary -engine pkcs11 -keyform engine \
		-inkey "$(key "$1")" -signer "$tmp/certificate.pem" \
		-in "$tmp/text" -outform PEM -nodetach -out "$tmp/signed" &&
		OPENSSL_CONF=/dev/null openssl cms -verify -inform PEM \
			-in "$tmp/signed" -CAfile "$tmp/chain.pem" -purpose any \
			-out "$tmp/plain" 2>"$tmp/verify.err" &&
		cmp "$tmp/text" "$tmp/plain"
}
smime_decrypts() {
	public "$2"
	OPENSSL_CONF=/dev/null openssl cms -encrypt -binary -aes256 \
		-outform PEM -in "$tmp/text" -out "$tmp/secret" \
		"$tmp/certificate.pem"
	with_card openssl cms -decrypt -engine pkcs11 -keyform engine \
		-inkey "$(key "$1")" -recip "$tmp/certificate.pem" \
		-inform PEM -in "$tmp/secret" -out "$tmp/plain" &&
		cmp "$tmp/text" "$tmp/plain"
}

rsa_card() {
	ok "$card: RSA signatures" signs "$1" "$2" -sha256
	ok "$card: with SHA-512" signs "$1" "$2" -sha512
	ok "$card: RSA-PSS" signs "$1" "$2" -sha256 \
		-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32
	ok "$card: decryption" decrypts "$3" "$4"
	ok "$card: OAEP" decrypts "$3" "$4" -pkeyopt rsa_padding_mode:oaep
	ok "$card: OAEP with SHA-256" decrypts "$3" "$4" \
		-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256
	ok "$card: S/MIME signs" smime_signs "$1" "$2"
	ok "$card: S/MIME decrypts" smime_decrypts "$3" "$4"
}

for card in cac-v2 cac-v2-cosmo52 cac-v1; do
	emulate -- true
	rsa_card %00%02 01 %00%03 02
done
card=dual-gemalto-gx4
emulate -- true
rsa_card %01 03 %00%03 02
card=piv-only-sce7
emulate -- true
rsa_card %01 00 %03 02
card=piv-ecc
emulate -- true
ok 'piv-ecc: ECDSA on P-256' signs %01 00 -sha256
ok 'piv-ecc: ECDSA with SHA-384' signs %01 00 -sha384
finish
