#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# cac-tool trust: what is added, what is left out, and that removing takes back
# just that; certutil is the judge, and p11-kit's trust for the system.

trusts_no() {
	if trust list | grep -q "label: $1"; then
		return 1
	fi
}

# In a system of our own: the authorities of all users.
in_system() {
	"$tool" trust add all.pem --root root1.pem --system ||
		[ $? -eq 4 ]
	trust list --filter=ca-anchors | grep -q 'label: Test Root 1'
	trusts_no 'Test CA 1'
	"$tool" trust status root1.pem --system | grep -q '^has '
	"$tool" trust remove all.pem --system
	trusts_no 'Test Root 1'
	[ ! -e /var/lib/cac-pkcs11 ]
	[ -z "$(ls /usr/local/share/ca-certificates)" ]
}

if [ "${1:-}" = inside ]; then
	set -eu
	tool=$2
	cd "$3"
	HOME=$PWD
	export HOME
	mount --bind etc /etc
	mount -t tmpfs tmpfs /var/lib
	mount -t tmpfs tmpfs /usr/local/share
	mkdir /usr/local/share/ca-certificates
	in_system
	exit
fi

. "${srcdir:?}/tests/integration/tool.sh"
need certutil libnss3-tools
need openssl openssl
self=$srcdir/tests/integration/trust.sh
cd "$work"

