#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every fault at every exchange of a listing: the list is complete, or there is
# an error. A fault that comes once, and leaves card and reader in place, never
# costs a certificate. Then the same faults from an exchange on for ever.
#
#	sweep.sh [STRIDE]	every STRIDE-th exchange only
. "${srcdir:?}/tests/integration/lib.sh"
need p11tool gnutls-bin

if [ -n "${SANITIZERS:-}" ]; then
	: "${SWEEP_STRIDE:=8}"
fi
stride=${1:-${SWEEP_STRIDE:-1}}
quick='f6 f4 f3 fb fc fd fe e0 00 ff
	stall-in stall-out short babble wrong-type wrong-length zlp
	time-extension=3 time-extension=50 params-reset warm-reset card-reset'
# These end by a timeout of some seconds each.
slow='wrong-seq wrong-slot timeout late=5500'
gone='card-out=20 unplug=20'

exchanges() {
	list --report "$tmp/report.json" || return 1
	sed -n 's/.*"exchanges": *\([0-9]*\).*/\1/p' "$tmp/report.json"
}

# one FAULT EXCHANGE: complete, error or wrong. A sticky fault stays from there.
one() {
	case $1 in
	sticky*) set -- "${1#sticky } skip=$(($2 - 1)) count=always" ;;
	*) set -- "$1 exchange=$2" ;;
	esac
	if list --inject "$1"; then rc=0; else rc=$?; fi
	case $rc:$(listed) in
	0:3) echo complete ;;
	[12]:0) echo error ;;
	*) echo "wrong rc=$rc list=$(listed)" ;;
	esac
}

# sweep STEP FAULT: counts into complete, error, wrong
sweep() {
	complete=0 error=0 wrong=0
	at=1
	while [ "$at" -le "$total" ]; do
		result=$(one "$2" "$at")
		case $result in
		complete) complete=$((complete + 1)) ;;
		error) error=$((error + 1)) ;;
		*)
			wrong=$((wrong + 1))
			echo "  $2 at $at: $result"
			;;
		esac
		at=$((at + $1))
	done
	printf '%-22s %8d %8d %6d %9d\n' "$2" $((complete + error + wrong)) \
		"$complete" "$error" "$wrong"
}
always_complete() {
	sweep "$@"
	[ "$error$wrong" = 00 ]
}
never_wrong() {
	sweep "$@"
	[ "$wrong" = 0 ]
}

total=$(exchanges)
[ "$total" -gt 20 ] || { echo "a listing has $total exchanges?"; exit 1; }
echo "fault                  injected complete  error  anything else"
for fault in $quick; do
	ok "$fault: always complete" always_complete "$stride" "$fault"
done
ok 'f6 lost: always complete' always_complete "$stride" 'f6 lost'
for fault in $slow; do
	ok "$fault: always complete" always_complete $((stride * 16)) "$fault"
done
for fault in $gone; do
	ok "$fault: complete or an error" never_wrong $((stride * 4)) "$fault"
done
for fault in $quick; do
	ok "$fault for ever: complete or an error" \
		never_wrong $((stride * 12)) "sticky $fault"
done
finish
