#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The module under a real kernel: QEMU boots Debian's kernel on this machine's
# own files, and the emulated reader is a USB device there (USB/IP, vhci_hcd).
# Set by the build: srcdir, builddir, MODULE, EMULATOR, CAC_EMULATOR_PROFILES.
set -euo pipefail
: "${MODULE:?}" "${EMULATOR:?}" "${CAC_EMULATOR_PROFILES:?}" "${builddir:?}"
PATH=$PATH:/usr/sbin:/sbin
here=$(cd "$(dirname "$0")" && pwd)
work=$builddir/tests/system/work
limit_s=${SYSTEM_LIMIT_S:-1500}

# need PROGRAM PACKAGE
need() {
	command -v "$1" >/dev/null || missing+=("$2")
}
missing=()
need qemu-system-x86_64 qemu-system-x86
need busybox busybox-static
need cpio cpio
need modprobe kmod
need usbip usbip
need udevadm udev
need setpriv util-linux
if [ ${#missing[@]} -gt 0 ]; then
	echo "skipped: not installed: ${missing[*]}"
	exit 77
fi

"$here/kernel.sh" "$builddir/tests/system/kernel"

# The keys of all cards, so that the guest need not make them.
mkdir -p "$work/pki"
cards=(cac-v2)
for p in dual-oberthur-v5.5 dual-gemalto-gx4 piv-ecc; do
	[ ! -e "$CAC_EMULATOR_PROFILES/$p" ] || cards+=("$p")
done
for p in "${cards[@]}"; do
	"$EMULATOR" exchange --card "$p" --profiles "$CAC_EMULATOR_PROFILES" \
		--pki "$work/pki/$p" </dev/null >/dev/null
done

cat >"$work/env" <<END
srcdir=$(cd "${srcdir:?}" && pwd)
builddir=$builddir
MODULE=$MODULE
EMULATOR=$EMULATOR
CAC_EMULATOR_PROFILES=$CAC_EMULATOR_PROFILES
CARDS='${cards[*]}'
CASES='${SYSTEM_CASES:-}'
END

qemu=(qemu-system-x86_64 -machine q35,accel=tcg -cpu max -smp 2 -m 2048
	-display none -monitor none -serial stdio -no-reboot -net none
	-kernel "$builddir/tests/system/kernel/vmlinuz"
	-initrd "$builddir/tests/system/kernel/initrd"
	-virtfs "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"
	-append "console=ttyS0 quiet panic=-1 cac.script=$here/guest.sh cac.env=$work/env")
timeout --kill-after=10 "$limit_s" "${qemu[@]}" </dev/null 2>&1 |
	tee "$work/console" | sed -un 's/\r$//; /^SYSTEM-BEGIN/,$p'
sed -i 's/\r$//' "$work/console"
if ! grep -q '^SYSTEM-END' "$work/console"; then
	echo "the system did not come to its end within $limit_s s; its console:"
	tail -40 "$work/console"
	exit 1
fi
grep -q '^SYSTEM-END 0$' "$work/console"
