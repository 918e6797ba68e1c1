#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Inside the test system, as root: udev, the reader by USB/IP, and the cases.
set -u
# shellcheck source=/dev/null
. "$1"
here=$srcdir/tests/system
tmp=/run/cac
MODULE=${module_path:?}
rule=/lib/udev/rules.d/70-cac-pkcs11.rules
# Each program reads the card itself.
CAC_PKCS11_CACHE=off
export srcdir builddir MODULE EMULATOR CAC_EMULATOR_PROFILES CAC_PKCS11_CACHE
cases=0
failed=0
table=()
# Only ends what hangs.
hang_s=120
server=
sys=
node=
port=3240

# ok NAME DESCRIPTION COMMAND...: one case. The command may leave a $note.
ok() {
	local name=$part/$1 what=$2 begun=$EPOCHREALTIME took result=ok
	shift 2
	cases=$((cases + 1))
	note=
	"$@" >$tmp/out 2>$tmp/err || result=FAILED
	took=$(((${EPOCHREALTIME/./} - ${begun/./}) / 100000))
	took=$((took / 10)).$((took % 10))
	echo "$result: $name: $what${note:+: $note} ($took s)"
	table+=("| $name | $result | $took | $what${note:+: $note} |")
	[ $result = ok ] && return
	failed=$((failed + 1))
	sed 's/^/    /' $tmp/out $tmp/err | tail -40
}

# until_true COMMAND...: asked again and again
until_true() {
	local end=$((SECONDS + hang_s)) line
	until "$@"; do
		[ $SECONDS -lt $end ] || {
			echo "in vain: $*" >&2
			return 1
		}
		# As sleep, but no new process.
		read -rt 0.02 -u 7 line
	done
	return 0
}

# The reader's folder in /sys/bus/usb/devices, in $sys.
reader_there() {
	local f vendor
	for f in /sys/bus/usb/devices/*/idVendor; do
		{ read -r vendor <"$f"; } 2>/dev/null || continue
		sys=${f%/*}
		[ "$vendor" = 04e6 ] && return
	done
	sys=
	return 1
}
reader_gone() { ! reader_there; }
node_there() {
	local bus device
	reader_there || return 1
	{ read -r bus <"$sys/busnum" && read -r device <"$sys/devnum"; } \
		2>/dev/null || return 1
	node=$(printf '/dev/bus/usb/%03d/%03d' "$bus" "$device")
	[ -e "$node" ]
}

attach() {
	usbip --tcp-port "$port" attach -r 127.0.0.1 -b 1-1 >$tmp/usbip 2>&1 ||
		{ cat $tmp/usbip; return 1; }
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
		--profiles "$CAC_EMULATOR_PROFILES" --report $tmp/report \
		--log $tmp/log "$@" >$tmp/listen 2>$tmp/server.err 7<&- &
	server=$!
	until_true grep -qs 127.0.0.1 $tmp/listen || return 1
	port=$(sed -n 's/.*127\.0\.0\.1[: ]\([0-9]*\).*/\1/p' $tmp/listen)
	attach
}
unplug() {
	detach
	kill "$server"
	wait "$server" 2>/dev/null
	rm -rf $tmp/pki $tmp/listen $tmp/log
	server=
}

# list [COMMAND-PREFIX]...: how many certificates p11tool shows
list() {
	"$@" timeout $hang_s p11tool --provider "$MODULE" --list-all-certs \
		pkcs11: 2>$tmp/list.err | grep -c 'Type: X.509 Certificate'
}
# What the card holds: one for each container of its profile.
held_by_card() { find $tmp/pki -name '[0-9]*.der' | wc -l; }
complete() {
	local shown
	shown=$(list "$@")
	[ "$shown" = "$(held_by_card)" ] && return
	echo "$shown certificates"
	cat $tmp/list.err
	return 1
}

