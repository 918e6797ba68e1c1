#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The module under a real kernel: QEMU boots Debian's kernel on this machine's
# own files, and the emulated reader is a USB device there (USB/IP, vhci_hcd).
# Set by the build: srcdir, builddir, MODULE, EMULATOR, CAC_EMULATOR_PROFILES.
# Ends with 77 when something that it needs is not there, and says what.
set -euo pipefail
: "${MODULE:?}" "${EMULATOR:?}" "${CAC_EMULATOR_PROFILES:?}" "${builddir:?}"
PATH=$PATH:/usr/sbin:/sbin
here=$(cd "$(dirname "$0")" && pwd)
srcdir=$(cd "${srcdir:?}" && pwd)
work=$builddir/tests/system/work
# It only ends a system that hangs.
limit_s=${SYSTEM_LIMIT_S:-1500}

skip() {
	echo "skipped: $*"
	exit 77
}

[ -z "${SANITIZERS:-}" ] || skip 'sanitizers are too slow in an emulated machine'
command -v dpkg-query >/dev/null || skip 'this needs Debian: its kernel package'
mapfile -t missing < <("$here/packages.sh" | while read -r p; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null |
		grep -q 'ok installed' || echo "$p"
done)
[ ${#missing[@]} -eq 0 ] ||
	skip "packages are missing: apt-get install ${missing[*]}"
[ "$(uname -m)" = x86_64 ] || skip "no test system for $(uname -m), only x86_64"
echo "Debian's kernel"
"$here/kernel.sh" "$builddir/tests/system/kernel"

# The keys of all cards, so that the guest need not make them.
mkdir -p "$work/pki"
cards=$("$here/cards.sh" "$CAC_EMULATOR_PROFILES")
export work
echo 'making the keys of the cards'
# shellcheck disable=SC2016
echo "$cards" | xargs -P "$(nproc)" -I CARD sh -c '
	[ -e "$work/pki/CARD/made" ] || {
		"$EMULATOR" exchange --card CARD --pki "$work/pki/CARD" \
			--profiles "$CAC_EMULATOR_PROFILES" </dev/null >/dev/null &&
			: >"$work/pki/CARD/made"
	}'

# What `make install` gives a machine, which is then copied to the guest's root.
rm -rf "$work/installed"
env -u MAKEFLAGS make -C "$builddir" --no-print-directory -s install \
	DESTDIR="$work/installed" >"$work/install.log" 2>&1 || {
	cat "$work/install.log"
	exit 1
}

module_path=$(cd "$work/installed" && find . -name cac-pkcs11.so)
[ -n "$module_path" ]

cat >"$work/env" <<END
module_path='${module_path#.}'
srcdir='$srcdir'
builddir='$builddir'
EMULATOR='$EMULATOR'
CAC_EMULATOR_PROFILES='$CAC_EMULATOR_PROFILES'
CARDS='$(echo $cards)'
CASES='${SYSTEM_CASES:-}'
opensc='$(dpkg -L opensc-pkcs11 | grep '/opensc-pkcs11\.so$' | head -1)'
built='$(sha256sum "$MODULE" | cut -d' ' -f1)'
END

# One processor: two of them make each other's translated code slower than the
# second one gains. Without address randomisation and the mitigations: code at
# another address is translated anew in each process.
qemu=(qemu-system-x86_64 -machine q35 -accel tcg,tb-size=1024
	-cpu max,la57=off -smp 1 -m 2048
	-display none -monitor none -no-reboot -net none
	-serial stdio -serial "file:$work/kernel.log"
	-kernel "$builddir/tests/system/kernel/vmlinuz"
	-initrd "$builddir/tests/system/kernel/initrd"
	-virtfs "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"
	-append "console=ttyS1 quiet panic=-1 mitigations=off norandmaps
		cac.script=$here/guest.sh cac.env=$work/env")
SECONDS=0
exec {out}> >(sed -u 's/\r$//' | tee "$work/console")
shown=$!
timeout --foreground --kill-after=10 "$limit_s" "${qemu[@]}" </dev/null \
	>&"$out" 2>&1 &
system=$!
trap 'kill $system 2>/dev/null || :' EXIT
exec {out}>&-
wait $system || :
wait $shown
trap - EXIT
if ! grep -q '^SYSTEM-END' "$work/console"; then
	echo "the system did not come to its end ($SECONDS s of at most $limit_s s)"
	echo 'its kernel said last:'
	tail -20 "$work/kernel.log"
	exit 1
fi
echo "the system took $SECONDS s"
grep -q '^SYSTEM-END 0$' "$work/console"
