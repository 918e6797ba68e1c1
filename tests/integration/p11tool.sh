#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# GnuTLS's p11tool lists and exports what the card holds, on every reader model
# and card profile.
. "${srcdir:?}/tests/integration/lib.sh"
need p11tool gnutls-bin

# export_one NN: the container's certificate as DER, compared with the card's
export_one() {
	emulate -- p11tool --provider "$MODULE" --export --outder \
		"pkcs11:model=CAC%20v2;id=%00%$1;type=cert" \
		>"$tmp/out.der" 2>"$tmp/out.err" &&
		cmp "$tmp/out.der" "$(pki)/$2.der"
}

complete() {
	list && [ "$(listed)" -eq "$1" ]
}

has() {
	grep -q "$1" "$tmp/list"
}

for reader in scr3310-v1 scr3310-511f scr3310-v2; do
	ok "$reader: three certificates" complete 3
	ok "$reader: first label" has 'Label: CAC ID Certificate'
	ok "$reader: second label" has 'Label: CAC Email Signature Certificate'
	ok "$reader: third label" has 'Label: CAC Email Encryption Certificate'
	ok "$reader: ids" has 'ID: 00:03'
done
for card in cac-v2-gcx4 cac-v2-cosmo52 cac-v2-plain-gzip cac-v2-oddsizes; do
	ok "$card: three certificates" complete 3
	ok "$card: 00.der comes back" export_one 01 00
	ok "$card: 01.der comes back" export_one 02 01
	ok "$card: 02.der comes back" export_one 03 02
done
card=cac-v2
ok 'cac-v2: 00.der comes back' export_one 01 00
ok 'cac-v2: 01.der comes back' export_one 02 01
ok 'cac-v2: 02.der comes back' export_one 03 02

tokens() {
	emulate -- p11tool --provider "$MODULE" --list-tokens \
		>"$tmp/list" 2>"$tmp/list.err"
}
ok 'tokens are listed' tokens
ok 'token label is the name on the card' has 'Label: TEST.CARD.ONE.1234567890'
ok 'token model' has 'Model: CAC v2'

holes() {
	list && has 'Label: CAC Email' && ! has 'Label: CAC ID Certificate'
}
card=cac-v2-holes
ok 'a card with an empty container keeps the others and their numbers' holes
finish
