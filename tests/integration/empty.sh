#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# No reader, no card, a reader that another program holds: loading is never an
# error.
. "${srcdir:?}/tests/integration/lib.sh"
need pkcs11-tool opensc

slots() {
	emulate "$@" -- pkcs11-tool --module "$MODULE" -L \
		>"$tmp/out" 2>"$tmp/out.err"
}
has() {
	grep -q "$1" "$tmp/out" "$tmp/out.err"
}
reader=none card=none
# pkcs11-tool calls an empty list a failure of its own.
ok 'no reader: an empty list' not slots
ok 'no reader: said so' has 'No slots'
reader=scr3310-v2
ok 'no card: no error' slots
ok 'no card: the slot is there' has 'SCR33xx v2.0'
ok 'no card: it is empty' has 'empty'
card=cac-v2
ok 'held for a moment: waited for' slots --busy-for 3
ok 'held for a moment: token' has 'TEST.CARD.ONE'

held() {
	CAC_PKCS11_TRACE=$tmp/trace slots --busy-for 100000 && has 'SCR33xx v2.0'
}
ok 'held for ever: the slot is there' held
ok 'held for ever: no token' has 'empty'
ok 'held for ever: the trace says what to do' \
	grep -q 'another program holds the reader' "$tmp/trace"
finish
