#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# cac-tool register --system: p11-kit and policies.json, in a /etc and a
# /var/lib of our own.

# tree FILE: all that is there
tree() {
	find /etc /var/lib -printf '%y %m %p\n' | LC_ALL=C sort >"$1"
	find /etc /var/lib -type f -exec sha256sum {} + | LC_ALL=C sort >>"$1"
}
register() {
	"$tool" register --system --module "$MODULE" "$@"
}
unregister() {
	"$tool" unregister --system "$@"
}
# policy KEY...: the text is JSON, and holds these, blanks aside
policy() {
	tr -d ' \t\n' <"$policies" >"$work/flat"
	for part in "$@"; do
		grep -qF -e "$part" "$work/flat" || {
			echo "policies.json has no $part:"
			cat "$policies"
			exit 1
		} >&2
	done
}
same() {
	tree "$work/now"
	diff "$1" "$work/now" >&2
}

nothing_there() {
	tree "$work/before"
	register --browser firefox --dry-run
	same "$work/before"
	register --browser firefox
	policy '{"policies":{"SecurityDevices":{"Add":{"cac-pkcs11":"'"$MODULE"'"}}}}'
	tree "$work/once"
	cp "$policies" "$work/policies"
	register --browser firefox
	same "$work/once"
	unregister --browser firefox
	policy '{"policies":{"SecurityDevices":{"Delete":["cac-pkcs11"]}}}'
	tree "$work/deleted"
	unregister --browser firefox
	same "$work/deleted"
	register --browser firefox
	cmp "$policies" "$work/policies"
	unregister --browser firefox --forget
	same "$work/before"
}

# edited TEXT EXPECTED...: a file that is there keeps the rest, byte for byte
edited() {
	mkdir -p /etc/firefox/policies
	printf '%s' "$1" >"$policies"
	shift
	tree "$work/before"
	register --browser firefox
	policy "$@" "\"cac-pkcs11\":\"$MODULE\""
	register --browser firefox
	unregister --browser firefox --forget
	same "$work/before"
}
merged() {
	edited '{ "policies" : { "DisableTelemetry": true } }
' '"DisableTelemetry":true' '"SecurityDevices":{"Add":{'
	edited '{"policies":{"SecurityDevices":{"Add":{"OpenSC":"/opensc.so"},
		"Delete":["Old"]}, "X": [1, {"a": "\u00e9 }"}]}}' \
		'"OpenSC":"/opensc.so"' '"Delete":["Old"]' '[1,{"a":"\u00e9}"}]'
	edited '{}' '"policies":{'
	edited '	{"policies":{}}	' '"policies":{'
	edited '{"policies":{"SecurityDevices":{"Delete":["cac-pkcs11", "x"]}}}' \
		'"Delete":["x"]'
}

# The form of Firefox 60: with Add beside them its names would be lost.
flat() {
	edited '{"policies":{"SecurityDevices":{"OpenSC":"/opensc.so"}}}' \
		'"SecurityDevices":{"cac-pkcs11":' '"OpenSC":"/opensc.so"'
	not grep -q '"Add"' "$work/flat"
}

# What others add in the meantime stays.
changed_by_others() {
	mkdir -p /etc/firefox/policies
	echo '{"policies":{"A":1}}' >"$policies"
	register --browser firefox
	sed -i 's/"A":1/"A":2/' "$policies"
	unregister --browser firefox
	policy '"A":2' '"Delete":["cac-pkcs11"]'
	sed -i 's/"A":2/"A":3/' "$policies"
	unregister --browser firefox --forget
	policy '"A":3' '"Delete":[]'
}

damaged() {
	mkdir -p /etc/firefox/policies
	for text in '{"policies":' '[]' '{"policies":[]}' '' \
		'{"policies":{"SecurityDevices":{}},"policies":{}}' \
		'{"policies":{"SecurityDevices":{"Add":[]}}}'; do
		printf '%s' "$text" >"$policies"
		tree "$work/before"
		not register --browser firefox
		same "$work/before"
	done
}

