#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Inside the test system, as root: udev, the reader by USB/IP, and the cases.
set -u
# shellcheck source=/dev/null
. "$1"
export srcdir builddir MODULE EMULATOR CAC_EMULATOR_PROFILES
here=$srcdir/tests/system
tmp=/run/cac
mkdir -m 755 $tmp
cases=0
failed=0
server=
port=3240

# ok DESCRIPTION COMMAND...: one case
ok() {
	local what=$1
	shift
	cases=$((cases + 1))
	if "$@" >$tmp/out 2>$tmp/err; then
		echo "ok: $what"
	else
		failed=$((failed + 1))
		echo "FAILED: $what"
		sed 's/^/    /' $tmp/out $tmp/err | tail -40
	fi
}

# until_true COMMAND...: asked again and again, for half a minute
until_true() {
	local n
	for ((n = 0; n < 600; n++)); do
		"$@" && return 0
		sleep 0.05
	done
	return 1
}

# The reader's folder in /sys/bus/usb/devices; empty when it is not there.
reader_sys() {
	local f
	for f in /sys/bus/usb/devices/*/idVendor; do
		[ -e "$f" ] && [ "$(cat "$f")" = 04e6 ] && dirname "$f"
	done
}
reader_there() { [ -n "$(reader_sys)" ]; }
reader_gone() { ! reader_there; }
reader_node() {
	local d
	d=$(reader_sys)
	printf '/dev/bus/usb/%03d/%03d' "$(cat "$d/busnum")" "$(cat "$d/devnum")"
}
node_there() { reader_there && [ -e "$(reader_node)" ]; }

attach() {
	usbip --tcp-port "$port" attach -r 127.0.0.1 -b 1-1 || return 1
	until_true node_there || return 1
	udevadm settle
}
detach() {
	usbip detach -p 0 >/dev/null 2>&1
	until_true reader_gone
	udevadm settle
}

# plug CARD [EMULATOR-OPTION]...: a reader with this card in it
plug() {
	card=$1
	shift
	cp -r "$builddir/tests/system/work/pki/$card" $tmp/pki
	"$EMULATOR" usbip --card "$card" --pki $tmp/pki --listen 127.0.0.1:0 \
		--profiles "$CAC_EMULATOR_PROFILES" --report $tmp/report "$@" \
		>$tmp/listen 2>$tmp/server.err &
	server=$!
	until_true grep -q 127.0.0.1 $tmp/listen || return 1
	port=$(sed -n 's/.*127\.0\.0\.1[: ]\([0-9]*\).*/\1/p' $tmp/listen)
	attach
}
unplug() {
	detach
	kill "$server"
	wait "$server" 2>/dev/null
	rm -rf $tmp/pki $tmp/listen
	server=
}

# list [COMMAND-PREFIX]...: how many certificates p11tool shows
list() {
	"$@" p11tool --provider "$MODULE" --list-all-certs pkcs11: 2>$tmp/list.err |
		grep -c 'Type: X.509 Certificate'
}
# What the card holds: one for each container of its profile.
held_by_card() { find $tmp/pki -name '[0-9]*.der' | wc -l; }
complete() { [ "$(list "$@")" = "$(held_by_card)" ]; }

# as USER COMMAND...
as() {
	local uid name=$1
	uid=$(id -u "$name")
	shift
	setpriv --reuid="$uid" --regid="$uid" --clear-groups \
		env -i PATH=/usr/bin:/bin HOME="/home/$name" "$@"
}

# led FUNCTION: in a shell that leads programs a and b (lead.sh)
led() {
	rm -rf $tmp/lead
	mkdir $tmp/lead
	(
		work=$tmp/lead
		pki=$tmp/pki
		# shellcheck source=/dev/null
		. "$srcdir/tests/integration/lead.sh"
		"$@"
	)
}

begin_a() {
	start a
	is ok a init
	is ok a open 1
	is right a list 1
}
afresh_a() {
	is ok a open 2
	is right a list 2
	is no-such-session a list 1
	is 1 a slots
}

pcscd_has_it() {
	until_true test -S /run/pcscd/pcscd.comm && opensc-tool --atr | grep -qi '^3B:'
}
pcscd_begins() {
	pcscd --foreground >$tmp/pcscd.log 2>&1 &
	pcscd=$!
	until_true pcscd_has_it
}
pcscd_ends() {
	kill $pcscd
	wait $pcscd
	pcscd=
}

begin() {
	useradd --create-home --uid 4001 anna
	useradd --create-home --uid 4002 bert
	/lib/systemd/systemd-udevd --daemon
	udevadm trigger --action=add
	udevadm settle
}

finish() {
	echo "[  PASSED  ] $((cases - failed)) test(s)."
	[ "$failed" -eq 0 ] || echo "[  FAILED  ] $failed test(s)."
	echo "SYSTEM-END $((failed > 0))"
	busybox poweroff -f
}

echo SYSTEM-BEGIN "$(uname -r)"
begin
for part in ${CASES:-user plug power foreign share judge client}; do
	# shellcheck source=/dev/null
	. "$here/cases-$part.sh"
done
finish
