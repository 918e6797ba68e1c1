#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Cards and readers that come and go: old sessions are dead for ever, a fresh
# insertion works at once, no handle reaches another card.

# Each case is the emulator's command.
begin() {
	start "$1"
	is ok "$1" init
	is ok "$1" open 1
	is right "$1" list 1
}

# A fresh card: nothing of session 1 and its objects is left.
afresh() {
	is ok "$1" open 2
	is right "$1" list 2
	is right "$1" list 2
	is no-such-session "$1" session 1
	is no-such-session "$1" list 1
	is no-such-session "$1" close 1
	is no-such-object "$1" old-object 2
	is 1 "$1" slots
}

pulled() {
	begin a
	is ok a until-empty
	is no-such-session a session 1
	is no-such-session a list 1
	is no-token a open 2
	is ok a until-card
	afresh a
}

pulled_waited_for() {
	begin a
	is no-event a event
	is ok a wait
	is empty a look
	is no-such-session a session 1
	is ok a wait
	is card a look
	afresh a
	is no-event a event
	is not-initialized a wait-finalize
}

# In the middle of a listing: an error, never a shorter list.
pulled_in_use() {
	start a
	is ok a init
	is ok a open 1
	is device-removed a list 1
	is ok a until-card
	afresh_but_object a
}
afresh_but_object() {
	is ok "$1" open 2
	is right "$1" list 2
	is no-such-session "$1" session 1
	is no-such-session "$1" list 1
	is 1 "$1" slots
}

swapped() {
	begin a
	is no-such-session a until-dead 1
	is card a look
	afresh a
}

# The other card holds fewer certificates, and has the same ATR.
swapped_other() {
	begin a
	is no-such-session a until-dead 1
	is no-such-session a list 1
	is ok a open 2
	is 'wrong 2' a list 2
	is no-such-object a old-object 2
}

unplugged() {
	begin a
	is ok a until-empty
	is 1 a slots
	is no-such-session a session 1
	is no-token a open 2
	is ok a until-card
	afresh a
}

unplugged_waited_for() {
	begin a
	is ok a wait
	is empty a look
	is no-such-session a list 1
	is ok a wait
	is card a look
	afresh a
}

unplugged_in_use() {
	pulled_in_use
}

# Who starts while it is away has a slot once it comes.
unplugged_for_two() {
	begin a
	begin b
	is ok a until-empty
	is ok b until-empty
	is ok b until-card
	afresh b
	is ok a until-card
	afresh a
	is right b list 2
}

two_pulled() {
	begin a
	begin b
	is ok a until-empty
	is empty b look
	is no-such-session b session 1
	is ok a until-card
	afresh a
	afresh b
	is right a list 2
}

# Only one of the two looks while it happens, and uses the fresh card before
# the other one looks. The other one finds out that it is the same card.
two_one_idle() {
	begin b
	begin a
	is no-such-session a until-dead 1
	is ok a until-card
	afresh a
	is ok b session 1
	is right b list 1
}
two_one_idle_other() {
	begin b
	begin a
	is no-such-session a until-dead 1
	is ok a open 2
	is 'wrong 2' a list 2
	is no-such-session b list 1
	is ok b open 2
	is 'wrong 2' b list 2
	is no-such-object b old-object 2
}

# The same card, used by others: sessions live on.
two_take_turns() {
	begin a
	begin b
	for turn in 1 2 3; do
		is right a list 1
		is right b list 1
		is ok "$([ "$turn" = 2 ] && echo a || echo b)" open 2
	done
	is ok b finalize
	is right a list 1
	is ok b init
	is ok b open 1
	is right b list 1
	is right a list 1
	is ok a session 1
}

if [ "${1:-}" = inside ]; then
	work=$3
	pki=$4
	. "${srcdir:?}/tests/integration/lead.sh"
	"$2"
	exit
fi

. "${srcdir:?}/tests/integration/lib.sh"
worker=$builddir/tests/integration/hotplug-worker
[ -x "$worker" ] || skip "$worker is not built"

# run CASE FAULT...: each fault from the first complete listing on
run() {
	name=$1
	rm -rf "$tmp/$name"
	mkdir "$tmp/$name"
	shift
	for fault; do
		set -- "$@" --inject "$fault"
		shift
	done
	# A card that takes the first one's place may need keys of its own.
	cp -R "$(pki)" "$tmp/$name/pki"
	emulate --pki "$tmp/$name/pki" "$@" -- \
		sh "$0" inside "$name" "$tmp/$name" "$(pki)" \
		2>"$tmp/hotplug.err"
}

# The third certificate has been selected; then some looks.
idle='msg=GetSlotStatus after=00A4040C07A0000000790102'
other=$CAC_EMULATOR_PROFILES/cac-v2-holes

emulate -- true
ok 'card pulled and back' run pulled "card-out=8 $idle skip=3"
ok 'card pulled and back, waited for' \
	run pulled_waited_for "card-out=3 $idle skip=3"
for at in 10 20 30; do
	ok "card pulled at exchange $at" \
		run pulled_in_use "card-out=8 exchange=$at"
done
ok 'card swapped, same ATR and content' run swapped "card-swap $idle skip=3"
ok 'card swapped, same ATR, other content' \
	run swapped_other "card-swap=$other $idle skip=3"
ok 'reader unplugged and back' run unplugged "unplug=200 $idle skip=3"
ok 'reader unplugged and back, waited for' \
	run unplugged_waited_for "unplug=800 $idle skip=3"
for at in 10 20 30; do
	ok "reader unplugged at exchange $at" \
		run unplugged_in_use "unplug=200 exchange=$at"
done
ok 'two processes take turns' run two_take_turns
ok 'two processes, reader unplugged and back' \
	run unplugged_for_two "unplug=300 $idle skip=12"
ok 'two processes, card pulled and back' \
	run two_pulled "card-out=12 $idle skip=12"
ok 'two processes, one idle, card pulled and back' \
	run two_one_idle "card-out=3 $idle skip=12"
ok 'two processes, one idle, card swapped, other content' \
	run two_one_idle_other "card-swap=$other $idle skip=12"
finish
