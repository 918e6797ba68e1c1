#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# How it began: a reader that answers GET RESPONSE with error F6. The listing
# is complete, or it fails; it is never shorter.
. "${srcdir:?}/tests/integration/lib.sh"
need p11tool gnutls-bin

# The second certificate's applet is selected by this command.
second='after=00A4040C07A0000000790101'

listed_all() {
	list "$@" && [ "$(listed)" -eq 3 ]
}
complete() {
	listed_all "$@" && happened
}
happened() {
	grep -q '"count": [1-9]' "$tmp/report.json"
}
refused() {
	not list "$@" && [ "$(listed)" -eq 0 ] && happened
}
report="--report $tmp/report.json"

# shellcheck disable=SC2086
{
	ok 'F6 on the first GET RESPONSE of the second certificate' \
		complete $report --inject "f6 ins=C0 $second"
	ok 'F6 there, and the answer is lost' \
		complete $report --inject "f6 lost ins=C0 $second"
	ok 'F6 until a warm reset' \
		complete $report --inject "f6 ins=C0 $second count=always until=warm"
	ok 'F6 until a cold reset' \
		complete $report --inject "f6 ins=C0 $second count=always until=cold"
	ok 'F6 until a USB reset' complete $report \
		--inject "f6 ins=C0 $second count=always until=usb-reset"
	ok 'F6 at the full speed only' \
		complete $report --inject 'f6 ins=C0 speed=96 count=always'
	card=cac-v2-oddsizes
	# The module never asks for 256 bytes at once, so none is refused.
	ok 'F6 on every GET RESPONSE of 256 bytes' \
		listed_all $report --inject 'f6 ins=C0 p3=00 count=always'
	card=cac-v2
	ok 'F6 on every GET RESPONSE of 255 bytes' \
		complete $report --inject 'f6 ins=C0 p3=FF count=always'
	ok 'F6 for ever: an error, and no certificate is shown' \
		refused $report --inject 'f6 ins=C0 count=always'
	ok 'F6 for ever from the second certificate on: no shorter list' \
		refused $report --inject "f6 ins=C0 $second count=always"
}
finish
