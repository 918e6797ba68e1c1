#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The module in p11tool under valgrind: no bad access, nothing of ours lost.
. "${srcdir:?}/tests/integration/lib.sh"
[ -z "${SANITIZERS:-}" ] || skip 'valgrind and sanitizers do not mix'
need valgrind valgrind
need p11tool gnutls-bin

clean() {
	list=$1
	shift
	emulate "$@" -- valgrind --quiet --error-exitcode=99 --leak-check=full \
		--show-leak-kinds=definite,indirect \
		--errors-for-leak-kinds=definite,indirect \
		--suppressions="$srcdir/tests/integration/valgrind.supp" \
		p11tool --provider "$MODULE" --list-all-certs pkcs11: \
		>"$tmp/list" 2>"$tmp/valgrind.err" &&
		[ "$(listed)" -eq "$list" ]
}
ok 'a plain listing' clean 3
ok 'a listing with faults' clean 3 --inject 'f6 exchange=12' \
	--inject 'stall-in exchange=25' --inject 'short exchange=31' \
	--inject 'f6 p3=F0 ins=C0 skip=3 until=cold count=always'
finish
