# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Users and containers that see the same device node.

both_allowed() {
	setfacl -m u:anna:rw,u:bert:rw "$(reader_node)"
}

# in_turns COMMAND-PREFIX...: four lists, all complete
in_turns() {
	local n
	for ((n = 0; n < 4; n++)); do
		complete_to "$tmp/turns.$1.$2" "$@" || return 1
	done
}
complete_to() {
	local file=$1
	shift
	"$@" p11tool --provider "$MODULE" --list-all-certs pkcs11: \
		>"$file" 2>"$file.err"
	[ "$(grep -c 'Type: X.509 Certificate' "$file")" = "$(held_by_card)" ]
}

# together PREFIX-FUNCTION...: each in a process of its own, at the same time
together() {
	local jobs=() j rc=0
	for j in "$@"; do
		"$j" &
		jobs+=($!)
	done
	for j in "${jobs[@]}"; do
		wait "$j" || rc=1
	done
	return $rc
}
anna_lists() { in_turns as anna; }
bert_lists() { in_turns as bert; }

# Own users, own files, own /run: only the device node is the same.
boxed() {
	as "$1" unshare --user --map-root-user --mount --ipc --pid --fork \
		sh -c 'mount -t tmpfs tmpfs /run &&
			exec p11tool --provider "$1" --list-all-certs pkcs11:' \
		box "$MODULE"
}
box_lists() {
	local n
	for ((n = 0; n < 4; n++)); do
		[ "$(boxed "$1" 2>"$tmp/box.$1.err" |
			grep -c 'Type: X.509 Certificate')" = "$(held_by_card)" ] ||
			{ cat "$tmp/box.$1.err"; return 1; }
	done
}
anna_box() { box_lists anna; }
bert_box() { box_lists bert; }

plug cac-v2
both_allowed
ok 'two users list at the same time' together anna_lists bert_lists
ok 'two containers with the same device node' together anna_box bert_box
ok 'a user and a container' together anna_lists bert_box
unplug
