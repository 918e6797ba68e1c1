#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every reader that the emulator knows, at every exchange level, with cards for
# T=0, for T=1 and for both; faults of T=1 blocks; and two readers at once.
. "${srcdir:?}/tests/integration/lib.sh"
need p11tool gnutls-bin

complete() {
	list "$@" && [ "$(listed)" -eq 3 ]
}

models=$("$EMULATOR" --help | awk '
	/^Readers/ { in_list = 1; next }
	in_list && /^  [a-z0-9]/ { print $1 }')
[ "$(echo "$models" | wc -l)" -ge 10 ] || skip 'the emulator lists no readers'

for reader in $models; do
	for card in cac-v2 cac-v2-t1 cac-v2-t0-t1; do
		ok "$reader, $card" complete
	done
	ok "$reader, $card, no empty packets" complete --no-zlp
	ok "$reader, $card, one F6" complete --inject 'f6 exchange=20'
	ok "$reader, $card, one lost answer" \
		complete --inject 'f6 lost exchange=25'
done

reader=scr3310-v2 card=cac-v2-t1
for fault in block-damaged block-lost block-sequence block-damaged-out \
	block-lost-out; do
	for at in 3 17 30 41; do
		ok "$fault at exchange $at" \
			complete --inject "$fault exchange=$at"
	done
done

both() {
	"$EMULATOR" run --profiles "$CAC_EMULATOR_PROFILES" \
		--pki "$builddir/tests/integration/pki/cac-v2" \
		--reader scr3310-v2 --card cac-v2 \
		--reader omnikey-3121 --card cac-v2-t1 \
		-- pkcs11-tool --module "$MODULE" -L >"$tmp/list" 2>"$tmp/list.err" &&
		[ "$(grep -c 'token label' "$tmp/list")" -eq 2 ]
}
if command -v pkcs11-tool >/dev/null; then
	ok 'two readers, two tokens' both
fi
finish
