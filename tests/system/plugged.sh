#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# plugged.sh run [OPTION]... -- COMMAND: as cac-emulator run, but by USB/IP and
# the kernel, so that the integration tests work here as they are.
set -u
shift
options=()
while [ "$1" != -- ]; do
	options+=("$1")
	shift
done
shift
mkdir -p /run/plugged
exec 8>/run/plugged/lock
flock 8
out=$(mktemp /run/plugged/XXXXXX)
"${REAL_EMULATOR:?}" usbip --listen 127.0.0.1:0 "${options[@]}" >"$out" 8>&- &
server=$!

# polls COMMAND...: for half a minute
polls() {
	local n
	for ((n = 0; n < 600; n++)); do
		"$@" && return
		sleep 0.05
	done
	return 1
}
node_there() {
	local d
	for d in /sys/bus/usb/devices/*/idVendor; do
		[ -e "$d" ] || continue
		d=$(dirname "$d")
		# Hubs of the controllers stay.
		[ "$(cat "$d/bDeviceClass")" != 09 ] || continue
		[ -e "/dev/$(sed -n 's/^DEVNAME=//p' "$d/uevent")" ] && return
	done
	return 1
}
none_there() { ! node_there; }

rc=125
if polls grep -q 127.0.0.1 "$out" &&
	usbip --tcp-port "$(sed 's/.*://' "$out")" attach -r 127.0.0.1 -b 1-1 \
		2>/dev/null && polls node_there; then
	udevadm settle
	"$@" 8>&-
	rc=$?
	usbip detach -p 0 >/dev/null 2>&1
	polls none_there
fi
kill $server
wait $server
rm -f "$out"
exit $rc
