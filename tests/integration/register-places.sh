#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# cac-tool register and status: every place where browsers have databases, also
# in a snap or a Flatpak, and browsers that run meanwhile.
. "${srcdir:?}/tests/integration/home.sh"

# database FOLDER: what status --json has of it
database() {
	sed -n "\\#\"folder\": \"$1\"#,/\"others\"/p" "$work/out"
}
# has FOLDER KEY VALUE
has() {
	database "$1" | grep -qx " *\"$2\": $3,"
}
# NSS is not asked: a snap's database may need a newer one.
confined_database() {
	mkdir -p "$1"
	printf 'library=\nname=NSS Internal PKCS #11 Module\n\n' \
		>"$1/pkcs11.txt"
}

# Each line: the browser, how it is shut in, the folder
new_home
mozilla='firefox null .mozilla/firefox
firefox null .config/mozilla/firefox
firefox "snap" snap/firefox/common/.mozilla/firefox
firefox "snap" snap/firefox/common/.config/mozilla/firefox
firefox "flatpak" .var/app/org.mozilla.firefox/.mozilla/firefox
firefox "flatpak" .var/app/org.mozilla.firefox/config/mozilla/firefox
thunderbird null .thunderbird
thunderbird null .config/thunderbird
thunderbird "snap" snap/thunderbird/common/.thunderbird
thunderbird "flatpak" .var/app/org.mozilla.Thunderbird/.thunderbird'
chrome='chrome null .pki/nssdb
chrome "snap" snap/chromium/current/.pki/nssdb
chrome "snap" snap/brave/current/.local/share/pki/nssdb
chrome "flatpak" .var/app/org.chromium.Chromium/.pki/nssdb
chrome "flatpak" .var/app/com.google.Chrome/data/pki/nssdb'
mkdir -p "$HOME/snap/chromium/2000" "$HOME/snap/brave/400"
ln -s 2000 "$HOME/snap/chromium/current"
ln -s 400 "$HOME/snap/brave/current"
while read -r _ _ root; do
	mkdir -p "$HOME/$root"
	printf '[Profile0]\nName=p\nIsRelative=1\nPath=p\n' \
		>"$HOME/$root/profiles.ini"
	confined_database "$HOME/$root/p"
done <<-EOF
	$mozilla
EOF
while read -r _ _ folder; do
	confined_database "$HOME/$folder"
done <<-EOF
	$chrome
EOF
all=$(echo "$mozilla" | sed 's,$,/p,' && echo "$chrome")

# found STATE...: with and without p11-kit's client
found() {
	while read -r browser confinement folder; do
		ok "$1: $folder" has "$HOME/$folder" browser "\"$browser\""
		ok "$1: $folder, confinement" \
			has "$HOME/$folder" confinement "$confinement"
		state=$2
		[ "$confinement" = null ] || state=absent
		ok "$1: $folder, state" \
			has "$HOME/$folder" state "\"$state\""
	done <<-EOF
		$all
	EOF
}
status --json
found 'before' absent
before
ok 'all places' register
status --json
found 'registered' registered
ok 'all places: the module is named' \
	has "$HOME/.pki/nssdb" library "\"$MODULE\""
ok 'all places: p11-kit too' says '"p11Kit": {'
ok 'all places: JSON' is_json
ok 'all places: undone' run unregister
ok 'all places: as before' as_before
rm -r "$HOME/.pki"
status --json
ok 'Chrome, newer place' has "$nssdb" exists false

# As the user's own variables have it
new_home
XDG_CONFIG_HOME=$HOME/settings XDG_DATA_HOME=$HOME/data
export XDG_CONFIG_HOME XDG_DATA_HOME
profiles "$HOME/settings/mozilla/firefox" moved
new_database "$HOME/data/pki/nssdb"
before
ok 'XDG folders' register
ok 'XDG folders: Firefox' in_nss "$HOME/settings/mozilla/firefox/x0.moved"
ok 'XDG folders: Chrome' in_nss "$HOME/data/pki/nssdb"
ok 'XDG folders: nothing in the usual ones' [ ! -e "$HOME/.config" ]
ok 'XDG folders: undone' run unregister
ok 'XDG folders: as before' as_before
unset XDG_CONFIG_HOME XDG_DATA_HOME

# The JSON has what the text has.
new_home
profiles "$firefox" a broken
printf 'library=/gone/libcackey.so\nname=CAC "1"\n\n' \
	>>"$firefox/x0.a/pkcs11.txt"
printf 'nonsense\n' >"$firefox/x1.broken/pkcs11.txt"
printf 'library=/old/cac-pkcs11.so\nname=cac-pkcs11\n\n' \
	>>"$firefox/x0.a/pkcs11.txt"
