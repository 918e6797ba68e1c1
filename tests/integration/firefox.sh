#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Firefox on the module: the certificate manager, client authentication, PINs,
# cards that come and go.
. "${srcdir:?}/tests/integration/browser.sh"
. "$srcdir/tests/integration/lead-firefox.sh"

serial() {
	openssl x509 -inform DER -in "$1" -noout -serial | cut -d= -f2
}

# What the certificate manager should show: each on the cardholder's token
shown() {
	holder=$(openssl x509 -inform DER -in "$(pki)/00.der" -noout \
		-subject -nameopt multiline | sed -n 's/.*commonName *= //p')
	for der in "$(pki)"/[0-9][0-9].der; do
		echo "$(serial "$der") $holder"
	done | sort >"$tmp/should"
	firefox certificates | sort >"$tmp/manager"
	cmp -s "$tmp/should" "$tmp/manager"
}

# firefox_card CARD NN: in a browser that is left running
firefox_card() {
	plug "$1"
	number=$2
	judge 1.2
	judge 1.3
	ok "firefox, $card: starts" firefox_begin "$home/profile"
	echo "   $(exchanges) exchanges while it started"
	firefox answer "$(serial "$(pki)/$2.der")" "$pin"
	ok "firefox, $card: the certificate manager shows all" shown
	ok "firefox, $card: and needs no PIN" test "$(firefox_asked)" -eq 0
	page firefox first 1.3 "$2" 1 firefox open "$(url 1.3)"
	page firefox second 1.2 "$2" 0 firefox open "$(url 1.2)"
	page firefox again 1.3 "$2" 0 firefox open "$(url 1.3)"
	page firefox again 1.2 "$2" 0 firefox open "$(url 1.2)"
}

# firefox_bye VERIFIES WRONG: how often a PIN, and a wrong one, was sent
firefox_bye() {
	ok "firefox, $card: ends when told" firefox_end
	ok "firefox, $card: no process is left" nobody_left
	ok "firefox, $card: so does the emulator" unplug
	judges_go
	ok "firefox, $card: $1 VERIFY in all" \
		test "$(number verify_commands)" -eq "$1"
	ok "firefox, $card: $2 wrong PINs in all" \
		test "$(number wrong_pins)" -eq "$2"
}

# As the certificate manager tells it, NSS has noticed.
firefox_card_out() {
	hand card out && until_true shown_none
}
shown_none() {
	[ -z "$(firefox certificates)" ]
}
firefox_card_in() {
	hand card in && until_true shown
}

# What each insertion is asked and answered
firefox_insertions() {
	chosen=$(serial "$(pki)/00.der")
	ok 'firefox: the card is pulled' firefox_card_out
	measure 1.3 firefox_asked firefox open "$(url 1.3)"
	ok 'firefox: no page without the card' saw_none 1.3
	ok 'firefox: the card is back' firefox_card_in
	firefox answer "$chosen" "$pin"
	page firefox re-inserted 1.3 00 1 firefox open "$(url 1.3)"
	firefox_card_out && firefox_card_in
	firefox answer "$chosen" 11111111 "$pin"
	page firefox 'wrong, right' 1.2 00 2 firefox open "$(url 1.2)"
	ok 'firefox: a wrong PIN, then the right one' test "$verified" -eq 2
	firefox_card_out && firefox_card_in
	firefox answer "$chosen" 22222222 22222222 "$pin"
	page firefox 'wrong twice' 1.3 00 3 firefox open "$(url 1.3)"
	ok 'firefox: the same wrong PIN again stays here' test "$verified" -eq 2
}

# Firefox has started once; then a person registers the module.
firefox_registered() {
	tool=$builddir/tools/cac-tool/cac-tool
	(seeing firefox-esr --headless --no-remote -CreateProfile person) \
		>"$tmp/firefox.log" 2>&1 || return 1
	(seeing "$tool" register --module "$MODULE" --browser firefox) \
		>"$tmp/register.err" 2>&1 || return 1
	profile=$(find "$home/.config/mozilla" -name '*.person')
	grep -qx "library=$MODULE" "$profile/pkcs11.txt"
}

# Loading the module talks to nobody, and an empty reader is looked at only.
firefox_without_card() {
	plug cac-v2
	hand card out
	CAC_PKCS11_TRACE=$tmp/trace
	export CAC_PKCS11_TRACE
	ok 'firefox, no card: starts' firefox_begin "$home/profile"
	unset CAC_PKCS11_TRACE
	ok 'firefox, no card: loads without a word to the reader' silent
	ok 'firefox, no card: nothing but the slot was looked at' \
		test "$(messages)" -eq "$(grep -c '^M > GetSlotStatus' "$tmp/log")"
	ok 'firefox, no card: one that comes is shown' firefox_card_in
	ok 'firefox, no card: ends when told' firefox_end
	unplug
}
# Before the first question about a slot there are only calls.
silent() {
	sed '/C > C_GetSlotInfo/,$d' "$tmp/trace" >"$tmp/loading"
	grep -q 'C < C_GetSlotList CKR_OK' "$tmp/loading" &&
		not grep -v ' C [<>] ' "$tmp/loading"
}

tls_keys
move_in
firefox_profile "$home/profile"
firefox_without_card
firefox_card cac-v2 00
firefox_insertions
firefox_bye 6 2
for story in 'dual-gemalto-gx4 03' 'piv-only-sce7 00'; do
	move_in
	firefox_profile "$home/profile"
	# shellcheck disable=SC2086
	firefox_card $story
	firefox_bye 1 0
done
move_in
plug none
ok 'firefox: cac-tool registers the module' firefox_registered
unplug
mv "$profile" "$home/profile"
firefox_card piv-ecc 00
firefox_bye 1 0
cat "$tables"
finish
