# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Who may open the reader: the udev rule, seats and permissions.

rule=70-cac-pkcs11.rules

# The person at the machine, as logind writes it down.
seat_of() {
	mkdir -p /run/systemd/seats
	printf 'IS_SEAT0=1\nACTIVE=c1\nACTIVE_UID=%s\nSESSIONS=c1\nUIDS=%s\n' \
		"$(id -u "$1")" "$(id -u "$1")" >/run/systemd/seats/seat0
}

with_rule() {
	cp "$srcdir/reader/$rule" /etc/udev/rules.d/
	udevadm control --reload
}
# Nor those that come with pcscd, scdaemon and systemd, which know many readers.
without_rule() {
	rm -f "/etc/udev/rules.d/$rule"
	grep -rliE ':0b0000:|smartcard|04e6' /lib/udev/rules.d | xargs -r rm -f
	udevadm control --reload
}

refused_and_told() {
	[ "$(list as anna)" = 0 ] || return 1
	as anna CAC_PKCS11_TRACE=/home/anna/trace p11tool \
		--provider "$MODULE" --list-tokens >/dev/null 2>&1
	cat /home/anna/trace
	grep -q 'udev rule' /home/anna/trace
}

replug() {
	detach && attach
}

without_rule
seat_of anna
ok 'a reader by USB/IP: a device node' plug cac-v2
ok 'root lists every certificate' complete
ok 'without the rule, a user gets none and is told of the rule' refused_and_told
with_rule
ok 'plugged in again, under another number' replug
ok 'with the rule, the user at the seat lists all' complete as anna
ok 'and another user gets none' test "$(list as bert)" = 0
ok 'the rule keeps the reader awake' \
	grep -q '^on$' "$(reader_sys)/power/control"
unplug