status --json
ok 'JSON: nothing is right' [ $rc -eq 3 ]
ok 'JSON: it is' is_json
ok 'JSON: elsewhere' has "$firefox/x0.a" state '"elsewhere"'
ok 'JSON: where' has "$firefox/x0.a" library '"/old/cac-pkcs11.so"'
ok 'JSON: another module' says '"name": "CAC \\"1\\""'
ok 'JSON: its file' says '"library": "/gone/libcackey.so"'
ok 'JSON: which is not there' says '"exists": false'
ok 'JSON: broken' has "$firefox/x1.broken" state '"broken"'
ok 'JSON: why' has "$firefox/x1.broken" problem '"pkcs11.txt is damaged.*"'
ok 'JSON: no instructions in it' not says 'PKCS11Provider'
register --browser firefox || :
status --json --browser firefox
ok 'JSON: in part' [ $rc -eq 4 ]
ok 'JSON: one browser alone' says '"p11Kit": null'

# A running browser: its own lock says so. It reads the list at its start only.
new_home
profiles "$firefox" a
sleep 600 &
browser=$!
trap 'kill $browser 2>/dev/null || :; rm -rf "$tmp"' EXIT
ln -s "127.0.0.1:+$browser" "$firefox/x0.a/lock"
ok 'a running browser' register --browser firefox
ok 'a running browser: to be restarted' says 'restart the browser'
ok 'a running browser: NSS takes it' in_nss "$firefox/x0.a"
status
ok 'a running browser: status tells' says 'in use'
kill $browser
wait $browser 2>/dev/null || :
ok 'a stale lock' run unregister
ok 'a stale lock: nothing to restart' not says 'restart the browser'

# Eight of us, and a browser that changes the list all the while.
new_home
profiles "$firefox" a
before
together() {
	pids=
	for i in 1 2 3 4 5 6 7 8; do
		as_user "$tool" register --module "$MODULE" --browser firefox \
			>"$work/$i.out" 2>&1 &
		pids="$pids $!"
	done
	bad=0
	for pid in $pids; do
		wait "$pid" || bad=$((bad + 1))
	done
	[ $bad -eq 0 ]
}
ok 'eight at once' together
ok 'eight at once: once' in_nss "$firefox/x0.a"
ok 'eight at once: undone' run unregister
ok 'eight at once: as before' as_before
busy() {
	for i in 1 2 3 4 5 6; do
		modutil -dbdir "sql:$firefox/x0.a" -add "Other $i" \
			-libfile "$MODULE" -force </dev/null
		modutil -dbdir "sql:$firefox/x0.a" -delete "Other $i" \
			-force </dev/null
	done >"$work/busy" 2>&1
}
busy &
busy=$!
for i in 1 2 3 4 5 6; do
	register --browser firefox || :
	run unregister --browser firefox || :
done
wait $busy || :
ok 'a busy browser: afterwards' register --browser firefox --replace
ok 'a busy browser: NSS takes it' in_nss "$firefox/x0.a"
ok 'a busy browser: undone' run unregister
ok 'a busy browser: gone' not_in_nss "$firefox/x0.a"
ok 'a busy browser: nothing of ours stays' \
	[ -z "$(find "$HOME" -name '*cac-tool*' -o -name state)" ]

# A real one: it reads the list when it starts, and keeps what we wrote.
running() {
	status --json --browser firefox
	has "$firefox/x0.a" inUse true
}
real() {
	(cd "$HOME" && exec firefox-esr --headless --no-remote \
		--profile "$firefox/x0.a" about:blank) \
		>"$work/firefox" 2>&1 &
	browser=$!
	turns=0
	until running; do
		turns=$((turns + 1))
		[ $turns -lt 300 ] || return 1
		sleep 0.1
	done
	register --browser firefox
}
ended() {
	kill $browser && { wait $browser || :; }
}
if command -v firefox-esr >/dev/null && [ -z "${SANITIZERS:-}" ]; then
	new_home
	profiles "$firefox" a
	ok 'Firefox runs' real
	ok 'Firefox runs: to be restarted' says 'restart the browser'
	ok 'Firefox runs: it ends' ended
	ok 'Firefox runs: it has left our entry' in_nss "$firefox/x0.a"
	status --json --browser firefox
	ok 'Firefox has ended' has "$firefox/x0.a" inUse false
	ok 'Firefox: undone' run unregister
	ok 'Firefox: without the module' not_in_nss "$firefox/x0.a"
fi

# Snap and Flatpak: told, and left alone.
new_home
profiles "$HOME/snap/firefox/common/.mozilla/firefox" snapped
profiles "$HOME/.var/app/org.mozilla.firefox/.mozilla/firefox" packed
before
register || :
ok 'snap: said why not' says 'A snap cannot use this module'
ok 'Flatpak: the unit' says 'ExecStart=/usr/bin/p11-kit server'
ok 'Flatpak: the command' says 'flatpak override --user .*xdg-run/cac-pkcs11'
run unregister
ok 'snap and Flatpak: as before' as_before
packed=$HOME/.var/app/org.mozilla.firefox/.mozilla/firefox/x0.packed
ok 'Flatpak: the client is registered by name' run register \
	--database "$packed" --module /usr/lib/of/the/runtime/p11-kit-client.so
ok 'Flatpak: in its list' \
	grep -qx library=/usr/lib/of/the/runtime/p11-kit-client.so \
	"$packed/pkcs11.txt"
ok 'Flatpak: undone' run unregister
ok 'Flatpak: as before' as_before

finish
