# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# Homes to register in, and what NSS's own tools say of them. A test sources it
# first of all.
. "${srcdir:?}/tests/integration/tool.sh"
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
	run status --module "$MODULE" "$@" || rc=$?
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
