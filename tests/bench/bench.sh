#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# This module and OpenSC (with pcscd and libccid) at the same tasks, on the same
# emulated reader and cards. In $builddir/tests/bench: bench.md, bench.png, and
# all figures in bench.tsv. BENCH_CARDS names other cards than the three.
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/tls.sh"
PATH=$PATH:/usr/sbin:/sbin
here=$srcdir/tests/bench
out=$builddir/tests/bench
client=$out/bench-client
pin=77777777
: "${BENCH_CARDS:=cac-v2 dual-gemalto-gx4 piv-only-sce7}"

[ -z "${SANITIZERS:-}" ] || skip 'sanitizers would be measured, too'
need valgrind valgrind
need gnuplot gnuplot-nox
need pcscd pcscd
need opensc-tool opensc
need curl curl
need openssl openssl
need unshare util-linux
opensc=
for f in /usr/lib/*/pkcs11 /usr/lib64/pkcs11 /usr/lib/pkcs11; do
	[ ! -e "$f/opensc-pkcs11.so" ] || opensc=$f/opensc-pkcs11.so
done
[ -n "$opensc" ] || skip 'no opensc-pkcs11.so (Debian: opensc-pkcs11)'
[ -d /usr/lib/pcsc/drivers/ifd-ccid.bundle ] ||
	skip 'no ifd-ccid.bundle (Debian: libccid)'
engine=$(openssl version -e | sed 's/.*"\(.*\)"/\1/')
[ -e "$engine/pkcs11.so" ] ||
	skip 'no engine pkcs11 (Debian: libengine-pkcs11-openssl)'
unshare --map-root-user --mount true 2>/dev/null ||
	skip 'no name space for a /run of our own'

. "$here/work.sh"
mkdir -p "$out/pki"

# repeated TASK: three times, the same each time; the least of round trips and
# of nanoseconds, in which the load of the machine shows
repeated() {
	: >"$tmp/repeated"
	for _ in 1 2 3; do
		work plain "$1"
		right "$1" || {
			echo "failed: $card, $subject, $1: not what the card has" >&2
			exit 1
		}
		echo "$(awk -f "$here/figures.awk" "$run/report" "$run/log")" \
			"$(cat "$run/ns")" >>"$tmp/repeated"
	done
	awk '
	NR > 1 && last != $1 " " $2 " " $3 " " $6 {
		print "not the same twice: " last ", " $0 >"/dev/stderr"
		exit 1
	}
	{ last = $1 " " $2 " " $3 " " $6 }
	NR == 1 || $5 < trips { trips = $5; bus = $7 }
	NR == 1 || $8 < ns { ns = $8 }
	END { print $1, $2, $3, $4, trips, $6, bus, ns }' "$tmp/repeated"
}

# less FIGURES BEFORE: what the second process alone did
less() {
	echo "$1 $2" | awk '{
		printf "%d %d %.6f %.6f %d %d %d %d\n", $1 - $9, $2 - $10,
		    $3 - $11, $4 - $12, $5 - $13, $6 - $14, $7 - $15, $8
	}'
}

instructions() {
	[ -e "$run/$1.log" ] || {
		echo 0
		return
	}
	sed -n 's/.*Collected : //p' "$run/$1.log"
}
peak() {
	sed -n 's/^mem_heap_B=//p' "$run/client.massif" | sort -n | tail -n 1
}

# watched TASK: instructions and peak heap, of the program alone and of what
# pcscd does for it. TLS: curl's own work would be most of it.
watched() {
	[ "$1" != tls ] || {
		echo '- -'
		return
	}
	work callgrind "$1"
	least=$daemon_alone
	[ "$1" != second ] || least=$daemon_list
	n=$(($(instructions client) - client_alone +
		$(instructions pcscd) - least))
	[ "$1" != list ] || daemon_list=$(instructions pcscd)
	work massif "$1"
	echo "$n $(($(peak) - heap_alone))"
}

alone() {
	work callgrind none
	client_alone=$(instructions client)
	daemon_alone=$(instructions pcscd)
	work massif none
	heap_alone=$(peak)
}

# measure TASK: one line of bench.tsv
measure() {
	echo "$card, $subject, $1" >&2
	figures=$(repeated "$1")
	[ "$1" != list ] || list=$figures
	[ "$1" != second ] || figures=$(less "$figures" "$list")
	found=$(find "$run/out" -name '*.der' | wc -l)
	watched "$1" >"$tmp/watched"
	echo "$card $1 $subject $figures $(cat "$tmp/watched") $found" |
		tr ' ' '\t' >>"$out/bench.tsv"
}

tls_keys
: >"$out/bench.tsv"
: >"$out/bound"
for card in $BENCH_CARDS; do
	emulate -- true
	BENCH_PKI=$(pki) sh "$here/bound.sh" "$card" >>"$out/bound"
	rm -rf "$tmp/cache"
	tls_start 1.3
	for s in ours-off ours-warm opensc-off opensc-warm; do
		set_subject $s
		alone
		# What fills the cache.
		work plain list
		for task in list second first sign sign10 tls load; do
			measure $task
		done
	done
	tls_stop
done

pcscd=$(pcscd --version |
	sed -n 's/^pcsc-lite version \([0-9.]*[0-9]\).*/, pcscd \1/p')
awk -v versions="$(opensc-tool --info | sed -n '1s/ \[.*//p')$pcscd" \
	-f "$here/table.awk" "$out/bound" "$out/bench.tsv" >"$out/bench.md"
gnuplot -e "here='$here'; out='$out'; cards='$BENCH_CARDS'" "$here/chart.gp"
cat "$out/bench.md"
echo "$out/bench.md, $out/bench.png" >&2
