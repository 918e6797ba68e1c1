#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Java's SunPKCS11 with the card: keytool, jarsigner, and a program of ours that
# signs, decrypts and does TLS.
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/tls.sh"
. "$srcdir/tests/integration/consumers.sh"
[ -z "${SANITIZERS:-}" ] || skip 'Java is tried with the plain build'
for program in javac jarsigner keytool; do
	need $program default-jdk-headless
done
need openssl openssl

cat >"$tmp/config" <<END
name = Cac
library = $MODULE
slotListIndex = 0
END
javac -d "$tmp" "$srcdir/tests/integration/CardClient.java" ||
	skip 'this javac does not take CardClient.java'
provider='-keystore NONE -storetype PKCS11
	-providerClass sun.security.pkcs11.SunPKCS11 -providerArg'
# Starting is most of the time.
export JAVA_TOOL_OPTIONS='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'

quiet() {
	with_card "$@" >"$tmp/out" 2>"$tmp/out.err"
}
lists() {
	# shellcheck disable=SC2086
	quiet keytool -list $provider "$tmp/config" -storepass "$pin" &&
		[ "$(grep -c PrivateKeyEntry "$tmp/out")" -eq "$1" ]
}
wrong() {
	# shellcheck disable=SC2086
	not quiet keytool -list $provider "$tmp/config" \
		-storepass "$wrong_pin"
}
signs_jar() {
	cp "$tmp/plain.jar" "$tmp/signed.jar"
	# shellcheck disable=SC2086
	quiet jarsigner $provider "$tmp/config" -storepass "$pin" \
		"$tmp/signed.jar" "$1" &&
		jarsigner -verify "$tmp/signed.jar" 2>/dev/null |
		grep -q '^jar verified'
}
client() {
	quiet java -cp "$tmp" CardClient "$tmp/config" "$pin" "$@"
}
signs() {
	client sign "$@" && grep -qx verified "$tmp/out" &&
		[ "$(number private_operations)" -eq 1 ]
}
wrong_sign() {
	not quiet java -cp "$tmp" CardClient "$tmp/config" "$wrong_pin" sign \
		"$1" SHA256withRSA && grep -q CKR_PIN_INCORRECT "$tmp/out.err"
}
refuses() {
	not client sign "$@" && [ "$(number private_operations)" -eq 0 ]
}
decrypts() {
	openssl x509 -inform DER -in "$(pki)/$2.der" -pubkey -noout \
		>"$tmp/public.pem"
	printf 'some words' >"$tmp/text"
	openssl pkeyutl -encrypt -pubin -inkey "$tmp/public.pem" \
		-in "$tmp/text" -out "$tmp/secret"
	client decrypt "$1" "$tmp/secret" && cmp "$tmp/out" "$tmp/text"
}
page() {
	client tls "$1" "TLSv$2" "$tmp/tls/ca.pem" \
		"https://127.0.0.1:$tls_port/" && tls_saw "$tmp/out" "$3"
}
tls() {
	for version in 1.2 1.3; do
		tls_start $version
		entry java "TLS $version" "$3" page "$1" $version "$2"
		tls_stop
	done
}

tls_keys
echo words >"$tmp/words"
jar cf "$tmp/plain.jar" -C "$tmp" words 2>/dev/null

use_card cac-v2
entry keytool 'lists 3 keys' 1 lists 3
entry keytool 'wrong PIN' 1 wrong
entry java 'wrong PIN' 1 wrong_sign 'CAC ID Certificate'
entry jarsigner 'signs' 1 signs_jar 'CAC Email Signature Certificate'
for algorithm in SHA256withRSA SHA512withRSA RSASSA-PSS; do
	entry java "$algorithm" 1 signs 'CAC ID Certificate' $algorithm
done
entry java 'decrypts' 1 decrypts 'CAC Email Encryption Certificate' 02
tls 'CAC ID Certificate' 00 1
use_card cac-v1
entry keytool 'lists 3 keys' 1 lists 3
entry java SHA256withRSA 1 signs 'CAC ID Certificate' SHA256withRSA
use_card dual-gemalto-gx4
entry keytool 'lists 4 keys' 1 lists 4
tls 'Certificate for PIV Authentication' 03 1-2
use_card piv-only-sce7
tls 'Certificate for PIV Authentication' 00 1
# There is no way to give the PIN again.
entry java 'PIN-always is refused' 1 refuses \
	'Certificate for Digital Signature' SHA256withRSA
use_card piv-ecc
entry keytool 'lists 4 keys' 1 lists 4
entry java SHA256withECDSA 1 signs 'Certificate for PIV Authentication' \
	SHA256withECDSA
tls 'Certificate for PIV Authentication' 00 1
finish
