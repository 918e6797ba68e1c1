# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Debian's pcscd, libccid and OpenSC read the same cards on the same device.

opensc=$(find /usr/lib -name opensc-pkcs11.so | head -1)

# certificates MODULE FOLDER: each as the SHA-256 of its DER, in FOLDER/sums
certificates() {
	local module=$1 folder=$2 id
	rm -rf "$folder"
	mkdir "$folder"
	pkcs11-tool --module "$module" --list-objects --type cert \
		2>"$folder/err" | sed -n 's/^ *ID: *//p' | sort -u |
		while read -r id; do
			pkcs11-tool --module "$module" --read-object --type cert \
				--id "$id" --output-file "$folder/$id.der" \
				>/dev/null 2>>"$folder/err"
		done
	(cd "$folder" && sha256sum ./*.der) | cut -d' ' -f1 | sort >"$folder/sums"
	[ -s "$folder/sums" ]
}

# All that OpenSC sees, we see.
superset() {
	certificates "$MODULE" $tmp/ours || return 1
	pcscd_begins || return 1
	certificates "$opensc" $tmp/theirs
	pcscd_ends
	cat $tmp/theirs/err
	wc -l $tmp/ours/sums $tmp/theirs/sums
	[ -s $tmp/theirs/sums ] || return 1
	[ -z "$(comm -13 $tmp/ours/sums $tmp/theirs/sums)" ]
}

# signed MODULE: with the card's first key, judged by its certificate
signed() {
	local module=$1 id kind key=$tmp/first.pem
	rm -f $tmp/signature $tmp/first.der
	id=$(pkcs11-tool --module "$module" --login --pin 77777777 \
		--list-objects --type privkey 2>/dev/null |
		sed -n 's/^ *ID: *//p' | head -1)
	pkcs11-tool --module "$module" --read-object --type cert --id "$id" \
		--output-file $tmp/first.der
	openssl x509 -inform DER -in $tmp/first.der -pubkey -noout >$key
	echo "text to be signed" >$tmp/text
	kind=SHA256-RSA-PKCS
	if openssl pkey -pubin -in $key -noout -text | grep -q 'ASN1 OID'; then
		kind=ECDSA
		openssl dgst -sha256 -binary $tmp/text >$tmp/hash
		mv $tmp/hash $tmp/text.signed
	else
		cp $tmp/text $tmp/text.signed
	fi
	pkcs11-tool --module "$module" --login --pin 77777777 --sign \
		--mechanism $kind --id "$id" --signature-format openssl \
		--input-file $tmp/text.signed --output-file $tmp/signature &&
		openssl dgst -sha256 -verify $key -signature $tmp/signature \
			$tmp/text
}
both_sign() {
	signed "$MODULE" || return 1
	pcscd_begins || return 1
	signed "$opensc"
	judged=$?
	pcscd_ends
	return $judged
}

for card in $CARDS; do
	plug "$card"
	ok "$card: every certificate that OpenSC reads, and the same bytes" \
		superset
	ok "$card: a signature by each of us" both_sign
	unplug
done
