#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The module exports its three entries and needs no library but its own four.
set -eu
module=${MODULE:?}

exports=$(nm -D --defined-only "$module" | awk '{ print $NF }' | sed 's/@.*//' |
	sort -u)
expected='C_GetFunctionList
C_GetInterface
C_GetInterfaceList'
if [ "$exports" != "$expected" ]; then
	echo "exports: expected"
	echo "$expected"
	echo "and got"
	echo "$exports"
	exit 1
fi

[ -z "${SANITIZERS:-}" ] || exit 0
needed=$(objdump -p "$module" | awk '$1 == "NEEDED" { print $2 }' |
	sed 's/\.so.*//' | LC_ALL=C sort | tr '\n' ' ')
if [ "$needed" != "libc libcrypto libusb-1.0 libz " ]; then
	echo "exports: libraries needed: $needed"
	exit 1
fi
flags=$(objdump -p "$module" | awk '$1 == "FLAGS_1"')
readelf -d "$module" | grep -q NODELETE || {
	echo "exports: the module can be unloaded ($flags)"
	exit 1
}
