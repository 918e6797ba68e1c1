# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# A reader that the kernel puts to sleep when nobody uses it.

asleep() {
	local status
	read -r status <"$sys/power/runtime_status" && [ "$status" = suspended ]
}

may_sleep() {
	reader_there || return 1
	echo 0 >"$sys/power/autosuspend_delay_ms"
	echo auto >"$sys/power/control"
}

woken() {
	may_sleep
	until_true asleep || return 1
	complete
}

# An open device node keeps it awake: the card does not lose its power.
awake_in_use() {
	may_sleep
	begin_a
	! asleep || return 1
	is right a list 1
	exec 3>&- 4<&-
	until_true asleep
}

plug cac-v2
ok woken 'a reader asleep is woken by a new program' woken
ok in-use 'it stays awake while a program uses it, and sleeps afterwards' \
	led awake_in_use
unplug
