#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# cac-tool register, unregister and status: homes of many kinds, compared file
# by file after unregistering; NSS's own tools judge what was written.
. "${srcdir:?}/tests/integration/lib.sh"
tool=$builddir/tools/cac-tool/cac-tool
work=$tmp
HOME=$work/home
export HOME
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME SUDO_UID
need modutil libnss3-tools
need certutil libnss3-tools
need unshare util-linux

# Root is no user, and nobody else is root.
as_user() {
	if [ "$(id -u)" -ne 0 ]; then
		"$@"
	else
		unshare --map-user=1000 --map-group=1000 "$@"
	fi
}
as_root() {
	unshare --map-root-user --mount "$@"
}
as_user true 2>/dev/null && as_root true 2>/dev/null ||
	skip 'no name space for another user'

# tree FILE: all that is in the home
tree() {
	(
		cd "$HOME" || exit
		find . -printf '%y %m %p %l\n' | LC_ALL=C sort
		find . -type f -exec sha256sum {} + | LC_ALL=C sort
	) >"$1"
}

new_home() {
	chmod -R u+w "$HOME" 2>/dev/null || :
	rm -rf "$HOME"
	mkdir "$HOME"
}

new_database() {
	mkdir -p "$1"
	certutil -N -d "sql:$1" --empty-password </dev/null
}

# profiles ROOT NAME...: profiles.ini, and a database for each
profiles() {
	root=$1
	shift
	mkdir -p "$root"
	number=0
	for name in "$@"; do
		printf '[Profile%d]\nName=%s\nIsRelative=1\nPath=%s.%s\n\n' \
			"$number" "$name" "x$number" "$name"
		new_database "$root/x$number.$name"
		number=$((number + 1))
	done >"$root/profiles.ini"
	printf '[General]\nStartWithLastProfile=1\n' >>"$root/profiles.ini"
}

run() {
	as_user "$tool" "$@" >"$work/out" 2>"$work/out.err"
}
register() {
	run register --module "$MODULE" "$@"
}
status() {
	rc=0
	run status --module "$MODULE" || rc=$?
}
is_rc() {
	want=$1
	shift
	rc=0
	"$@" || rc=$?
	[ "$rc" -eq "$want" ]
}
says() {
	grep -q -e "$1" "$work/out" "$work/out.err"
}

# nss DIR: how often NSS lists the module there
nss() {
	modutil -dbdir "sql:$1" -list </dev/null 2>"$work/nss.err" |
		grep -c "library name: $MODULE\$" || :
}
in_nss() {
	[ "$(nss "$1")" -eq 1 ] && certutil -L -d "sql:$1" >/dev/null
}
not_in_nss() {
	[ "$(nss "$1")" -eq 0 ]
}
before() {
	tree "$work/before"
}
as_before() {
	tree "$work/after"
	cmp "$work/before" "$work/after" ||
		diff "$work/before" "$work/after" >"$work/tree.err"
}

nssdb=$HOME/.local/share/pki/nssdb
firefox=$HOME/.mozilla/firefox

# An empty home: only what is asked for is made.
new_home
before
ok 'empty home: nothing to register in' is_rc 3 register --browser thunderbird
ok 'empty home: what to do' says 'Start the browser'
ok 'empty home: nothing was made' as_before
ok 'empty home, dry run' register --browser chrome --dry-run
ok 'dry run: says so' says 'would change.*Chrome'
ok 'dry run: nothing was made' as_before
ok 'empty home: a database for Chrome' register --browser chrome
ok 'empty home: NSS takes it' in_nss "$nssdb"
ok 'empty home: the folder is for its owner alone' \
	[ "$(stat -c %a "$nssdb")" = 700 ]
ok 'empty home: again' register --browser chrome
ok 'empty home: nothing was to be done' says 'unchanged.*Chrome'
ok 'empty home: once is enough' in_nss "$nssdb"
ok 'empty home: status' run status --browser chrome --module "$MODULE"
ok 'empty home: undone' run unregister
ok 'empty home: as before' as_before

# The older place of Chrome wins when it is there.
new_home
new_database "$HOME/.pki/nssdb"
new_database "$nssdb"
before
ok 'both places of Chrome' register --browser chrome
ok 'the older one has it' in_nss "$HOME/.pki/nssdb"
ok 'the newer one was left alone' not_in_nss "$nssdb"
ok 'both places: undone' run unregister
ok 'both places: as before' as_before

# A database that a browser has used since stays.
new_home
ok 'a database for Chrome' register --browser chrome
certutil -S -d "sql:$nssdb" -n mine -s CN=mine -x -t C,, -z "$MODULE" \
	</dev/null >/dev/null 2>&1
