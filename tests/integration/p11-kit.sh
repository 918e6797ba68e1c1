#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The installed module file in a user's own p11-kit folder: no path on any
# command line. p11-kit ignores that folder for root, so root becomes nobody.
. "${srcdir:?}/tests/integration/lib.sh"
[ -z "${SANITIZERS:-}" ] || skip 'p11-kit is tried with the plain build'
need p11tool gnutls-bin
need p11-kit p11-kit

config=$tmp/config/pkcs11/modules
mkdir -p "$config"
# OpenSC's module, loaded below the preloaded library, can stop for ever.
echo 'user-config: only' >"$tmp/config/pkcs11/pkcs11.conf"
chmod 755 "$tmp"
cp "$MODULE" "$EMULATOR" "$tmp"
cp -r "$CAC_EMULATOR_PROFILES" "$tmp/profiles"
sed "s#^module: .*#module: $tmp/cac-pkcs11.so#" \
	"$srcdir/p11-kit/cac-pkcs11.module" >"$config/cac-pkcs11.module"

if [ "$(id -u)" -eq 0 ]; then
	need setpriv util-linux
	as_user='setpriv --reuid=65534 --regid=65534 --clear-groups'
else
	as_user=
fi

# The command is run by the emulator, both as the user.
kit() {
	$as_user env HOME=/nonexistent XDG_CONFIG_HOME="$tmp/config" \
		"$tmp/cac-emulator" run --card "$card" \
		--profiles "$tmp/profiles" -- "$@" \
		>"$tmp/list" 2>"$tmp/list.err"
}
has() {
	grep -q "$1" "$tmp/list"
}
ok 'p11-kit list-modules' kit p11-kit list-modules
ok 'the module is there' has '^cac-pkcs11'
ok 'its token is there' has 'token: TEST.CARD.ONE'
ok 'p11tool finds it by itself' \
	kit p11tool --list-all-certs 'pkcs11:model=CAC%20v2'
ok 'three certificates' [ "$(listed)" -eq 3 ]
finish
