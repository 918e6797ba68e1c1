#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# kernel.sh FOLDER: Debian's stock kernel and a small initramfs in FOLDER, as
# vmlinuz and initrd. What is there is used again.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"

modules=(virtio_pci 9pnet_virtio 9p overlay vhci-hcd)

fetch() {
	local package
	package=$(apt-cache depends linux-image-amd64 |
		sed -n 's/.*Depends: \(linux-image-[0-9][^ ]*\)/\1/p' | head -1)
	[ -n "$package" ] || {
		echo 'apt does not know linux-image-amd64: apt-get update' >&2
		return 1
	}
	[ -e "$package.deb" ] && return
	rm -rf -- ./*.deb tree vmlinuz
	# apt's own user may not write here, and says so.
	apt-get -qq download "$package" 2>apt.err || {
		cat apt.err >&2
		return 1
	}
	mv "$package"_*.deb "$package.deb"
}

unpack() {
	[ -e vmlinuz ] && return
	rm -rf tree
	dpkg-deb -x ./*.deb tree
	depmod -b "$PWD/tree" "$(ls tree/lib/modules)"
	cp tree/boot/vmlinuz-* vmlinuz
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