certutil -L -d "sql:$nssdb" >"$work/certificates"
ok 'used since: undone' run unregister
ok 'used since: the certificates stay' \
	sh -c "certutil -L -d 'sql:$nssdb' | cmp - '$work/certificates'"
ok 'used since: without the module' not_in_nss "$nssdb"

# Five profiles in all places, and p11-kit for this user.
new_home
profiles "$firefox" default-release work 'odd name'
profiles "$HOME/.config/mozilla/firefox" new
profiles "$HOME/.thunderbird" mail
elsewhere=$HOME/somewhere/else
new_database "$elsewhere"
printf '[Profile9]\r\nName=far\r\nIsRelative=0\r\nPath=%s\r\n' "$elsewhere" \
	>>"$firefox/profiles.ini"
printf '\n' >"$HOME/.config/unrelated"
before
ok 'five profiles' register
for dir in "$firefox/x0.default-release" "$firefox/x1.work" \
	"$firefox/x2.odd name" "$HOME/.config/mozilla/firefox/x0.new" \
	"$HOME/.thunderbird/x0.mail" "$elsewhere"; do
	ok "five profiles: ${dir#"$HOME/"}" in_nss "$dir"
done
p11_kit_file() {
	# Nothing of ours for all users: then there is a file for this one.
	says 'unchanged.*p11-kit' ||
		grep -qx "module: $MODULE" \
			"$HOME/.config/pkcs11/modules/cac-pkcs11.module"
}
ok 'five profiles: p11-kit' p11_kit_file
ok 'five profiles: every file belongs to the user' \
	[ -z "$(find "$HOME" ! -uid "$(id -u)")" ]
ok 'five profiles: status' run status --module "$MODULE"
ok 'five profiles: hints for other programs' says 'PKCS11Provider'
tree "$work/once"
ok 'five profiles: again' register
tree "$work/twice"
ok 'five profiles: nothing has changed' cmp "$work/once" "$work/twice"
ok 'one browser is undone' run unregister --browser thunderbird
ok 'one browser: gone there' not_in_nss "$HOME/.thunderbird/x0.mail"
ok 'one browser: not elsewhere' in_nss "$firefox/x1.work"
ok 'five profiles: undone' run unregister
ok 'five profiles: as before' as_before

# A profile that goes while it is registered.
new_home
profiles "$firefox" a b
ok 'a profile that goes' register --browser firefox
rm -r "$firefox/x1.b"
ok 'a profile that goes: undone' run unregister
ok 'a profile that goes: nothing is left of ours' \
	[ ! -e "$HOME/.local" ]

# Others change the file in between: only our part goes.
new_home
profiles "$firefox" a
ok 'changed by others' register --browser firefox
modutil -dbdir "sql:$firefox/x0.a" -add Other \
	-libfile "$(dirname "$MODULE")/../../no-such.so" -force </dev/null \
	>/dev/null 2>&1 || :
printf 'library=/opt/other.so\nname=Other\n\n' >>"$firefox/x0.a/pkcs11.txt"
ok 'changed by others: undone' run unregister
ok 'changed by others: without the module' not_in_nss "$firefox/x0.a"
ok 'changed by others: theirs stays' \
	grep -q '^name=Other' "$firefox/x0.a/pkcs11.txt"
ok 'changed by others: no backup is left' \
	[ ! -e "$firefox/x0.a/pkcs11.txt.before-cac-tool" ]

# An earlier registration under another path is put right.
new_home
profiles "$firefox" a
printf 'library=/opt/old/cac-pkcs11.so\nname=cac-pkcs11\n\n' \
	>>"$firefox/x0.a/pkcs11.txt"
ok 'a module that has moved' register --browser firefox
ok 'a module that has moved: right, once' in_nss "$firefox/x0.a"

# A dead CACKey and OpenSC beside it, the last stanza without its empty line.
new_home
profiles "$firefox" a
list=$firefox/x0.a/pkcs11.txt
printf 'library=%s\nname=OpenSC\n\nlibrary=/usr/lib64/libcackey.so\nname=CAC' \
	"$work/opensc-pkcs11.so" >>"$list"
cp "$MODULE" "$work/opensc-pkcs11.so"
before
ok 'old entries' register --browser firefox
ok 'old entries: OpenSC is named' says 'OpenSC .* for the same cards'
ok 'old entries: CACKey is named' says 'CAC .* is not there'
ok 'old entries: they stay' \
	[ "$(grep -c '^name=\(OpenSC\|CAC\|cac-pkcs11\)$' "$list")" -eq 3 ]