# as USER COMMAND...
as() {
	local name=$1
	shift
	setpriv --reuid="$name" --regid="$name" --init-groups \
		env -i PATH=/usr/bin:/bin HOME="/home/$name" \
		CAC_PKCS11_CACHE=$CAC_PKCS11_CACHE "$@"
}

# led FUNCTION: in a shell that leads programs a and b (lead.sh)
led() {
	rm -rf $tmp/lead
	mkdir $tmp/lead
	(
		work=$tmp/lead
		pki=$tmp/pki
		pcscd=
		trap 'exec 3>&- 4<&-; [ -z "$pcscd" ] || kill $pcscd; wait' EXIT
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

# The reader was told to keep its answer back, and does.
hung() { grep -qs '^F.*timeout' $tmp/log; }

pcscd_listens() { [ -S /run/pcscd/pcscd.comm ]; }
# It has the reader once it tells a card's ATR.
pcscd_has_it() {
	until_true pcscd_listens && opensc-tool --atr | grep -qi '^3B:'
}
pcscd_begins() {
	rm -rf /run/pcscd
	pcscd --foreground >$tmp/pcscd.log 2>&1 3>&- 4<&- 7<&- &
	pcscd=$!
}
pcscd_ends() {
	kill $pcscd
	wait $pcscd
	pcscd=
}

# Accounts of our own: those of the host may be root's alone to read.
accounts() {
	local name id
	cp /etc/passwd /etc/group $tmp
	rm -f /etc/passwd /etc/group /etc/shadow
	cp $tmp/passwd $tmp/group /etc
	echo 'root:*:1::::::' >/etc/shadow
	chmod 600 /etc/shadow
	mount -t tmpfs -o mode=755 tmpfs /home
	while read -r name id; do
		echo "$name:x:$id:$id::/home/$name:/bin/sh" >>/etc/passwd
		echo "$name:x:$id:" >>/etc/group
		echo "$name:*:1::::::" >>/etc/shadow
		install -d -m 700 -o "$id" -g "$id" "/home/$name"
	done <<-END
		anna 4001
		bert 4002
	END
}

begin() {
	mkdir -m 755 $tmp
	mkdir -m 700 "$HOME"
	mkfifo $tmp/never
	exec 7<>$tmp/never
	accounts
	[ -e /dev/fd ] || ln -s /proc/self/fd /dev/fd
	/lib/systemd/systemd-udevd --daemon 2>$tmp/udevd.err
	udevadm trigger --action=add --subsystem-match=usb
	udevadm settle
}

# The person at the machine, as logind writes it down.
seat_of() {
	mkdir -p /run/systemd/seats
	printf 'IS_SEAT0=1\nACTIVE=c1\nACTIVE_UID=%s\nSESSIONS=c1\nUIDS=%s\n' \
		"$(id -u "$1")" "$(id -u "$1")" >/run/systemd/seats/seat0
}

with_rule() {
	cp "$builddir/tests/system/work/installed$rule" "$rule"
	udevadm control --reload
}

# What `make install` gives, but the rule, which has its own cases.
installed() {
	local is
	tar -C "$builddir/tests/system/work/installed" -c . | tar -C / -x \
		--keep-directory-symlink --no-overwrite-dir
	rm -f "$rule"
	is=$(sha256sum $MODULE | cut -d' ' -f1)
	note=$is
	[ "$is" = "$built" ]
}

finish() {
	printf '\n| case | result | s | what it shows |\n|---|---|---|---|\n'
	printf '%s\n' "${table[@]}"
	printf '\n[  PASSED  ] %d test(s).\n' $((cases - failed))
	[ "$failed" -eq 0 ] || echo "[  FAILED  ] $failed test(s)."
	echo "SYSTEM-END $((failed > 0))"
	busybox poweroff -f
}

read -r up _ </proc/uptime
echo "Linux $(uname -r) in QEMU, after $up s"
begin
part=module
ok same 'the installed module is the one of the build, byte for byte' installed
for part in ${CASES:-user plug power share foreign client judge}; do
	# shellcheck source=/dev/null
	. "$here/cases-$part.sh"
done
finish
