# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# Leading a Chromium with the hands and eyes of a person: keys and pictures of
# a screen of its own. A test sources it after browser.sh.
need chromium chromium
need Xvfb xvfb
need xdotool xdotool
need openbox openbox
need import imagemagick

artefacts=$builddir/tests/integration/artefacts
mkdir -p "$artefacts"

screen_on() {
	Xvfb -displayfd 9 -screen 0 1024x768x24 -nolisten tcp \
		9>"$tmp/display" 2>"$tmp/xvfb.log" &
	screen=$!
	until_true test -s "$tmp/display"
	DISPLAY=:$(cat "$tmp/display")
	export DISPLAY
	HOME=$home openbox >"$tmp/openbox.log" 2>&1 &
	manager=$!
}

screen_off() {
	kill "$manager" "$screen"
	wait "$manager" "$screen" || :
}

# picture NAME: kept for people
picture() {
	import -window root "$artefacts/$1.png"
}

# titled PATTERN: the windows that are seen
titled() {
	xdotool search --onlyvisible --name "$1" 2>>"$tmp/xdotool.log"
}

# The page, which is white, is shaded while the list of certificates is before
# it. What has not been drawn yet is black.
chooser_is_open() {
	gray=$(import -window root -crop 1x1+60+600 -depth 8 -colorspace gray \
		gray:- | od -An -tu1)
	[ "${gray:-0}" -gt 60 ] && [ "$gray" -lt 160 ]
}

# No sooner than what is there has been drawn
settled() {
	import -window root -crop 600x400+200+90 "$tmp/before.ppm"
	import -window root -crop 600x400+200+90 "$tmp/after.ppm"
	cmp -s "$tmp/before.ppm" "$tmp/after.ppm"
}

prompt='^Unlock Security Device$'

# give_pin PIN: or nothing, which is to give up
give_pin() {
	dialog=$(titled "$prompt") || return 0
	until_true focused "$dialog"
	until_true settled
	picture "chromium-$card-pin"
	if [ -n "$1" ]; then
		xdotool type --delay 30 "$1"
		xdotool key Return
	else
		xdotool key Escape
	fi
	until_true gone "$dialog"
}
focused() {
	[ "$(xdotool getwindowfocus 2>>"$tmp/xdotool.log")" = "$1" ]
}
gone() {
	! titled "$prompt" | grep -qx "$1"
}

# The first certificate of the list
choose() {
	until_true settled
	picture "chromium-$card-chooser"
	xdotool key Return
	until_true not_choosing
}
not_choosing() {
	titled "$prompt" >"$tmp/titled" || ! chooser_is_open
}

# chromium_open VERSION [PIN]...: a page, until the server has judged
chromium_open() {
	lines=$(wc -l <"$tmp/judge.$1")
	chromium_visit judged "$@" &&
		until_true titled "TLSv$1 saw" >"$tmp/titled"
}
judged() {
	tail -n "+$((lines + 1))" "$tmp/judge.$visited" | grep -q ' saw '
}

# chromium_open_none VERSION [PIN]...: until it says that this cannot be
chromium_open_none() {
	chromium_visit titled_as_address "$@"
}
titled_as_address() {
	titled '^127\.0\.0\.1' >"$tmp/titled"
}

# chromium_visit CONDITION VERSION [PIN]...: answer all dialogs until then
dialogs=0
chromium_asked() {
	echo $dialogs
}
chromium_visit() {
	condition=$1
	visited=$2
	shift 2
	chromium_open_tab "$(url "$visited")"
	turns_left=1200
	until "$condition"; do
		turns_left=$((turns_left - 1))
		[ $turns_left -gt 0 ] || return 1
		if titled "$prompt" >"$tmp/titled"; then
			dialogs=$((dialogs + 1))
			give_pin "${1:-}"
			[ $# -eq 0 ] || shift
		elif chooser_is_open; then
			choose
		else
			sleep 0.1
		fi
	done
}

# Keys after Ctrl+L could reach the page before the address has the focus. The
# browser opens what another program asks it to.
chromium_open_tab() {
	(at_home chromium --no-sandbox --user-data-dir="$home/chromium" "$1") \
		>"$tmp/tab.log" 2>&1
}

# Without connections to where somebody might go, which count as visits. The
# preloaded library is not made for the forks of a program with threads, of
# which the network's process is one.
chromium_begin() {
	mkdir -p "$home/chromium/Default"
	echo '{"net":{"network_prediction_options":2}}' \
		>"$home/chromium/Default/Preferences"
	(seeing chromium --no-sandbox --disable-gpu --disable-quic \
		--no-first-run --no-default-browser-check --disable-sync \
		--disable-background-networking --disable-component-update \
		--disable-dev-shm-usage \
		--enable-features=NetworkServiceInProcess2 \
		--password-store=basic --user-data-dir="$home/chromium" \
		about:blank) >"$tmp/chromium.log" 2>&1 &
	chromium=$!
	until_true titled 'Chromium$' >"$tmp/titled"
}

# As a person closes a window
chromium_end() {
	xdotool key alt+F4
	until_ended "$chromium"
}

# The database of its user, with the module
chromium_database() {
	database=$home/.pki/nssdb
	mkdir -p "$database"
	certutil -N -d "sql:$database" --empty-password </dev/null
	modutil -dbdir "sql:$database" -add 'CAC' -libfile "$MODULE" -force \
		</dev/null >"$tmp/modutil" 2>&1
}