ok 'old entries: NSS takes ours' in_nss "$firefox/x0.a"
ok 'old entries: replaced' register --browser firefox --replace
ok 'old entries: gone' not grep -q 'OpenSC\|CACKey' "$list"
ok 'old entries: ours stays' in_nss "$firefox/x0.a"
ok 'old entries: undone' run unregister
ok 'old entries: as before' as_before
ok 'old entries: replaced at once' register --browser firefox --replace
printf 'library=/opt/other.so\nname=Other\n\n' >>"$list"
ok 'old entries: undone after a change' run unregister
ok 'old entries: what was replaced is back' \
	[ "$(grep -c '^name=\(OpenSC\|CAC\|Other\)$' "$list")" -eq 3 ]
ok 'old entries: ours is gone' not_in_nss "$firefox/x0.a"

# A broken list is left alone, the others are registered.
new_home
profiles "$firefox" a broken binary
printf 'library=/a.so\nname=a\nlibrary=/b.so\nname=b\n\n' \
	>>"$firefox/x1.broken/pkcs11.txt"
printf '\000\001\377' >"$firefox/x2.binary/pkcs11.txt"
before
ok 'broken lists: in part' is_rc 4 register --browser firefox
ok 'broken lists: the line is named' says 'pkcs11.txt is damaged in line'
ok 'broken lists: the good one has it' in_nss "$firefox/x0.a"
ok 'broken lists: status tells' is_rc 4 run status --browser firefox \
	--module "$MODULE"
ok 'broken lists: undone in part' is_rc 4 run unregister
ok 'broken lists: as before' as_before

# Read-only: an error, and not a byte is changed.
new_home
profiles "$firefox" a
chmod 400 "$firefox/x0.a/pkcs11.txt"
before
ok 'read-only list' is_rc 1 register --browser firefox
ok 'read-only list: said so' says 'protected from writing'
ok 'read-only list: as before' as_before
chmod 600 "$firefox/x0.a/pkcs11.txt"
chmod 500 "$firefox/x0.a"
before
ok 'read-only folder' is_rc 1 register --browser firefox
ok 'read-only folder: a dry run tells it too' \
	is_rc 1 register --browser firefox --dry-run
ok 'read-only folder: as before' as_before
chmod 700 "$firefox/x0.a"

# A list behind a symbolic link: the link stays.
new_home
profiles "$firefox" a
mkdir "$HOME/dotfiles"
mv "$firefox/x0.a/pkcs11.txt" "$HOME/dotfiles/list"
ln -s ../../../dotfiles/list "$firefox/x0.a/pkcs11.txt"
before
ok 'a link' register --browser firefox
ok 'a link: it stays' [ -L "$firefox/x0.a/pkcs11.txt" ]
ok 'a link: NSS takes it' in_nss "$firefox/x0.a"
ok 'a link: undone' run unregister
ok 'a link: as before' as_before

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

# Through p11-kit-proxy it is there already.
new_home
profiles "$firefox" a
printf 'library=/usr/lib/p11-kit-proxy.so\nname=p11-kit\n\n' \
	>>"$firefox/x0.a/pkcs11.txt"
before
ok 'p11-kit-proxy' register --browser firefox
ok 'p11-kit-proxy: not twice' says 'through p11-kit-proxy'
ok 'p11-kit-proxy: as before' as_before

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

# Wrong calls.
new_home
before
ok 'no such module' is_rc 1 run register --module "$work/nothing.so"
ok 'no such module: named' says nothing.so
ok 'no such browser' is_rc 2 register --browser netscape
ok 'no such option' is_rc 2 register --frobnicate
ok 'an operand' is_rc 2 register please
ok '--system as a user' is_rc 1 register --system
ok 'a damaged record' sh -c "mkdir -p '$HOME/.local/state/cac-pkcs11' &&
	echo nonsense >'$HOME/.local/state/cac-pkcs11/changes'"
ok 'a damaged record is not trusted' is_rc 1 register --browser chrome
ok 'a damaged record: said so' says 'remove it to forget'
rm -r "$HOME/.local"
ok 'wrong calls: as before' as_before

# As root by sudo, or in the home of somebody else.
profiles "$firefox" a
before
by_sudo() {
	SUDO_UID=1000 as_root "$tool" "$@" --module "$MODULE" \
		>"$work/out" 2>"$work/out.err"
}
ok 'sudo is refused' is_rc 1 by_sudo register
ok 'sudo: what to do instead' says "without sudo"
ok 'sudo: as before' as_before
# Files of a user that this name space does not know are nobody's.
strange_home() {
	if [ "$(id -u)" -eq 0 ]; then
		chown 12345 "$HOME"
		run "$@"
	else
		HOME=/ run "$@"
	fi
}
ok 'the home of somebody else is refused' \
	is_rc 1 strange_home register --module "$MODULE"
ok 'the home of somebody else: said so' says 'belongs to another user'
finish
