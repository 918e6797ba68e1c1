#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# One reader, many processes and threads, no daemon: nobody gets a wrong list,
# and nobody who is killed leaves a lock behind.
#
#	SHARE_SECONDS=60 SHARE_SEED=7 share.sh
. "${srcdir:?}/tests/integration/lib.sh"

worker=$builddir/tests/integration/share-worker
[ -x "$worker" ] || skip "$worker is not built"
seconds=${SHARE_SECONDS:-10}
seed=${SHARE_SEED:-1}

# crowd OPTION...: share-worker's figures are worth reading each time
crowd() {
	rc=0
	emulate -- "$worker" -r "$seed" "$@" "$MODULE" "$(pki)" \
		>"$tmp/out" 2>"$tmp/out.err" || rc=$?
	sed 's/^/  /' "$tmp/out"
	return "$rc"
}

# The emulated device is its maker's; a real one is of a group, or has an ACL.
for_all_users='chmod a+x "${UMOCKDEV_DIR%/*}"
	chmod -R a+rwX "$UMOCKDEV_DIR"
	exec "$@"'
users() {
	rc=0
	emulate -- sh -c "$for_all_users" sh "$worker" -r "$seed" -u "$@" \
		"$MODULE" "$(pki)" >"$tmp/out" 2>"$tmp/out.err" || rc=$?
	sed 's/^/  /' "$tmp/out"
	return "$rc"
}

# turns OPTION...: how long is the wait for one transaction?
turns() {
	rc=0
	emulate -- "$builddir/tests/integration/turn-worker" "$@" \
		>"$tmp/out" 2>"$tmp/out.err" || rc=$?
	sed 's/^/  /' "$tmp/out"
	return "$rc"
}

ok 'transactions of eight processes' turns -p 8 -t 1 -s 3
ok 'transactions of eight processes, four threads each' turns -p 8 -t 4 -s 3
ok 'one process, eight threads' crowd -p 1 -t 8 -s 2
ok 'eight processes, no error' crowd -p 8 -t 4 -s 3
ok 'eight processes that start anew each time' crowd -p 8 -t 1 -n 1 -s 3
ok 'eight processes, killed at random' crowd -p 8 -t 4 -s "$seconds" -k 250
ok 'killed ten times a second' crowd -p 4 -t 2 -s 3 -k 100
ok 'C_Finalize at any moment' crowd -p 2 -t 4 -s 2 -f
if setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null; then
	ok 'two users' users -p 4 -t 2 -s 3
	ok 'two users, killed at random' users -p 4 -t 2 -s 3 -k 200
else
	echo 'left out: two users (needs root)'
fi
finish
