#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# NSS with the card: its own tools, S/MIME and signed PDF.
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/tls.sh"
. "$srcdir/tests/integration/consumers.sh"
need certutil libnss3-tools
need tstclnt libnss3-tools
need openssl openssl
db=sql:$tmp/db

# NSS's tools read on when their input is a pipe.
quiet() {
	with_card "$@" </dev/null >"$tmp/out" 2>"$tmp/out.err"
}
has() {
	grep -q -- "$1" "$tmp/out"
}

# A user's database: empty password, the card's and the server's authorities.
make_db() {
	rm -rf "$tmp/db"
	mkdir "$tmp/db"
	certutil -N -d "$db" --empty-password </dev/null
	for who in root ca; do
		certutil -A -d "$db" -n "card $who" -t CT,CT,CT \
			-i "$(pki)/$who.pem" </dev/null
	done
	certutil -A -d "$db" -n server -t CT,, -i "$tmp/tls/ca.pem" </dev/null
	modutil -dbdir "$db" -add Cac -libfile "$MODULE" -force </dev/null \
		>/dev/null
	printf %s "$pin" >"$tmp/pin"
}

# nick TEXT: the nickname of the certificate whose label has it
nick() {
	certutil_list && sed -n "/$1/s/  *u,u,u\$//p" "$tmp/out" | head -n 1
}
certutil_list() {
	quiet certutil -L -d "$db" -h all
}
lists() {
	certutil_list && [ "$(grep -c ' u,u,u$' "$tmp/out")" -eq "$1" ]
}
lists_keys() {
	quiet certutil -K -d "$db" -h all -f "$tmp/pin" &&
		[ "$(grep -Ec '^< *[0-9]+> (rsa|ec)' "$tmp/out")" -eq "$1" ]
}
modules() {
	quiet modutil -dbdir "$db" -list && has "token: TEST"
}

# tls VERSION NN PIN: the server is asked whom it saw
tls() {
	printf 'GET / HTTP/1.0\r\n\r\n' >"$tmp/request"
	quiet tstclnt -4 -h 127.0.0.1 -a localhost -p "$tls_port" -d "$db" \
		-n "$nickname" -w "$3" -V "tls$1:tls$1" -A "$tmp/request" || :
	tls_saw "$tmp/out" "$2" 2>/dev/null
}
not_tls() {
	if tls "$@"; then return 1; fi
}

certificate() {
	openssl x509 -inform DER -in "$(pki)/$1.der" -out "$tmp/certificate.pem"
}
decrypts() {
	certificate "$1"
	openssl cms -encrypt -aes256 -outform DER -in "$tmp/text" \
		-out "$tmp/secret" "$tmp/certificate.pem"
	quiet cmsutil -D -d "$db" -p "$pin" -i "$tmp/secret" -o "$tmp/plain" &&
		tr -d '\r' <"$tmp/plain" | cmp - "$tmp/text"
}
signs() {
	quiet cmsutil -S -N "$nickname" -d "$db" -p "$pin" -i "$tmp/text" \
		-o "$tmp/signed" &&
		openssl cms -verify -inform DER -in "$tmp/signed" -binary \
			-CAfile "$tmp/tls/clients.pem" -purpose any \
			-content "$tmp/text" -out "$tmp/plain" 2>"$tmp/cms.err"
}

# The smallest PDF: one empty page.
make_pdf() {
	awk 'function object(text) {
		at[++n] = length(all); all = all n " 0 obj\n" text "\nendobj\n"
	}
	BEGIN {
		all = "%PDF-1.4\n"
		object("<</Type/Catalog/Pages 2 0 R>>")
		object("<</Type/Pages/Kids[3 0 R]/Count 1>>")
		object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>")
		start = length(all)
		all = all "xref\n0 4\n0000000000 65535 f \n"
		for (i = 1; i <= n; i++)
			all = all sprintf("%010d 00000 n \n", at[i])
		printf "%strailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n",
			all, start
	}' >"$1"
}

