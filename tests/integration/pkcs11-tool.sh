#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# OpenSC's pkcs11-tool: slots, objects, and objects read byte for byte.
. "${srcdir:?}/tests/integration/lib.sh"
need pkcs11-tool opensc

tool() {
	emulate -- pkcs11-tool --module "$MODULE" "$@" \
		>"$tmp/out" 2>"$tmp/out.err"
}
has() {
	grep -q "$1" "$tmp/out"
}
read_one() {
	tool --read-object --type cert --id "$1" --output-file "$tmp/cert.der" &&
		cmp "$tmp/cert.der" "$(pki)/$2.der"
}
count() {
	[ "$(grep -c "$1" "$tmp/out")" -eq "$2" ]
}

ok '-I' tool -I
ok 'Cryptoki 3.0, or 2.40 for an older tool' \
	has 'Cryptoki version \(3\.0\|2\.40\)'
ok '-L' tool -L
ok 'slot is named after the reader' has 'SCR33xx v2.0 USB SC Reader'
ok 'token has the name on the card' has 'TEST.CARD.ONE.1234567890'
ok '-O' tool -O
ok 'three certificates' count 'Certificate Object' 3
ok 'three public keys' count 'Public Key Object; RSA 2048 bits' 3
for nn in 00:0001 01:0002 02:0003; do
	ok "certificate ${nn#*:}" read_one "${nn#*:}" "${nn%:*}"
done
finish
