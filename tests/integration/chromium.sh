#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Chromium on the module, as a person sees it: the list of certificates, the
# PIN dialog, cards that come and go. Pictures are in artefacts/.
. "${srcdir:?}/tests/integration/browser.sh"
. "$srcdir/tests/integration/lead-chromium.sh"

# chromium_card CARD NN: in a browser that is left running
chromium_card() {
	plug "$1"
	judge 1.2
	judge 1.3
	certutil -A -d "sql:$database" -n judge -t C,, -i "$tmp/tls/ca.pem"
	ok "chromium, $card: starts" chromium_begin
	ok "chromium, $card: and leaves the reader alone" \
		test "$(messages)" -eq 0
	page chromium first 1.3 "$2" 1 chromium_open 1.3 "$pin"
	picture "chromium-$card-page"
	page chromium second 1.2 "$2" 0 chromium_open 1.2
	page chromium again 1.3 "$2" 0 chromium_open 1.3
	page chromium again 1.2 "$2" 0 chromium_open 1.2
}

# chromium_bye VERIFIES WRONG: how often a PIN, and a wrong one, was sent
chromium_bye() {
	ok "chromium, $card: ends when its window is closed" chromium_end
	ok "chromium, $card: no process is left" nobody_left
	ok "chromium, $card: so does the emulator" unplug
	judges_go
	ok "chromium, $card: $1 VERIFY in all" \
		test "$(number verify_commands)" -eq "$1"
	ok "chromium, $card: $2 wrong PINs in all" \
		test "$(number wrong_pins)" -eq "$2"
}

# Chromium asks for the PIN of a card that it knows even if it has gone.
chromium_pulled() {
	hand card out
	measure 1.3 chromium_asked chromium_open_none 1.3
	picture chromium-pulled
	ok 'chromium: no page without the card' saw_none 1.3
	until_true unseen
	hand card in
}
# NSS believes for a second what it has seen in the slot.
unseen() {
	[ $(($(date +%s%3N) - $(date -r "$tmp/log" +%s%3N))) -gt 2000 ]
}

# What each insertion is asked and answered
chromium_insertions() {
	chromium_pulled
	page chromium re-inserted 1.3 00 1 chromium_open 1.3 "$pin"
	chromium_pulled
	page chromium 'wrong, right' 1.2 00 2 \
		chromium_open 1.2 11111111 "$pin"
	ok 'chromium: a wrong PIN, then the right one' test "$verified" -eq 2
	chromium_pulled
	page chromium 'wrong twice' 1.3 00 3 \
		chromium_open 1.3 22222222 22222222 "$pin"
	ok 'chromium: the same wrong PIN again stays here' \
		test "$verified" -eq 2
}

# registered by cac-tool, as the first thing in a home
chromium_registered() {
	database=$home/.local/share/pki/nssdb
	plug none
	(seeing "$builddir/tools/cac-tool/cac-tool" register \
		--module "$MODULE" --browser chrome) \
		>"$tmp/register.err" 2>&1 &&
		grep -qx "library=$MODULE" "$database/pkcs11.txt"
	registered=$?
	unplug
	return $registered
}

tls_keys
move_in
screen_on
chromium_database
chromium_card cac-v2 00
chromium_insertions
chromium_bye 6 2
for story in 'dual-gemalto-gx4 03' 'piv-only-sce7 00'; do
	move_in
	chromium_database
	# shellcheck disable=SC2086
	chromium_card $story
	chromium_bye 1 0
done
move_in
ok 'chromium: cac-tool registers the module' chromium_registered
chromium_card piv-ecc 00
chromium_bye 1 0
screen_off
cat "$tables"
finish
