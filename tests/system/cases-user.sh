# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Who may open the reader: the udev rule, seats and permissions.

# Nor the rules that come with pcscd, scdaemon and systemd, which know many readers.
without_rule() {
	grep -rliE ':0b0000:|smartcard|04e6' /lib/udev/rules.d | xargs -r rm -f
	udevadm control --reload
}

refused_and_told() {
	[ "$(list as anna)" = 0 ] || return 1
	as anna CAC_PKCS11_TRACE=/home/anna/trace p11tool \
		--provider "$MODULE" --list-tokens >/dev/null 2>&1
	cat /home/anna/trace
	note=$(grep -m1 -o 'no permission.*\|[^:]*udev rule.*' /home/anna/trace)
	grep -q 'udev rule' /home/anna/trace
}

# Its number is new, and so is the node.
replug() {
	local before
	before=$node
	detach
	attach
	note="$before, then $node"
	[ "$node" != "$before" ]
}

kept_awake() {
	local control
	reader_there && read -r control <"$sys/power/control"
	[ "$control" = on ]
}

none_for() { [ "$(list as "$1")" = 0 ]; }

without_rule
seat_of anna
ok node 'a reader by USB/IP gets a device node' plug cac-v2
ok root 'root lists every certificate' complete
ok no-rule 'without the rule, a user gets none and is told of the rule' \
	refused_and_told
with_rule
ok number 'plugged in again, the reader has another number' replug
ok rule 'with the rule, the user at the seat lists all' complete as anna
ok not-at-seat 'another user gets none' none_for bert
ok awake 'the rule keeps the reader awake' kept_awake
unplug
