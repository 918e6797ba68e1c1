#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Debian's pcscd and libccid on the same reader: who comes second is told what
# is the matter, and goes on without a new start once the other one has left.

opensc_tool() {
	# Clients of pcscd see no USB. Under the preloaded library the GLib
	# threads that OpenSC starts while it is loaded can stop for ever.
	LD_PRELOAD='' opensc-tool "$@"
}

# pcscd begins: it has the reader once it tells a card's ATR.
pcscd_begins() {
	rm -rf /run/pcscd
	pcscd --foreground >"$work/pcscd.log" 2>&1 3>&- 4<&- 5>&- 6<&- &
	daemon=$!
	turns=0
	until [ -S /run/pcscd/pcscd.comm ]; do
		turns=$((turns + 1))
		[ $turns -lt 200 ] || return 1
		kill -0 $daemon || return 1
		sleep 0.05
	done
	opensc_tool --atr >"$work/atr"
	grep -qi '^3B:' "$work/atr"
}

pcscd_ends() {
	kill $daemon
	wait $daemon || :
	daemon=
}

held() {
	is empty "$1" look
	is 1 "$1" slots
	is no-token "$1" open 2
}
free() {
	is card "$1" look
	is ok "$1" open 2
	is right "$1" list 2
	is ok "$1" close 2
}

before_and_after() {
	start a
	is ok a init
	is ok a open 1
	is right a list 1
	is ok a close 1
	free a
	pcscd_begins
	held a
	start b
	is ok b init
	held b
	pcscd_ends
	free a
	free b
}

# Each finds the card as the other one left it.
turns() {
	start a
	is ok a init
	for turn in 1 2 3; do
		free a
		pcscd_begins
		opensc_tool --serial >"$work/serial.$turn" || :
		pcscd_ends
		free a
	done
}

# Who was first has the reader for a moment only: pcscd gets it.
not_kept() {
	start a
	is ok a init
	is ok a open 1
	is right a list 1
	pcscd_begins
	pcscd_ends
	is right a list 1
}

if [ "${1:-}" = inside ]; then
	work=$3
	pki=$4
	daemon=
	mount -t tmpfs tmpfs /run
	trap '[ -z "$daemon" ] || pcscd_ends' EXIT
	. "${srcdir:?}/tests/integration/lead.sh"
	"$2"
	exit
fi

PATH=$PATH:/usr/sbin:/sbin
export PATH
. "${srcdir:?}/tests/integration/lib.sh"
need pcscd pcscd
need opensc-tool opensc
need unshare util-linux
[ -d /usr/lib/pcsc/drivers/ifd-ccid.bundle ] ||
	skip 'ifd-ccid.bundle is missing (Debian: libccid)'
unshare --map-root-user --mount true 2>/dev/null ||
	skip 'no name space for a /run of our own'
[ -z "${SANITIZERS:-}" ] || skip 'pcscd and sanitizers do not mix'
worker=$builddir/tests/integration/hotplug-worker
[ -x "$worker" ] || skip "$worker is not built"
emulate -- true

run() {
	mkdir "$tmp/$1"
	CAC_PKCS11_TRACE=$tmp/trace emulate -- \
		unshare --map-root-user --mount \
		sh "$0" inside "$1" "$tmp/$1" "$(pki)" 2>"$tmp/foreign.err"
}

ok 'pcscd has the reader: no token; it ends: the token is back' \
	run before_and_after
ok 'the trace names pcscd' grep -q 'is open in pcscd (pid' "$tmp/trace"
ok 'the trace says what to do' \
	grep -q 'another program holds the reader: stop it' "$tmp/trace"
ok 'pcscd and we take turns' run turns
ok 'a session of ours does not keep the reader from pcscd' run not_kept
finish
