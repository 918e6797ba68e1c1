#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# OpenSSL with libp11's engine: signatures, S/MIME, key agreement.
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/consumers.sh"
need openssl openssl
engine=$(openssl version -e | sed 's/.*"\(.*\)"/\1/')
[ -e "$engine/pkcs11.so" ] ||
	skip 'no engine pkcs11 (Debian: libengine-pkcs11-openssl)'
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

quiet() {
	with_card "$@" >"$tmp/out" 2>"$tmp/out.err"
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
	quiet openssl dgst -engine pkcs11 -keyform engine \
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
	quiet openssl pkeyutl -engine pkcs11 -keyform engine -decrypt \
		-inkey "$(key "$id")" "$@" -in "$tmp/secret" \
		-out "$tmp/plain" && cmp "$tmp/text" "$tmp/plain"
}

# smime ID NN: a message signed on the card
smime_signs() {
	public "$2"
	quiet openssl cms -sign -binary -engine pkcs11 -keyform engine \
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
	quiet openssl cms -decrypt -engine pkcs11 -keyform engine \
		-inkey "$(key "$1")" -recip "$tmp/certificate.pem" \
		-inform PEM -in "$tmp/secret" -out "$tmp/plain" &&
		cmp "$tmp/text" "$tmp/plain"
}

# rsa_card PROFILE VERIFYS SIGN-ID SIGN-NN VERIFYS DECRYPT-ID DECRYPT-NN
rsa_card() {
	use_card "$1"
	shift
	entry openssl 'RSA signature' "$1" signs "$2" "$3" -sha256
	entry openssl 'with SHA-512' "$1" signs "$2" "$3" -sha512
	entry openssl 'RSA-PSS' "$1" signs "$2" "$3" -sha256 \
		-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32
	entry openssl 'decryption' "$4" decrypts "$5" "$6"
	entry openssl 'OAEP' "$4" decrypts "$5" "$6" \
		-pkeyopt rsa_padding_mode:oaep
	entry openssl 'OAEP with SHA-256' "$4" decrypts "$5" "$6" \
		-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256
	entry openssl 'S/MIME signs' "$1" smime_signs "$2" "$3"
	entry openssl 'S/MIME decrypts' "$4" smime_decrypts "$5" "$6"
}

for profile in cac-v2 cac-v2-cosmo52 cac-v1; do
	rsa_card $profile 1 %00%02 01 1 %00%03 02
done
rsa_card dual-gemalto-gx4 1 %01 03 1-2 %00%03 02
rsa_card piv-only-sce7 1 %01 00 1 %03 02
use_card piv-ecc
entry openssl 'ECDSA on P-256' 1 signs %01 00 -sha256
entry openssl 'ECDSA with SHA-384' 1 signs %01 00 -sha384
finish
