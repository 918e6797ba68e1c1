#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Readers and cards that fail in ways that were seen in the field, each in one
# listing. What is left out here needs no emulator or has a test of its own:
# VERIFY under faults (unit/test-verify), GET RESPONSE chains of exactly 256 and
# 512 bytes (unit/test-exchange).
. "${srcdir:?}/tests/integration/lib.sh"
need p11tool gnutls-bin

second='after=00A4040C07A0000000790101'

happened() {
	grep -q '"count": [1-9]' "$tmp/report.json"
}
complete() {
	list --report "$tmp/report.json" "$@" && [ "$(listed)" -eq 3 ]
}
struck() {
	complete "$@" && happened
}
# Nothing, or all of it.
never_shorter() {
	list --report "$tmp/report.json" "$@" || :
	happened && { [ "$(listed)" -eq 0 ] || [ "$(listed)" -eq 3 ]; }
}

ok 'F6 once on a GET RESPONSE' struck --inject "f6 ins=C0 $second"
ok 'F6 at full speed only' struck --inject 'f6 speed=96 count=always'
ok 'F6 until a warm reset' \
	struck --inject "f6 $second count=always until=warm"
ok 'F6 until a cold reset' \
	struck --inject "f6 $second count=always until=cold"
ok 'a late answer, after a time-out' \
	struck --inject "late=5500 ins=C0 $second"
for n in 1 10 200; do
	ok "$n time extensions" \
		struck --inject "time-extension=$n ins=C0 $second"
done
ok 'STALL on bulk IN' struck --inject "stall-in ins=C0 $second"
ok 'STALL on bulk IN, the answer is lost' \
	struck --inject "stall-in lost ins=C0 $second"
for reader in scr3310-v1 scr3310-511f scr3310-v2; do
	ok "$reader: messages of n * 64 bytes end without an empty packet" \
		complete --no-zlp
done
ok 'parameters lost behind our back' struck --inject "params-reset $second"
ok 'reset by the reader behind our back' struck --inject "warm-reset $second"
ok 'reset of the card behind our back' struck --inject "card-reset $second"
ok 'card pulled in a GET RESPONSE' \
	never_shorter --inject "card-out ins=C0 $second"
ok 'card exchanged for one with the same ATR' \
	never_shorter --inject "card-swap ins=C0 $second"
ok 'reader unplugged' never_shorter --inject "unplug ins=C0 $second"
ok 'held by another program for a while' complete --busy-for 20
ok '6CXX to a GET RESPONSE that asks for 255' \
	struck --inject '6cfe ins=C0 p3=FF count=1'
ok 'an error code that no list has' \
	struck --inject "error=A7 ins=C0 $second" --inject 'error=55 exchange=40'
ok 'SetParameters refused at the full speed' \
	struck --inject 'error=0A msg=SetParameters'
ok 'SetParameters refused at every speed' \
	struck --inject 'error=0A msg=SetParameters count=always'
ok 'card mute after quick insertion' struck --inject 'mute count=4'
ok 'card mute until the reader is reset' \
	struck --inject 'mute count=always until=usb-reset'
ok 'half an ATR, twice' struck --inject 'truncated-atr count=2'
ok 'an ATR with a wrong check byte, once' \
	struck --inject 'atr=3BDB9600801F030031C064B0F31000079000FF'
ok 'the reader hangs until an abort' \
	struck --inject "timeout busy ins=C0 $second"
ok 'GetSlotStatus fails' struck --inject 'fe msg=GetSlotStatus count=2'
finish
