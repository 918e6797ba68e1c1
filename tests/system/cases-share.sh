# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Users and containers that see the same device node.

# four_lists PREFIX USER: as USER, each complete
four_lists() {
	local n file=$tmp/share.$1.$2
	for n in 1 2 3 4; do
		"$@" timeout $hang_s p11tool --provider "$MODULE" \
			--list-all-certs pkcs11: >"$file" 2>"$file.err"
		[ "$(grep -c 'Type: X.509 Certificate' "$file")" = "$held" ] &&
			continue
		echo "$1 $2: list $n is not complete"
		cat "$file" "$file.err"
		return 1
	done
}

# Own users, own files, own /run: only the device node is the same.
boxed() {
	local name=$1
	shift
	as "$name" unshare --user --map-root-user --mount --ipc --pid --fork \
		sh -c 'mount -t tmpfs tmpfs /run && exec "$@"' box "$@"
}

# together PREFIX USER PREFIX USER: each in a process of its own
together() {
	local first rc=0
	held=$(held_by_card)
	four_lists "$1" "$2" &
	first=$!
	four_lists "$3" "$4" || rc=1
	wait $first || rc=1
	return $rc
}

signs() {
	as "$1" "$builddir/tests/system/card-report" "$MODULE" 77777777 \
		>"$tmp/share.$1" 2>&1
	cat "$tmp/share.$1"
	[ "$(grep -c '^signature .* right$' "$tmp/share.$1")" -eq 2 ]
}
both_sign() {
	local first rc=0
	signs anna &
	first=$!
	signs bert || rc=1
	wait $first || rc=1
	return $rc
}

plug cac-v2
setfacl -m u:anna:rw,u:bert:rw "$node"
ok users 'two users list at the same time, four times each' \
	together as anna as bert
ok sign 'two users log in and sign with each key at the same time' both_sign
ok containers 'two containers (user, mount, pid, ipc) with the same node' \
	together boxed anna boxed bert
ok both 'a user and a container' together as anna boxed bert
unplug
