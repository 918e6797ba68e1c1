#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# cac-tool register and unregister: homes of many kinds, compared file by file
# after unregistering; NSS's own tools judge what was written.
. "${srcdir:?}/tests/integration/home.sh"

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
ok 'five profiles, dry run' register --dry-run
for place in "$firefox/x1.work" "$HOME/.config/mozilla/firefox/x0.new" \
	"$HOME/.thunderbird/x0.mail" "$elsewhere"; do
	ok "dry run: ${place#"$HOME/"}" \
		says "^would change .*, ~${place#"$HOME"}\$"
done
ok 'dry run: what would be put there' \
	says "would add .*library=$MODULE, name=cac-pkcs11\$"
ok 'dry run: nothing has changed' as_before
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
backed_up() {
	grep -q "name=NSS Internal" "$1.before-cac-tool" &&
		not grep -q cac-pkcs11 "$1.before-cac-tool"
}
ok 'five profiles: a backup' backed_up "$firefox/x1.work/pkcs11.txt"
ok 'five profiles: status' run status --module "$MODULE"
for hint in "PKCS11Provider $MODULE" "ssh-add -s $MODULE" \
	"ssh-agent -P '$MODULE'" "PKCS11_MODULE_PATH=$MODULE curl" \
	"pkcs11-module-path = $MODULE"; do
	ok "five profiles: hint: ${hint%%[ =]*}" says "$hint"
done
tree "$work/once"
ok 'five profiles: again' register
tree "$work/twice"
ok 'five profiles: nothing has changed' cmp "$work/once" "$work/twice"
ok 'five profiles: a dry run of undoing' run unregister --dry-run
ok 'dry run of undoing: each is named' says '^would change .*x1.work$'
tree "$work/twice"
ok 'dry run of undoing: nothing has changed' cmp "$work/once" "$work/twice"
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

# Entered twice by hand: once is enough.
new_home
profiles "$firefox" a
for name in CAC cac-pkcs11; do
	printf 'library=%s\nname=%s\n\n' "$MODULE" "$name"
done >>"$firefox/x0.a/pkcs11.txt"
ok 'the module twice' register --browser firefox
ok 'the module twice: once' in_nss "$firefox/x0.a"

# OpenSC twice and a dead CACKey beside it, the last stanza without its empty
# line.
new_home
profiles "$firefox" a
list=$firefox/x0.a/pkcs11.txt
{
	printf 'library=%s\nname=OpenSC\n\n' "$work/opensc-pkcs11.so"
	printf 'library=%s\nname=Smart card\n\n' "$work/opensc-pkcs11.so"
	printf 'library=/usr/lib64/libcackey.so\nname=CAC'
} >>"$list"
cp "$MODULE" "$work/opensc-pkcs11.so"
before
entries='\(OpenSC\|Smart card\|CAC\|cac-pkcs11\)$'
ok 'old entries' register --browser firefox
ok 'old entries: OpenSC is named' says 'OpenSC .* for the same cards'
ok 'old entries: CACKey is named' says 'CAC .* is not there'
ok 'old entries: they stay' \
	[ "$(grep -c "^name=$entries" "$list")" -eq 4 ]
ok 'old entries: NSS takes ours' in_nss "$firefox/x0.a"
tree "$work/once"
ok 'old entries: a dry run' register --browser firefox --replace --dry-run
ok 'old entries: a dry run names each' \
	[ "$(grep -c '^  would remove .*\(OpenSC\|card\|CAC\) (/' \
		"$work/out")" -eq 3 ]
tree "$work/twice"
ok 'old entries: a dry run changes nothing' cmp "$work/once" "$work/twice"
ok 'old entries: replaced' register --browser firefox --replace
ok 'old entries: said so' says '^  removed .*OpenSC'
ok 'old entries: gone' not grep -qi 'opensc\|cackey' "$list"
ok 'old entries: ours stays' in_nss "$firefox/x0.a"
ok 'old entries: undone' run unregister
ok 'old entries: as before' as_before
ok 'old entries: replaced at once' register --browser firefox --replace
printf 'library=/opt/other.so\nname=Other\n\n' >>"$list"
ok 'old entries: undone after a change' run unregister
ok 'old entries: what was replaced is back' \
	[ "$(grep -c "^name=$entries" "$list")" -eq 3 ]
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

# Through p11-kit-proxy it is there already.
new_home
profiles "$firefox" a
printf 'library=/usr/lib/p11-kit-proxy.so\nname=p11-kit\n\n' \
	>>"$firefox/x0.a/pkcs11.txt"
before
ok 'p11-kit-proxy' register --browser firefox
ok 'p11-kit-proxy: not twice' says 'through p11-kit-proxy'
ok 'p11-kit-proxy: as before' as_before

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
# Root in somebody's database that is named.
strange_database() {
	if [ "$(id -u)" -eq 0 ]; then
		new_database "$work/theirs"
		chmod a+r "$work/theirs/"*
		chown 12345 "$work/theirs/"*
		run "$@" --database "$work/theirs"
	else
		run "$@" --database /usr
	fi
}
strange_home() {
	if [ "$(id -u)" -eq 0 ]; then
		chown 12345 "$HOME"
		run "$@"
	else
		HOME=/ run "$@"
	fi
}
ok 'the database of somebody else is refused' \
	is_rc 1 strange_database register --module "$MODULE"
ok 'the database of somebody else: said so' says 'belongs to another user'
ok 'the home of somebody else is refused' \
	is_rc 1 strange_home register --module "$MODULE"
ok 'the home of somebody else: said so' says 'belongs to another user'
finish
