# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# Leading a Firefox. A test sources it after browser.sh.
need firefox-esr firefox-esr

# How Firefox is told to stay at home, and where it is led.
firefox_preferences() {
	cat <<-'EOF'
		user_pref("marionette.port", 0);
		user_pref("network.dns.disabled", true);
		user_pref("network.captive-portal-service.enabled", false);
		user_pref("network.connectivity-service.enabled", false);
		user_pref("browser.aboutwelcome.enabled", false);
		user_pref("datareporting.policy.dataSubmissionEnabled", false);
		user_pref("security.default_personal_cert", "Ask Every Time");
	EOF
}

# firefox_profile DIR: as modutil and the certificate manager leave it
firefox_profile() {
	mkdir -p "$1"
	certutil -N -d "sql:$1" --empty-password </dev/null
	modutil -dbdir "sql:$1" -add 'CAC' -libfile "$MODULE" -force \
		</dev/null >"$tmp/modutil" 2>&1
}

# firefox_begin DIR: on that profile, until it can be led
firefox_begin() {
	profile=$1
	firefox_preferences >"$profile/user.js"
	certutil -A -d "sql:$profile" -n judge -t C,, -i "$tmp/tls/ca.pem"
	rm -f "$profile/MarionetteActivePort"
	(seeing firefox-esr --headless --no-remote --marionette \
		--remote-allow-system-access --profile "$profile") \
		>"$tmp/firefox.log" 2>&1 &
	firefox=$!
	until_true test -s "$profile/MarionetteActivePort" && firefox wait
}

firefox() {
	python3 "$srcdir/tests/integration/marionette.py" \
		"$(cat "$profile/MarionetteActivePort")" "$@" \
		2>"$tmp/firefox.err"
}

firefox_asked() {
	firefox asked | cut -d' ' -f1
}

# Its exit status is the browser's.
firefox_end() {
	firefox quit && until_ended "$firefox"
}