# root NAME CN DAYS
root() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" \
		-out "$1.pem" -subj "/O=Test/CN=$2" -days "$3" \
		-addext basicConstraints=critical,CA:TRUE \
		-addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
}
# below NAME CN ISSUER TRUE|FALSE DAYS
below() {
	openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" \
		-subj "/O=Test/CN=$2" 2>/dev/null
	printf 'basicConstraints=critical,CA:%s\n' "$4" >"$1.ext"
	openssl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" \
		-days "$5" -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}
root root1 'Test Root 1' 3650
root root2 'Test Root 2' 3650
below ca1 'Test CA 1' root1 TRUE 3650
below ca2 'Test CA 2' root2 TRUE 3650
below old 'Test CA Old' root1 TRUE 0
below leaf 'Test Leaf' ca1 FALSE 3650
cat root1.pem ca1.pem >good.pem
cat root1.pem ca1.pem ca2.pem old.pem leaf.pem >all.pem
openssl crl2pkcs7 -nocrl -certfile good.pem -out good.p7b
openssl crl2pkcs7 -nocrl -certfile good.pem -outform DER -out good.der.p7b
openssl x509 -in root1.pem -outform DER -out root1.der
openssl x509 -in ca1.pem -outform DER -out ca1.der
fingerprint() {
	openssl x509 -in "$1" -noout -fingerprint -sha256 | cut -d= -f2
}

run() {
	"$tool" trust "$@" >"$work/out" 2>"$work/out.err" </dev/null
}
new_home() {
	rm -rf "$HOME"
	mkdir -p "$HOME/.pki" "$HOME/.mozilla/firefox/p"
	for db in "$chrome" "$fox"; do
		mkdir -p "$db"
		certutil -N -d "sql:$db" --empty-password </dev/null
	done
	printf '[Profile0]\nName=p\nIsRelative=1\nPath=p\n' \
		>"$HOME/.mozilla/firefox/profiles.ini"
}
chrome=$HOME/.pki/nssdb
fox=$HOME/.mozilla/firefox/p
# has DIR NAME FLAGS
has() {
	certutil -L -d "sql:$1" | grep -q "^$2 .* $3 *\$"
}
contents() {
	for db in "$chrome" "$fox"; do
		certutil -L -d "sql:$db"
		certutil -L -d "sql:$db" | grep 'CT\?,' | sed 's/  .*//' |
			while read -r name; do
				certutil -L -d "sql:$db" -n "$name" -a
			done
	done
}

new_home
contents >"$work/before"
ok 'without a root nothing is added' is_rc 2 run add good.pem
ok 'but the fingerprints are shown' \
	says "$(fingerprint root1.pem | tr -d : | tr 'A-F' 'a-f')"
ok 'a fingerprint that is not there' \
	is_rc 1 run add good.pem --root "$(fingerprint root2.pem)"
ok 'a root that is none' is_rc 1 run add all.pem --root leaf.pem
ok 'a dry run' run add good.pem --root root1.pem --dry-run
ok 'a dry run: said so' says 'would add  *2 of 2'
ok 'a dry run: shows the root' says "^  root  *Test Root 1, until 20.*\
$(fingerprint root1.pem | tr -d : | tr 'A-F' 'a-f')"
ok 'a dry run: shows what is below' says "^  authority  *Test CA 1, until .*\
$(fingerprint ca1.pem | tr -d : | tr 'A-F' 'a-f')"
contents >"$work/after"
ok 'nothing was added so far' cmp "$work/before" "$work/after"

for form in good.pem good.p7b good.der.p7b; do
	new_home
	ok "$form, root by fingerprint" \
		run add "$form" --root "$(fingerprint root1.pem)"
	for db in "$chrome" "$fox"; do
		ok "$form: root in ${db##*/}" has "$db" 'Test Root 1' CT,C,
		ok "$form: CA in ${db##*/}" has "$db" 'Test CA 1' ,,
		ok "$form: servers are trusted in ${db##*/}" \
			certutil -V -d "sql:$db" -u L \
			-n "$(certutil -L -d "sql:$db" | sed -n \
				's/^\(Test CA 1 ([0-9a-f]*)\).*/\1/p')" \
			>/dev/null
	done
	ok "$form: again" run add "$form" --root root1.der
	ok "$form: nothing to add" says 'added  *0 of 2'
	ok "$form: status" run status "$form"
	ok "$form: status counts" says 'has  *2 of 2, 2 by cac-tool'
	ok "$form: a dry run of removing" run remove "$form" --dry-run
	ok "$form: what would go" says '^would remove .*Test CA 1'
	ok "$form: nothing went" has "$chrome" 'Test CA 1' ,,
	ok "$form: removed" run remove "$form"
	contents >"$work/after"
	ok "$form: as before" cmp "$work/before" "$work/after"
	ok "$form: no record stays" [ ! -e "$HOME/.local" ]
done

new_home
ok 'DER, root and CA' run add root1.der ca1.der --root root1.der
ok 'DER: CA' has "$chrome" 'Test CA 1' ,,
ok 'DER: everything is removed without files' run remove
contents >"$work/after"
ok 'DER: as before' cmp "$work/before" "$work/after"

new_home
ok 'what does not chain is left out' is_rc 4 run add all.pem --root root1.pem
ok 'left out: of another root' says 'left out: CN=Test CA 2'
ok 'left out: expired' says 'left out: CN=Test CA Old.*expired'
ok 'left out: no authority' says 'left out: CN=Test Leaf'
ok 'the others are there' has "$chrome" 'Test CA 1' ,,
ok 'those not' not has "$chrome" 'Test CA 2' ,,
ok 'two roots' is_rc 4 run add all.pem --root root1.pem --root root2.pem
ok 'two roots: the other CA' has "$chrome" 'Test CA 2' ,,
ok 'one of them is removed' run remove ca2.pem
ok 'it is gone' not has "$chrome" 'Test CA 2' ,,
ok 'the others stay' has "$chrome" 'Test CA 1' ,,

# What the user had stays, with the trust it had.
new_home
certutil -A -d "sql:$chrome" -n 'my root' -t ,, -i root1.pem
certutil -A -d "sql:$chrome" -n 'my CA' -t ,, -i ca1.pem
contents >"$work/before"
ok "the user's own" run add good.pem --root root1.pem
ok "the user's own: trusted" has "$chrome" 'my root' CT,C,
ok "the user's own: not twice" not has "$chrome" 'Test Root 1' CT,C,
ok "the user's own: removed" run remove good.pem
contents >"$work/after"
ok "the user's own: as before" cmp "$work/before" "$work/after"

# An authority of the same name, with another key, is another one.
new_home
root namesake 'Test Root 1' 3650
certutil -A -d "sql:$chrome" -n namesake -t C,, -i namesake.pem
ok 'a namesake' run add good.pem --root root1.pem
ok 'a namesake: both' has "$chrome" 'Test Root 1' CT,C,
ok 'a namesake: removed' run remove good.pem
same_namesake() {
	certutil -L -d "sql:$chrome" -n namesake -a | tr -d '\r' |
		openssl x509 -outform DER | cmp - namesake.der
}
openssl x509 -in namesake.pem -outform DER -out namesake.der
ok 'a namesake: it stays' same_namesake

# Databases that are protected from writing, or by a password.
new_home
printf 'secret12\n' >pw
printf '\n' >none
certutil -W -d "sql:$fox" -f none -@ pw >/dev/null 2>&1
no_terminal() {
	setsid -w "$tool" trust "$@" >"$work/out" 2>"$work/out.err" </dev/null
}
ok 'a password: the other database has it' \
	is_rc 4 no_terminal add good.pem --root root1.pem
ok 'a password: in the other one' has "$chrome" 'Test CA 1' ,,
ok 'a password from a file' \
	run add good.pem --root root1.pem --password-file pw
ok 'a password: there too' has "$fox" 'Test Root 1' CT,C,
ok 'a password: removed' run remove --password-file pw

# A profile that its program has not opened yet, and register has.
new_home
rm -f "$fox/cert9.db" "$fox/key4.db"
ok 'never opened: the other database has it' \
	is_rc 4 run add good.pem --root root1.pem
ok 'never opened: what to do' says 'start the program once'
ok 'never opened: nothing is made there' [ ! -e "$fox/cert9.db" ]

# Root leaves nothing in a home.
by_sudo() {
	SUDO_UID=1000 unshare --map-root-user "$tool" trust "$@" \
		>"$work/out" 2>"$work/out.err" </dev/null
}
# Files of a user that this name space does not know are nobody's.
strange() {
	if [ "$(id -u)" -eq 0 ]; then
		cp -R "$fox" theirs
		chmod -R a+rX theirs
		chown 12345 theirs
		unshare --map-root-user "$tool" trust add good.pem \
			--root root1.pem --database theirs
	else
		"$tool" trust add good.pem --root root1.pem --database /usr
	fi >"$work/out" 2>"$work/out.err" </dev/null
}
if unshare --map-root-user true 2>/dev/null; then
	new_home
	contents >"$work/before"
	ok 'sudo is refused' is_rc 1 by_sudo add good.pem --root root1.pem
	ok 'sudo: what to do instead' says 'without sudo'
	contents >"$work/after"
	ok 'sudo: as before' cmp "$work/before" "$work/after"
	ok 'the database of somebody else' is_rc 1 strange
	ok 'the database of somebody else: said so' \
		says 'belongs to another user'
fi

ok 'no certificates at all' is_rc 1 run add "$self" --root root1.pem
ok 'no such file' is_rc 1 run add nothing.pem --root root1.pem
ok 'no verb' is_rc 2 run good.pem
ok 'no files' is_rc 2 run add --root root1.pem
without_certutil() {
	PATH=/nonexistent run "$@"
}
ok 'no certutil' is_rc 1 without_certutil add good.pem --root root1.pem
ok 'no certutil: which package' says libnss3-tools

system() {
	mkdir etc
	cp -a /etc/. etc 2>/dev/null || :
	unshare --map-root-user --mount sh "$self" inside "$tool" "$work" \
		>"$work/out" 2>"$work/out.err"
}
if command -v trust >/dev/null && [ -x /usr/sbin/update-ca-certificates ] &&
	unshare --map-root-user --mount true 2>/dev/null; then
	PATH=$PATH:/usr/sbin:/sbin
	ok 'for all users: p11-kit trusts it, and no longer' system
fi
finish
