#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Includes run downwards only; libusb, zlib and libcrypto have their places;
# the emulator shares nothing with the module.
set -eu
cd "${srcdir:-.}"

expected='base base
cac base
cac cac
cac reader
pkcs11 base
pkcs11 cac
pkcs11 pkcs11
pkcs11 reader
reader base
reader reader
tools/cac-tool base
tools/cac-tool cac
tools/cac-tool reader
tools/cac-tool tools/cac-tool
tools/emulator tools/emulator'

# folder of the includer, first folder of what it includes
edges=$(for dir in base reader cac pkcs11 tools/cac-tool tools/emulator; do
	find "$dir" -name '*.[ch]' -exec cat {} + |
		sed -n 's/^#include "\(.*\)\/[^/]*".*/\1/p' |
		sed 's#^tools/emulator/.*#tools/emulator#' |
		sort -u | sed "s#^#$dir #"
done | LC_ALL=C sort -u)

fail=0
if [ "$edges" != "$(printf '%s\n' "$expected" | LC_ALL=C sort)" ]; then
	echo 'layers: the edges between folders are not as drawn:'
	printf '%s\n' "$expected" | LC_ALL=C sort >"${TMPDIR:-/tmp}/layers.$$"
	printf '%s\n' "$edges" | diff "${TMPDIR:-/tmp}/layers.$$" - || :
	rm -f "${TMPDIR:-/tmp}/layers.$$"
	fail=1
fi

# HEADER PLACE...: only there may it be included.
only() {
	header=$1
	shift
	found=$(grep -rlE "^#include <$header" base reader cac pkcs11 || :)
	for file in $found; do
		case " $* " in
		*" $file "*) ;;
		*)
			echo "layers: $file includes <$header>"
			fail=1
			;;
		esac
	done
}
only libusb.h reader/usb-libusb-private.h
only zlib.h cac/cert-inflate.c cac/cert-repack.c
only openssl/ pkcs11/x509.c pkcs11/digest.h pkcs11/ec-public.c \
	pkcs11/rsa-public.c
only p11-kit/ pkcs11/cryptoki.h

if grep -rnE '^#include "[^/"]*"' base reader cac pkcs11 tools |
	grep -v '"config.h"'; then
	echo 'layers: includes are written from the top folder'
	fail=1
fi
exit $fail
