#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Thunderbird on the module that cac-tool registered: certificates, and mail
# that it signs, encrypts, decrypts and verifies. OpenSSL is the judge of what
# it wrote, and the author of what it reads.
. "${srcdir:?}/tests/integration/browser.sh"
need thunderbird thunderbird
tool=$builddir/tools/cac-tool/cac-tool
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

bird() {
	python3 "$srcdir/tests/integration/thunderbird.py" \
		"$(cat "$profile/MarionetteActivePort")" "$@" \
		2>"$tmp/thunderbird.err"
}
bird_asked() {
	bird asked
}

# A person starts Thunderbird once, and registers the module then.
registered() {
	(at_home thunderbird --headless --no-remote -CreateProfile person) \
		>"$tmp/thunderbird.log" 2>&1 || return 1
	profile=$(find "$home/.thunderbird" -name '*.person')
	# The first start makes its database.
	certutil -N -d "sql:$profile" --empty-password </dev/null
	openssl crl2pkcs7 -nocrl -certfile "$(pki)/root.pem" \
		-certfile "$(pki)/ca.pem" -out "$tmp/authorities.p7b"
	(at_home "$tool" register --module "$MODULE" --browser thunderbird) \
		>"$tmp/register.err" 2>&1 &&
		(at_home "$tool" trust add "$tmp/authorities.p7b" \
			--root "$(pki)/root.pem" --browser thunderbird) \
			>"$tmp/trust.err" 2>&1
}

# In one process: a child hangs if it is forked while another thread is in the
# library that stands for the reader.
begin() {
	cat >"$profile/user.js" <<-'EOF'
		user_pref("marionette.port", 0);
		user_pref("network.dns.disabled", true);
		user_pref("mailnews.start_page.enabled", false);
		user_pref("app.donation.eoy.version.viewed", 999);
		user_pref("browser.tabs.remote.autostart", false);
		user_pref("dom.ipc.processPrelaunch.enabled", false);
		user_pref("extensions.webextensions.remote", false);
		user_pref("media.rdd-process.enabled", false);
	EOF
	(seeing thunderbird --headless --no-remote --marionette \
		--remote-allow-system-access --profile "$profile") \
		>"$tmp/thunderbird.log" 2>&1 &
	thunderbird=$!
	until_true test -s "$profile/MarionetteActivePort" && bird wait
}
end() {
	bird quit && until_ended "$thunderbird"
}

serial() {
	openssl x509 -inform DER -in "$(pki)/$1.der" -noout -serial |
		cut -d= -f2
}
# All are listed, each on the cardholder's token
listed_all() {
	holder=$(openssl x509 -inform DER -in "$(pki)/00.der" -noout \
		-subject -nameopt multiline | sed -n 's/.*commonName *= //p')
	for der in "$(pki)"/[0-9][0-9].der; do
		echo "$(serial "$(basename "$der" .der)") $holder"
	done | sort >"$tmp/should"
	bird certificates | sort >"$tmp/listed"
	diff "$tmp/should" "$tmp/listed"
}

# signed FILE: OpenSSL verifies it, and with that certificate
signed() {
	cat "$(pki)/root.pem" "$(pki)/ca.pem" >"$tmp/clients.pem"
	openssl cms -verify -in "$1" -CAfile "$tmp/clients.pem" \
		-signer "$tmp/signer.pem" -out "$tmp/text" \
		2>"$tmp/cms.err" &&
		grep -q 'words for the card' "$tmp/text" &&
		openssl x509 -in "$tmp/signer.pem" -outform DER |
		cmp - "$(pki)/$signing.der"
}
signs() {
	bird send "$tmp/signed.eml" sign 'words for the card' &&
		signed "$tmp/signed.eml"
}
decrypts() {
	openssl x509 -inform DER -in "$(pki)/$encryption.der" \
		-out "$tmp/certificate.pem"
	printf 'Content-Type: text/plain\r\n\r\nwords for %s\r\n' "$card" |
		openssl cms -encrypt -aes256 -from friend@example.com \
			-to test@example.com -subject Test \
			"$tmp/certificate.pem" >"$tmp/encrypted.eml"
	bird read "$tmp/encrypted.eml" encrypted >"$tmp/shown" &&
		grep -q "words for $card" "$tmp/shown"
}
# To oneself; the words must not be seen on the way.
both() {
	bird send "$tmp/both.eml" both 'words for nobody' &&
		not grep -q words "$tmp/both.eml" &&
		bird read "$tmp/both.eml" encrypted signed >"$tmp/shown" &&
		grep -q 'words for nobody' "$tmp/shown"
}
verifies_own() {
	bird read "$tmp/signed.eml" signed >"$tmp/shown"
}

# mail CASE PINS/VERIFIES COMMAND: a case, and a line of the table; - is none
mail() {
	[ "$2" != - ] || return 0
	was_asked=$(bird_asked) was_sent=$(sent_pins) was_exchanges=$(exchanges)
	began=$(now)
	result=fail
	! "$3" || result=pass
	took=$(($(now) - began))
	asked=$(($(bird_asked) - was_asked))
	sent=$(($(sent_pins) - was_sent))
	ok "thunderbird, $card: $1" test $result = pass
	ok "thunderbird, $card: $1: asked $asked times for a PIN" \
		test $asked -eq "${2%/*}"
	ok "thunderbird, $card: $1: $sent VERIFY" test $sent -eq "${2#*/}"
	columns thunderbird "$card" - "$1" $result $asked $sent - \
		$(($(exchanges) - was_exchanges)) $took >>"$tables"
}

# What each line asks for: PINs of the person / VERIFY of the card
while read -r card signing encryption signs verifies decrypts both <&3; do
	emulate -- true
	move_in
	ok "thunderbird, $card: cac-tool registers the module" registered
	plug "$card"
	ok "thunderbird, $card: starts" begin
	bird answer "$pin" "$pin" "$pin" "$pin"
	mail 'lists the certificates' 0/0 listed_all
	ok "thunderbird, $card: takes an account" \
		bird account "$(serial "$signing")" "$(serial "$encryption")"
	mail 'signs a mail' "$signs" signs
	mail 'verifies it' "$verifies" verifies_own
	mail 'decrypts a mail' "$decrypts" decrypts
	mail 'signs, encrypts, reads it' "$both" both
	ok "thunderbird, $card: ends when told" end
	ok "thunderbird, $card: no process is left" nobody_left
	ok "thunderbird, $card: so does the emulator" unplug
done 3<<END
cac-v2 01 02 1/1 0/0 0/0 0/0
dual-gemalto-gx4 01 02 1/2 0/0 0/0 0/0
piv-only-sce7 01 02 2/2 0/0 0/0 1/1
piv-ecc 01 02 2/2 0/0 - -
END
cat "$tables"
finish
