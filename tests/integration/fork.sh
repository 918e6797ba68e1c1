#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Programs that fork, unload the module, and start and end it over and over.
. "${srcdir:?}/tests/integration/lib.sh"

worker=$builddir/tests/integration/fork-worker
[ -x "$worker" ] || skip "$worker is not built"

run() {
	emulate -- "$worker" "$1" "$MODULE" "$(pki)" 2>"$tmp/out.err"
}

ok 'a child starts from nothing, lists, and costs the parent nothing' run fork
ok 'forks while other threads use the module' run busy
ok 'a parent killed at work leaves no lock to its child' run orphan
ok 'a thousand starts: no thread, no file is left' run cycle
reader=none card=none
quiet() {
	emulate -- "$worker" quiet "$MODULE" "$builddir/tests/integration/pki/cac-v2" \
		2>"$tmp/out.err"
}
ok 'no reader: no thread, no file' quiet
reader=scr3310-v2 card=cac-v2
ok 'unloaded with and without C_Finalize' run unload
finish