# p11-kit for all users, unless our file is there.
p11_kit() {
	tree "$work/before"
	mkdir -p /etc/firefox
	register
	if [ -e /etc/pkcs11/modules/cac-pkcs11.module ]; then
		grep -qx "module: $MODULE" \
			/etc/pkcs11/modules/cac-pkcs11.module
		p11-kit list-modules | grep -q '^cac-pkcs11'
	fi
	"$tool" status --module "$MODULE" | grep -q '^registered *Firefox, /etc'
	unregister --forget
	rmdir /etc/firefox
	same "$work/before"
}

# A real Firefox: a profile that is made later has the module, until Delete.
start_firefox() {
	(cd "$HOME" && timeout 120 firefox-esr --headless --no-remote \
		--profile "$HOME/later" --screenshot "$HOME/page.png" \
		about:blank) >&2
}
later_profile() {
	register --browser firefox
	HOME=$work/person
	mkdir -p "$HOME/later"
	start_firefox
	grep -qx "library=$MODULE" "$HOME/later/pkcs11.txt"
	unregister --browser firefox
	start_firefox
	not grep -q "^library=$MODULE" "$HOME/later/pkcs11.txt"
}

# What a dry run says is there to be changed, and what it would put there.
dry_run() {
	mkdir -p /etc/firefox
	tree "$work/before"
	register --dry-run >"$work/said"
	same "$work/before"
	grep -qx 'would change   Firefox, /etc/firefox/policies/policies.json' \
		"$work/said"
	grep -q "would add .*SecurityDevices, Add: cac-pkcs11 $MODULE\$" \
		"$work/said"
	register >"$work/said"
	not grep -q would "$work/said"
	tree "$work/once"
	unregister --dry-run >"$work/said"
	same "$work/once"
	grep -q '^would change .*policies.json' "$work/said"
}

# The same as JSON
in_json() {
	mkdir -p /etc/firefox/policies
	status() {
		"$tool" status --json --module "$MODULE" >"$work/json" || :
		sed -n '/"browser": "firefox"/,/}/p' "$work/json"
	}
	status | grep -q '"state": "absent"'
	register --browser firefox
	status | grep -q '"state": "registered"'
	status | grep -q "\"library\": \"$MODULE\""
	unregister --browser firefox
	status | grep -q '"state": "deleted"'
	echo '{' >"$policies"
	status | grep -q '"state": "broken"'
	status | grep -q '"problem": "is no JSON'
}

not() {
	rc=0
	"$@" || rc=$?
	[ "$rc" -gt 0 ] && [ "$rc" -lt 124 ]
}

if [ "${1:-}" = inside ]; then
	set -eu
	tool=$3
	work=$4
	HOME=$work
	export HOME
	policies=/etc/firefox/policies/policies.json
	mount -t tmpfs tmpfs /etc
	mount -t tmpfs tmpfs /var/lib
	"$2"
	exit
fi

. "${srcdir:?}/tests/integration/lib.sh"
need unshare util-linux
need p11-kit p11-kit
unshare --map-root-user --mount sh -c 'mount -t tmpfs tmpfs /etc' \
	2>/dev/null || skip 'no name space for a /etc of our own'
unset SUDO_UID

# Those of this test are of no account: a home is nobody's.
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME
run() {
	unshare --map-root-user --mount sh "$0" inside "$1" \
		"$builddir/tools/cac-tool/cac-tool" "$tmp" \
		>"$tmp/out" 2>"$tmp/out.err"
}
ok 'no policy: made, deleted, forgotten' run nothing_there
ok 'a policy of others is merged with, and comes back' run merged
ok 'a policy in the old form keeps its form' run flat
ok 'what others change in between stays' run changed_by_others
ok 'a damaged policy is left alone' run damaged
ok 'p11-kit for all users' run p11_kit
ok 'a dry run tells all of it' run dry_run
ok 'policies in JSON' run in_json
if command -v firefox-esr >/dev/null && [ -z "${SANITIZERS:-}" ]; then
	ok 'Firefox: a profile that is made later has it' run later_profile
fi
finish
