#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What no host without a cache can do without, asked of the card itself:
# bound.sh CARD prints lines of CARD TASK EXCHANGES BYTES SECONDS. With T=0
#	SELECT			1 exchange, AID + 8 characters
#	READ BUFFER of n	2 exchanges, n + 18 for each 255 bytes (GSC-IS 2.1,
#				5.3.4: the command, GET RESPONSE)
#	GET DATA of n		1 + 13, then n + 8 for each 256 bytes
#	VERIFY			1, 16 characters
#	RSA of 256 bytes	CAC 3 exchanges, PIV 4 (answers of 264 bytes)
# and ATR and PPS. A turn of the line takes 4 etu, a character 12. Seconds are
# those at TA1=96 and 4.8 MHz.
set -eu
: "${EMULATOR:?}" "${CAC_EMULATOR_PROFILES:?}" "${BENCH_PKI:?}"
card=$1
exchanges=0
bytes=0
ccc='A0 00 00 01 16 DB 00'
pki='A0 00 00 00 79 01'
piv='A0 00 00 03 08 00 00 10 00'

# add EXCHANGES BYTES
add() {
	exchanges=$((exchanges + $1))
	bytes=$((bytes + $2))
}
add_select() {
	add 1 $((8 + ($(printf '%s' "$1" | wc -c) + 1) / 3))
}
add_buffer() {
	chunks=$((($1 + 254) / 255))
	add $((2 * chunks)) $(($1 + 18 * chunks))
}
add_object() {
	chunks=$((($1 + 255) / 256))
	add $((1 + chunks)) $(($1 + 13 + 8 * chunks))
}

# answer COMMAND...: what the card says to the last one
answer() {
	{
		echo '> reset'
		printf '> %s\n' "$@"
	} | "$EMULATOR" exchange --card "$card" --pki "$BENCH_PKI" \
		--profiles "$CAC_EMULATOR_PROFILES" | sed -n '$s/^< //p'
}
atr() {
	echo '> reset' | "$EMULATOR" exchange --card "$card" \
		--pki "$BENCH_PKI" --profiles "$CAC_EMULATOR_PROFILES" |
		wc -w | awk '{ print $1 - 1 }'
}

# tags AID: T of a container, two bytes of length before it
tags() {
	select="00 A4 04 00 07 $1"
	n=$(answer "$select" '80 52 00 00 02 01 02' '00 C0 00 00 02')
	n=$(printf '%02X' $((2 + 0x${n%% *})))
	answer "$select" "80 52 00 00 02 01 $n" "00 C0 00 00 $n"
}

# add_values AID TAG: SELECT, T, and V up to the end of the last such tag
add_values() {
	want=$2
	add_select "$1"
	# shellcheck disable=SC2046
	set -- $(tags "$1")
	add_buffer $(($# - 2))
	shift 2
	at=2
	end=0
	while [ $# -gt 2 ]; do
		length=$((0x$2))
		[ "$2" != FF ] || length=$((0x$4$3))
		at=$((at + length))
		[ "$1" != "$want" ] || end=$at
		[ "$2" != FF ] || shift 2
		shift 2
	done
	add_buffer "$end"
}

# add_piv TAG: an object whose length is in two bytes
add_piv() {
	# shellcheck disable=SC2046
	set -- $(answer "00 A4 04 00 09 $piv" "00 CB 3F FF 05 5C 03 $1" \
		'00 C0 00 00 00')
	add_object $((4 + 0x$3$4))
}
add_key() {
	case $1 in
	cac) add 3 $((240 + 8 + 16 + 8 + 264)) ;;
	piv) add 4 $((255 + 8 + 11 + 8 + 264 + 8 + 8)) ;;
	esac
}

tell() {
	awk -v card="$card" -v task="$1" -v n="$exchanges" -v bytes="$bytes" \
		-v atr="$(atr)" 'BEGIN {
		slow = 372 / 4.8e6
		fast = 512 / 32 / 4.8e6
		pps = 8
		s = (12 * (atr + pps) + 12) * slow
		s += (12 * bytes + 8 * n) * fast
		printf "%s %s %d %d %.3f\n", card, task, n, bytes + atr + pps, s
	}'
	exchanges=0
	bytes=0
}

echo "$card load 0 0 0"
case $card in
cac-*) half=cac ;;
*) half=piv ;;
esac

# first_certificate: it, and what says where it is
first_certificate() {
	case $half in
	cac)
		add_values "$ccc" F3
		add_values "$pki 00" 70
		;;
	piv)
		add_select "$piv"
		add_piv '5F C1 05'
		;;
	esac
}
all_certificates() {
	first_certificate
	case $card in
	cac-*)
		add_values "$pki 01" 70
		add_values "$pki 02" 70
		;;
	dual-*)
		# Signature and encryption: both halves hold them.
		add_piv '5F C1 0A'
		add_piv '5F C1 0B'
		add 1 13 # card authentication is not there
		add_values "$ccc" F3
		add_values "$pki 00" 70
		;;
	piv-*)
		add_piv '5F C1 0A'
		add_piv '5F C1 0B'
		add_piv '5F C1 01'
		;;
	esac
}
login() {
	case $half in
	cac) add_select "$pki 00" ;;
	piv) add_select "$piv" ;;
	esac
	add 1 16
}

all_certificates
tell list
first_certificate
tell first
login
add_key $half
tell sign
login
for _ in 1 2 3 4 5 6 7 8 9 10; do
	add_key $half
done
tell sign10
first_certificate
add 1 16
add_key $half
tell tls