# pdf_signs FROM TO SIGNATURES: poppler signs twice, the first time for the size
pdf_signs() {
	quiet pdfsig -nssdir "$db" -nss-pwd "$pin" -add-signature \
		-nick "$nickname" "$1" "$2" &&
		[ "$(number private_operations)" -eq 2 ] &&
		env -u LD_PRELOAD pdfsig -nssdir "sql:$tmp/judge" "$2" </dev/null \
			>"$tmp/verdict" 2>"$tmp/pdfsig.err" &&
		[ "$(grep -c 'Signature is Valid' "$tmp/verdict")" -eq "$3" ] &&
		grep -q 'Total document signed' "$tmp/verdict"
}

tls_keys
mkdir "$tmp/judge"
certutil -N -d "sql:$tmp/judge" --empty-password </dev/null
make_pdf "$tmp/one.pdf"
echo 'words for the card' >"$tmp/text"

# one_card PROFILE KEYS LABEL NN SCHEME: certificates, keys and TLS
one_card() {
	use_card "$1"
	make_db
	entry certutil "-L shows $2 of the user's" 0 lists "$2"
	entry certutil "-K shows $2 keys" 1 lists_keys "$2"
	entry modutil '-list shows the token' 0 modules
	nickname=$(nick "$3")
	# Old cards have keys of 1024 bits.
	for version in 1.2 1.3; do
		tls_start $version -cipher DEFAULT@SECLEVEL=1
		entry tstclnt "TLS $version" 1 tls $version "$4" "$pin"
		tls_stop
	done
	tls_start 1.3 -cipher DEFAULT@SECLEVEL=1 -client_sigalgs "$5"
	entry tstclnt "TLS 1.3, $5" 1 tls 1.3 "$4" "$pin"
	entry tstclnt 'wrong PIN: one VERIFY' 1 not_tls 1.3 "$4" "$wrong_pin"
	tls_stop
}

# mail LABEL VERIFIES NN: S/MIME and PDF. The second VERIFY is silent, for the
# other half of a card, or it is the one that a key wants before each use.
mail() {
	nickname=$(nick "$1")
	[ -z "$3" ] || entry cmsutil '-D decrypts' "${4:-$2}" decrypts "$3"
	entry cmsutil '-S signs' "$2" signs
}
pdf() {
	command -v pdfsig >/dev/null || return 0
	entry pdfsig 'signs a PDF' "$1" pdf_signs "$tmp/one.pdf" "$tmp/two.pdf" 1
	entry pdfsig 'signs it once more' "$1" \
		pdf_signs "$tmp/two.pdf" "$tmp/three.pdf" 2
}
# It gives an empty PIN before each use of a key; the card never sees that.
no_pdf() {
	command -v pdfsig >/dev/null || return 0
	entry pdfsig 'an empty PIN is none' 1 not_signed
}
not_signed() {
	not quiet pdfsig -nssdir "$db" -nss-pwd "$pin" -add-signature \
		-nick "$nickname" "$tmp/one.pdf" "$tmp/two.pdf" &&
		[ "$(number private_operations)" -eq 0 ]
}

command -v pdfsig >/dev/null ||
	echo 'left out: pdfsig (Debian: poppler-utils)'
for profile in cac-v2 cac-v1; do
	one_card $profile 3 'CAC ID' 00 rsa_pss_rsae_sha256
	mail 'Email Signature' 1 02
	pdf 1
done
one_card alt-aca 3 'CAC ID' 00 rsa_pss_rsae_sha256
mail 'Cert 4' 1 02
pdf 1
one_card dual-gemalto-gx4 4 'PIV Auth' 03 rsa_pss_rsae_sha256
mail 'Email Signature' 2 02
pdf 2
one_card piv-only-sce7 4 'PIV Auth' 00 rsa_pss_rsae_sha256
mail 'Digital Signature' 2 02 1
no_pdf
one_card piv-ecc 4 'PIV Auth' 00 ecdsa_secp256r1_sha256
mail 'Digital Signature' 2 ''
no_pdf
finish
