#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# kernel.sh FOLDER: Debian's stock kernel and a small initramfs in FOLDER, as
# vmlinuz and initrd. The package is kept in CAC_CI_CACHE, or in the user's
# cache, and is what apt's signed index says, or is fetched again. Ends with 77
# when it cannot be had.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${CAC_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cac-pkcs11-ci}
mkdir -p "$1" "$cache"
cache=$(cd "$cache" && pwd)
cd "$1"

modules=(virtio_pci 9pnet_virtio 9p overlay vhci-hcd)

skip() {
	echo "skipped: $*" >&2
	exit 77
}

# of_index FIELD: of the kernel package, as apt's index has it
of_index() {
	apt-cache show --no-all-versions "$package" | sed -n "s/^$1: //p"
}

right() {
	[ -e "$deb" ] && echo "$sum  $deb" | sha256sum --check --status
}

# apt warns that its own user may not write here.
fetch() {
	package=$(apt-cache depends linux-image-amd64 2>/dev/null |
		sed -n 's/.*Depends: \(linux-image-[0-9][^ ]*\)/\1/p' | head -1)
	[ -n "$package" ] ||
		skip 'apt does not know linux-image-amd64: apt-get update'
	sum=$(of_index SHA256)
	deb=$cache/${package}_$(of_index Version)_$(of_index Architecture).deb
	right && return
	rm -rf fetched
	mkdir fetched
	(cd fetched && apt-get -qq download "$package") >apt.log 2>&1 || {
		sed '/^W:/d' apt.log >&2
		skip "no network? apt-get download $package failed." \
			"A copy of the package as $deb would do."
	}
	mv fetched/*.deb "$deb"
	rmdir fetched
	right || skip "$deb is not what apt's index says"
}

unpack() {
	[ -e package ] && [ "$(cat package)" = "$sum" ] && return
	rm -rf package tree vmlinuz
	mkdir tree
	# Its merged /usr, or not.
	dpkg-deb --fsys-tarfile "$deb" | tar -x -C tree --wildcards \
		'./boot/vmlinuz-*' '*/modules/*'
	[ -e tree/lib ] || mv tree/usr/lib tree/lib
	depmod -b "$PWD/tree" "$(ls tree/lib/modules)"
	cp tree/boot/vmlinuz-* vmlinuz
	echo "$sum" >package
}

initramfs() {
	local release root=$PWD/root m file
	release=$(ls tree/lib/modules)
	rm -rf "$root"
	mkdir -p "$root/bin" "$root/lib/modules/$release"
	cp "$(command -v busybox)" "$root/bin/busybox"
	cp "$here/init" "$root/init"
	chmod +x "$root/init"
	for m in "${modules[@]}"; do
		modprobe -d "$PWD/tree" -S "$release" --show-depends "$m"
	done | awk '{ print $2 }' | sort -u | while read -r file; do
		install -D "$file" "$root/lib/modules/$release/${file#*/"$release"/}"
	done
	cp tree/lib/modules/"$release"/modules.{order,builtin,builtin.modinfo} \
		"$root/lib/modules/$release"
	depmod -b "$root" "$release"
	(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >initrd
	rm -rf "$root"
}

fetch
unpack
initramfs
