#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What a listing of all certificates costs: exchanges (XfrBlock) and bytes on the
# card's line, without the cache and with it. The bound is what no host could
# do without: for each object of N bytes that has to be read, N + 8 for each 256
# of them (GET RESPONSE and its status words) + 13 (the command).
. "${srcdir:?}/tests/integration/lib.sh"
need p11tool gnutls-bin

export XDG_CACHE_HOME="$tmp/cache"

# A CAC v2 with three uncompressed certificates of 1400, 1600 and 1780 bytes.
cp -R "$CAC_EMULATOR_PROFILES" "$tmp/profiles"
CAC_EMULATOR_PROFILES=$tmp/profiles
sed -e 's/:00:zlib/:00:plain fill:185/' -e 's/:01:zlib/:01:plain fill:317/' \
	-e 's/:02:zlib/:02:plain fill:589/' -e 's/capacity 30 1536/capacity 30 2048/' \
	"$tmp/profiles/cac-v2-pki.inc" >"$tmp/profiles/long.inc"
sed 's/cac-v2-pki.inc/long.inc/' "$tmp/profiles/cac-v2" \
	>"$tmp/profiles/cac-v2-long"

number() {
	sed -n "s/^  \"$1\": \([0-9]*\).*/\1/p" "$tmp/report.json"
}

# measure CACHE: exchanges and bytes
measure() {
	CAC_PKCS11_CACHE=$1
	rm -f "$tmp/trace"
	emulate --report "$tmp/report.json" -- \
		env CAC_PKCS11_TRACE="$tmp/trace" \
		p11tool --provider "$MODULE" --list-all-certs pkcs11: \
		>"$tmp/list" 2>"$tmp/list.err"
	CAC_PKCS11_CACHE=off
	exchanges=$(number exchanges)
	bytes=$(($(number line_bytes_to_card) + $(number line_bytes_from_card)))
}

# bound DIRECTORY: of it, and of the certificates in the trace
bound() {
	{
		echo "$1"
		sed -n 's/.* certificate of \([0-9]*\) bytes, .*/\1/p' "$tmp/trace"
	} | awk '{ n += $1 + 8 * int(($1 + 255) / 256) + 13 } END { print n }'
}

within() {
	[ "$1" -le "$2" ]
}

# cost CARD CERTIFICATES DIRECTORY SELECTS [COLD WARM [PERCENT]]: the directory is
# what a card says of its containers, in bytes; a SELECT has 25 at most, with an
# answer that some cards want fetched. COLD and WARM are limits of exchanges,
# PERCENT is that of the warm bytes in the cold ones.
cost() {
	card=$1
	rm -rf "$XDG_CACHE_HOME"
	mkdir "$XDG_CACHE_HOME"
	measure off
	ok "$card: $2 certificates" [ "$(listed)" -eq "$2" ]
	least=$(bound "$3")
	cold=$bytes cold_exchanges=$exchanges
	limit=$((least * 110 / 100 + $4 * 25))
	measure on
	measure on
	ok "$card: $2 certificates by the second process" [ "$(listed)" -eq "$2" ]
	measure on
	printf '%-22s %6s %6s %6s %6s %6s %6s %4s%%\n' "$card" "$least" "$limit" \
		"$cold" "$cold_exchanges" "$bytes" "$exchanges" \
		$((bytes * 100 / cold)) >>"$tmp/table"
	ok "$card: cold, at most 1.10 of the bound and $4 selects" \
		within "$cold" "$limit"
	[ $# -ge 6 ] || return 0
	ok "$card: cold, at most $5 exchanges" within "$cold_exchanges" "$5"
	ok "$card: warm, at most $6 exchanges" within "$exchanges" "$6"
	percent=${7:-12}
	ok "$card: warm, at most $percent % of cold" \
		within $((bytes * 100)) $((cold * percent))
}

printf '%-22s %6s %6s %6s %6s %6s %6s %5s\n' card bound limit cold exch. \
	warm exch. '' >"$tmp/table"

# The CCC, and T of each container; the PIN tries that are left.
cost cac-v2-long 3 360 6 60 14
cost cac-v2 3 360 6 60 14
cost cac-v2-plain-gzip 3 360 6 60 14
cost cac-v2-gcx4 3 360 6
cost cac-v2-cosmo52 3 330 6
cost cac-v2-t1 3 360 7
cost cac-v2-16-applets 16 1030 19
# The CHUID's beginning as well, or that and Key History; SELECTs stand for
# questions after objects that are not there and PIN tries that are left, too.
# What is warm on cards with PIV is more than 12 % of the cold: GET DATA begins
# with an object's first byte, so a certificate is proved by all up to its dates,
# 110 to 180 bytes, the CCC is read whole, and what a dual card holds twice was
# read once when cold but is proved twice.
cost dual-oberthur-v5.5 4 440 16 53 31 24
cost dual-gemalto-gx4 4 440 16 55 32 24
cost dual-idemia-cosmo-v8 3 440 16 57 39 31
cost piv-only-sce7 4 130 11 39 25 23
cost piv-ecc 4 130 11 48 21 27
cost piv-key-history 24 170 8 216 39 18
cat "$tmp/table"
finish
