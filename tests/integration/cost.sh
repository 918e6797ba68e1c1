#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What a listing of all certificates costs: exchanges (XfrBlock) and bytes on the
# card's line, without the cache, by a second process, and with the cache. The
# bound is what no host could do without: for each object of N bytes that has to
# be read, N + 8 for each 256 of them (GET RESPONSE and its status words) + 13
# (the command).
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

# measure CACHE PROCESSES: exchanges and bytes of so many, one after the other
measure() {
	rm -f "$tmp/trace"
	# shellcheck disable=SC2016
	emulate --report "$tmp/report.json" -- \
		env CAC_PKCS11_CACHE="$1" CAC_PKCS11_TRACE="$tmp/trace" \
		sh -c 'for i in $2; do
			p11tool --provider "$1" --list-all-certs pkcs11: || exit
		done' sh "$MODULE" "$(seq "$2")" >"$tmp/list" 2>"$tmp/list.err"
	exchanges=$(number exchanges)
	bytes=$(($(number line_bytes_to_card) + $(number line_bytes_from_card)))
}

# What the certificates of the trace have on the card, each once.
stored() {
	awk '/ certificate of [0-9]+ bytes, / { n = $7 }
		/ bytes of DER/ {
			label = $0
			sub(/: [0-9]+ bytes of DER.*/, "", label)
			sub(/.* D - /, "", label)
			if (n && !(label in seen))
				print n
			seen[label] = 1
			n = 0
		}' "$tmp/trace"
}

# bound BYTES...: of objects of these lengths
bound() {
	printf '%s\n' "$@" |
		awk '{ n += $1 + 8 * int(($1 + 255) / 256) + 13 } END { print n + 0 }'
}

within() {
	[ "$1" -le "$2" ]
}

# cost CARD CERTIFICATES DIRECTORY SELECTS [PERCENT [COLD WARM]]: the directory is
# what a card says of its containers, in bytes; a SELECT has 25 at most, with an
# answer that some cards want fetched. PERCENT is the limit of the warm bytes in
# the cold ones, COLD and WARM are limits of exchanges. Where `again` is set, so
# many certificates are read once more.
again=0
cost() {
	card=$1
	percent=${5:-12}
	rm -rf "$XDG_CACHE_HOME"
	mkdir "$XDG_CACHE_HOME"
	measure off 1
	ok "$card: $2 certificates" [ "$(listed)" -eq "$2" ]
	stored >"$tmp/stored"
	# shellcheck disable=SC2046
	least=$(bound "$3" $(cat "$tmp/stored"))
	longest=$(bound "$(sort -n "$tmp/stored" | tail -n 1)")
	limit=$((least * 110 / 100 + again * longest + $4 * 25))
	cold=$bytes cold_exchanges=$exchanges
	measure off 2
	second=$((bytes - cold)) second_exchanges=$((exchanges - cold_exchanges))
	measure on 2
	ok "$card: $2 certificates by each of two processes with the cache" \
		[ "$(listed)" -eq $(($2 * 2)) ]
	measure on 1
	printf '%-22s %6s %6s %6s %5s %6s %5s %6s %5s %4s%%\n' "$card" "$least" \
		"$limit" "$cold" "$cold_exchanges" "$second" "$second_exchanges" \
		"$bytes" "$exchanges" $((bytes * 100 / cold)) >>"$tmp/table"
	ok "$card: cold, at most 1.10 of the bound and $4 selects" \
		within "$cold" "$limit"
	ok "$card: a second process without cache, no more" \
		within "$second" "$cold"
	ok "$card: warm, at most $percent % of cold" \
		within $((bytes * 100)) $((cold * percent))
	[ $# -ge 7 ] || return 0
	ok "$card: cold, at most $6 exchanges" within "$cold_exchanges" "$6"
	ok "$card: warm, at most $7 exchanges" within "$exchanges" "$7"
}

printf '%-22s %6s %6s %6s %5s %6s %5s %6s %5s\n' card bound limit cold exch. \
	second exch. warm exch. >"$tmp/table"

# The CCC, and T of each container; the PIN tries that are left. Warm is the same
# for certificates of any length, so it is more than 12 % of short ones (900
# bytes each) and with the frames of T=1. How long they are, and so how many
# pieces they are read in, changes with their keys.
cost cac-v2-long 3 360 6 12 60 14
cost cac-v2 3 360 6 13 60 14
cost cac-v2-plain-gzip 3 360 6 13 60 14
cost cac-v2-gcx4 3 360 6 15
cost cac-v2-cosmo52 3 330 6 13
cost cac-v2-t1 3 360 7 15
cost cac-v2-t0-t1 3 360 6 13
cost cac-v2-oddsizes 3 360 6
cost cac-v2-16-applets 16 1030 19
# Two of four containers are empty, which is asked twice before it is believed:
# 15 questions. The cache does not spare any of them.
cost cac-v2-holes 2 380 15 26
# A second CCC is selected, too; the first points to itself.
cost ccc-next 3 215 7
cost ccc-next-self 3 130 6
# The CCC does not help: the Access Control Applet and each of those it names are
# asked for what they hold, warm as well.
cost ccc-no-pki 3 330 13 18
cost ccc-f6 2 230 10 20
# The card has no number; its first certificate stands in.
cost ccc-empty 3 210 13 16
cost alt-aca 3 180 13 13
# Applets are found by a SELECT of each of sixteen.
cost alt-bare 2 30 22 19
# GET CERTIFICATE begins with the first byte: these are read whole each time.
cost cac-v1 3 10 25 100
cost cac-v1-gxp3 2 10 26 100
# The CHUID's beginning as well, or that and Key History; SELECTs stand for
# questions after objects that are not there and PIN tries that are left, too.
# What is warm on cards with PIV is more than 12 % of the cold: GET DATA begins
# with an object's first byte, so a certificate is proved by all up to its dates,
# 110 to 180 bytes, the CCC is read whole, and what a dual card holds twice was
# read once when cold but is proved twice.
cost dual-oberthur-v5.5 4 440 16 25 60 31
cost dual-gemalto-gx4 4 440 16 25 60 30
cost dual-idemia-cosmo-v8 3 440 16 32 62 39
cost cac-v2-extended 4 440 16 28
cost piv-only-sce7 4 130 11 24 43 23
cost piv-ecc 4 130 11 28 52 20
cost piv-key-history 24 170 8 18 230 39
cost piv-global-pin 4 130 11 26
# Two retired certificates that nothing lists are found by reading them, twice,
# as the gap behind them has to be believed; that is so with the cache, too.
again=4
cost piv-retired-unlisted 6 130 11 55
again=0

every_card() {
	for path in "$CAC_EMULATOR_PROFILES"/*; do
		case ${path##*/} in
		*.inc | foreign* | hostile*) continue ;;
		esac
		grep -q "^${path##*/} " "$tmp/table" || return 1
	done
}
ok 'each card with certificates has a row' every_card
cat "$tmp/table"
finish
