# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Readers and cards that come and go, under a program that goes on.

plugged_again() {
	local before
	begin_a
	before=$node
	detach
	is no-such-session a session 1
	is empty a look
	attach || return 1
	[ "$node" != "$before" ] || return 1
	is ok a until-card
	afresh_a
}

# A question is asked; the reader goes before the answer.
pulled_in_mid_transfer() {
	start a
	is ok a init
	is ok a open 1
	echo list 1 >&3
	until_true hung || return 1
	detach
	IFS= read -r answer <&4
	echo "the listing ended with $answer"
	[ "$answer" != right ] || return 1
	attach || return 1
	is ok a until-card
	afresh_a
}

# Enumerated anew by the kernel, in the same socket.
authorised_again() {
	begin_a
	reader_there
	echo 0 >"$sys/authorized"
	udevadm settle
	echo 1 >"$sys/authorized"
	until_true node_there || return 1
	udevadm settle
	is ok a until-card
	is ok a open 2
	is right a list 2
}

# USBDEVFS_RESET by somebody else.
reset_by_others() {
	begin_a
	node_there
	perl -e 'open(my $f, "+<", $ARGV[0]) or die $!;
		ioctl($f, 0x5514, 0) // die $!' "$node" || return 1
	is ok a until-card
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

# The card goes under a listing, and comes back: the session is dead.
card_pulled() {
	start a
	is ok a init
	is ok a open 1
	a list 1
	echo "the listing ended with $answer"
	[ "$answer" != right ] || return 1
	is ok a until-card
	afresh_a
}

plug cac-v2
ok again 'pulled, and in again: old sessions are dead, a new one works' \
	led plugged_again
ok authorised 'taken from the kernel and given back' led authorised_again
ok reset 'reset by another program' led reset_by_others
unplug
plug cac-v2 --inject 'timeout exchange=40'
ok mid-transfer 'the reader pulled in the middle of a transfer' \
	led pulled_in_mid_transfer
unplug
plug cac-v2 --inject 'card-out=8 exchange=40'
ok card-program 'the card pulled in the middle of a listing: no part of a list' \
	complete_later
unplug
plug cac-v2 --inject 'card-out=8 exchange=20'
ok card 'the card pulled under a program: its session dies, a new one works' \
	led card_pulled
unplug
