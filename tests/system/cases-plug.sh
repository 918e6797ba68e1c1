# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Readers and cards that come and go, under a program that goes on.

plugged_again() {
	begin_a
	detach
	is no-such-session a session 1
	is empty a look
	attach
	until_card
	afresh_a
}
until_card() {
	a until-card
	[ "$answer" = ok ]
}

# A question is asked; the reader goes before the answer.
pulled_in_mid_transfer() {
	start a
	is ok a init
	is ok a open 1
	echo list 1 >&3
	until_true hung
	detach
	IFS= read -r answer <&4
	echo "the listing ended with $answer"
	[ "$answer" != right ] || return 1
	attach
	until_card
	afresh_a
}
hung() { grep -q '^F.*timeout' $tmp/emulator.log; }

# Enumerated anew by the kernel, in the same socket.
authorised_again() {
	local sys
	begin_a
	sys=$(reader_sys)
	echo 0 >"$sys/authorized"
	udevadm settle
	echo 1 >"$sys/authorized"
	until_true node_there
	udevadm settle
	a list 1
	echo "after that, session 1: $answer"
	until_card
	is ok a open 2
	is right a list 2
}

# USBDEVFS_RESET by somebody else.
reset_by_others() {
	begin_a
	perl -e 'open(my $f, "+<", $ARGV[0]) or die $!;
		ioctl($f, 0x5514, 0) // die $!' "$(reader_node)"
	until_card
	is ok a open 2
	is right a list 2
}

# An error, and then all; never a shorter list.
complete_later() {
	local shown
	shown=$(list)
	echo "first $shown"
	[ "$shown" = 0 ] || [ "$shown" = "$(held_by_card)" ] || return 1
	until_true complete
}

plug cac-v2
ok 'pulled, and plugged in again: old sessions are dead, a new one works' \
	led plugged_again
ok 'taken from the kernel and given back' led authorised_again
ok 'reset by another program' led reset_by_others
unplug
plug cac-v2 --log $tmp/emulator.log --inject 'timeout exchange=40'
ok 'pulled in the middle of a transfer' led pulled_in_mid_transfer
unplug
plug cac-v2 --inject 'card-out=8 exchange=40'
ok 'the card pulled in the middle of a listing, and back' complete_later
unplug
