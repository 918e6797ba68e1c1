#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# OpenSC's pkcs11-tool: wrong and changed PINs and what the token's flags say of
# them, what needs no login, and its tests of forks and hotplug.
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/consumers.sh"
need pkcs11-tool opensc
need openssl openssl
need stdbuf coreutils
export MODULE pin wrong_pin

# steps SHELL-COMMANDS: t is pkcs11-tool; l logs in with a PIN
steps() {
	with_card sh -c 't() { pkcs11-tool --module "$MODULE" "$@" 2>&1; }
		l() { if t --login --pin "$1" -O; then echo ENTERED; fi; }
		'"$1" >"$tmp/out" 2>"$tmp/steps.err"
}
# says WORDS: what came out, in that order
says() {
	grep -oE 'ENTERED|CKR_PIN_[A-Z_]*|count low|final|user PIN locked|changed' \
		"$tmp/out" | tr '\n' ' ' >"$tmp/said"
	[ "$(cat "$tmp/said")" = "$1 " ] || {
		echo "    said: $(cat "$tmp/said")"
		return 1
	}
}

# Other processes know which PIN was refused only by a folder for them.
XDG_RUNTIME_DIR=$tmp/runtime
export XDG_RUNTIME_DIR
length=CKR_PIN_LEN_RANGE form=CKR_PIN_INVALID
no=CKR_PIN_INCORRECT
locked='CKR_PIN_LOCKED count low user PIN locked'
forget() {
	rm -rf "$XDG_RUNTIME_DIR"
	mkdir -m 700 "$XDG_RUNTIME_DIR"
}

# A card of the first generation tells nobody how many are left.
silent_down() {
	forget
	steps 't -L; l 11112222; t -L; l 22221111; t -L; l 33331111; t -L
		l $pin' &&
		says "$no $no $no CKR_PIN_LOCKED" &&
		[ "$(number pin_tries_left)" -eq 0 ]
}
down_to_locked() {
	forget
	steps 't -L; l 11112222; t -L; l 22221111; t -L; l 33331111; t -L
		l $pin; t -L' &&
		says "$no count low $no count low final $locked $locked" &&
		[ "$(number pin_tries_left)" -eq 0 ]
}
up_again() {
	forget
	steps 'l $wrong_pin; t -L; l $pin; t -L' &&
		says "$no ${1-count low }ENTERED" &&
		[ "$(number pin_tries_left)" -gt 2 ]
}
same_again() {
	forget
	steps 'l $wrong_pin; l $wrong_pin; l $wrong_pin; l $pin; l $wrong_pin' &&
		says "$no $no $no ENTERED $no"
}
no_pin_at_all() {
	forget
	steps 'l 1; l 123; l 123456789; l secretpw; l 1234-678' &&
		says "$length $length $length $form $form"
}
change() {
	forget
	steps 't --login --pin $pin --change-pin --new-pin 66667777
		l 66667777; l $pin' &&
		says "changed ENTERED $no" &&
		[ "$(number pin_changes)" -eq 1 ]
}
# The PIN is right at the login; the new one is none.
bad_change() {
	forget
	steps 't --login --pin $pin --change-pin --new-pin 12345
		t --login --pin $pin --change-pin --new-pin abcdefg; l $pin' &&
		says "$length $form ENTERED" &&
		[ "$(number pin_changes)" -eq 0 ]
}

# What is done with public keys, and without: no PIN.
without_login() {
	openssl x509 -inform DER -in "$(pki)/$2.der" -pubkey -noout \
		>"$tmp/public.pem"
	printf 'some words' >"$tmp/text"
	openssl dgst -sha256 -sign "$(pki)/$2.key.pem" -out "$tmp/sig" \
		"$tmp/text"
	cd "$tmp"
	ID=$1
	export ID
	steps 't -h -m SHA256 -i text -o hash; t --generate-random 32 -o random
		t --verify -m SHA256-RSA-PKCS --id $ID -i text --signature-file sig
		t --verify -m SHA256-RSA-PKCS --id $ID -i hash --signature-file sig
		' &&
		openssl dgst -sha256 -binary text | cmp - hash &&
		[ "$(wc -c <random)" -eq 32 ] &&
		[ "$(grep -c '^Signature is valid' out)" -eq 1 ] &&
		[ "$(grep -c '^Invalid signature' out)" -eq 1 ]
}
forks() {
	with_card pkcs11-tool --module "$MODULE" --test-fork \
		>"$tmp/out" 2>"$tmp/steps.err" &&
		grep -q 'in forked child' "$tmp/out"
}

# The user presses return, pulls the card and puts it back.
hotplug() {
	mkfifo "$tmp/keys"
	emulate --report "$tmp/report" --control "$tmp/control" -- \
		stdbuf -oL pkcs11-tool --module "$MODULE" --test-hotplug \
		<"$tmp/keys" >"$tmp/hotplug" 2>"$tmp/hotplug.err" &
	tool=$!
	exec 5>"$tmp/keys"
	pressed=0
	if hotplug_steps; then pressed=1; fi
	exec 5>&-
	wait $tool || pressed=0
	rm -f "$tmp/keys"
	[ $pressed -eq 1 ]
}
# shown WORDS TIMES: at least, since one event may be told twice
shown() {
	[ "$(grep -c "$1" "$tmp/hotplug")" -ge "$2" ]
}
hand() {
	echo "$1" >"$tmp/control" && read -r answer <"$tmp/control.answer" &&
		[ "$answer" = 'done' ]
}
hotplug_steps() {
	echo >&5
	until_true shown 'token label' 1 && hand 'card out' && echo >&5 &&
		until_true shown '(empty)' 1 && hand 'card in' && echo >&5 &&
		until_true shown 'token label' 2 && echo x >&5 &&
		until_true shown C_WaitForSlotEvent 1 || return 1
	# The first wait may still tell of what was listed above.
	printf '\n\n' >&5
	hand 'card out' && until_true shown '(empty)' 2 && hand 'card in' &&
		echo x >&5
}

for profile in cac-v2 cac-v1 alt-aca dual-gemalto-gx4 piv-only-sce7 piv-ecc; do
	use_card $profile
	if [ $profile = cac-v1 ]; then
		entry pkcs11-tool 'three wrong PINs' 4 silent_down
		entry pkcs11-tool 'a wrong and a right PIN' 2 up_again ''
	else
		entry pkcs11-tool 'three wrong PINs' 3 down_to_locked
		entry pkcs11-tool 'a wrong and a right PIN' 2 up_again
	fi
	entry pkcs11-tool 'the same wrong PIN' 3 same_again
	entry pkcs11-tool 'what is no PIN' 0 no_pin_at_all
	entry pkcs11-tool '--change-pin' 3 change
	entry pkcs11-tool '--change-pin to none' 3 bad_change
done
use_card cac-v2
entry pkcs11-tool 'hashes and verifies' 0 without_login 0001 00
entry pkcs11-tool '--test-fork' 0 forks
entry pkcs11-tool '--test-hotplug' 0 hotplug
finish
