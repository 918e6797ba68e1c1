#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The lines of README.md that log on and look for faults, as they are written
# there, by a person who types the PIN when asked. What is put in: the host, the
# module before it is installed, the id of the card's certificate, a folder.
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/tls.sh"
. "$srcdir/tests/integration/consumers.sh"
[ -z "${SANITIZERS:-}" ] || skip 'README.md is tried with the plain build'
PATH=$PATH:/usr/sbin
need python3 python3
need openssl openssl
need curl curl
need ssh openssh-client
need sshd openssh-server
need p11tool gnutls-bin
need modutil libnss3-tools
need unshare util-linux
engine=$(openssl version -e | sed 's/.*"\(.*\)"/\1/')
[ -e "$engine/pkcs11.so" ] ||
	skip 'no engine pkcs11 (Debian: libengine-pkcs11-openssl)'
as_user=
[ "$(id -u)" -ne 0 ] || as_user='unshare --map-user=1000 --map-group=1000'
$as_user true 2>/dev/null || skip 'no name space for another user'
d=$tmp/here
mkdir -m 700 "$d" "$tmp/bin"
cd "$d" || exit
PATH=$tmp/bin:$builddir/tools/cac-tool:$PATH
unset SUDO_UID SSH_ASKPASS SSH_ASKPASS_REQUIRE

# blocks: the lines of each, in $tmp/block.FIRST-SECOND, its words
blocks() {
	awk -v to="$tmp/block." '
	/^## / { on = /Log on with your CAC|When something fails/ }
	!on || !/^    / { name = ""; next }
	name == "" { name = to $1 "-" $2; sub(/=.*/, "", name) }
	{ sub(/^    /, ""); print >name }' "$srcdir/README.md"
}
has_blocks() {
	blocks
	(cd "$tmp" && printf '%s\n' block.*) >"$tmp/blocks.err"
	printf 'block.%s\n' "$@" | cmp - "$tmp/blocks.err"
}
short() {
	for f in "$tmp"/block.*; do
		[ "$(wc -l <"$f")" -le 3 ] || return 1
	done
}

# lines BLOCK [COMMAND...]: typed at a terminal below COMMAND, up to an error
lines() {
	sed -e "s#/usr/lib/x86_64-linux-gnu/pkcs11/cac-pkcs11.so#$MODULE#" \
		-e "s#cac-tool register#& --module '$MODULE'#" \
		-e "s#/tmp/trace#$tmp/trace#" -e "s#%01#$id#" -e "s#\<host\>#localhost#" \
		"$tmp/block.$1" >"$tmp/lines"
	shift
	rc=0
	with_card "$@" python3 "$srcdir/tests/integration/typist.py" "$pin" \
		sh -e "$tmp/lines" >"$tmp/out" 2>"$tmp/asked" || rc=$?
	prompts=$(tail -n 1 "$tmp/asked")
	[ $rc -eq 0 ] || sed 's/^/    /' "$tmp/out" "$tmp/asked"
	return $rc
}
shows() {
	tr -d '\r' <"$tmp/out" | grep -q -e "$1"
}

# OpenSC's module, loaded below the preloaded library, can stop for ever.
mkdir -p "$HOME/.config/pkcs11"
echo 'user-config: only' >"$HOME/.config/pkcs11/pkcs11.conf"

# ---- cac-tool: what the browsers' own tests begin with

new_database() {
	mkdir -p "$1"
	certutil -N -d "sql:$1" --empty-password </dev/null
}
# A person who has used Firefox and Chrome
move_in() {
	chmod -R u+w "$HOME"
	rm -rf "$HOME"
	firefox=$HOME/.mozilla/firefox
	chrome=$HOME/.local/share/pki/nssdb
	new_database "$firefox/x.person"
	new_database "$chrome"
	printf '[Profile0]\nName=person\nIsRelative=1\nPath=x.person\n' \
		>"$firefox/profiles.ini"
}
in_both() {
	for database in "$firefox/x.person" "$chrome"; do
		"$@" "sql:$database" || return 1
	done
}
has_module() {
	modutil -dbdir "$1" -list </dev/null >"$tmp/modules" \
		2>"$tmp/modutil.err" &&
		grep -q "library name: $MODULE\$" "$tmp/modules"
}
trusts() {
	certutil -L -d "$1" | grep -q '^TEST DOD ROOT CA 1 .* CT*,C'
}
# shellcheck disable=SC2086
registers() {
	lines cac-tool-register $as_user && shows 'PIN: [0-9]* tries left' &&
		shows "id=$id;" && in_both has_module
}
# shellcheck disable=SC2086
p11tool_traces() {
	rm -f "$tmp/trace"
	lines export-CAC_PKCS11_TRACE $as_user && shows ";id=$id;" &&
		grep -q 'C < C_FindObjects CKR_OK' "$tmp/trace"
}
# shellcheck disable=SC2086
trust_adds() {
	cp "$(pki)/root.pem" root.pem
	openssl crl2pkcs7 -nocrl -certfile "$(pki)/root.pem" \
		-certfile "$(pki)/ca.pem" -out authorities.p7b
	lines cac-tool-trust $as_user && in_both trusts
}
unregisters() {
	$as_user cac-tool unregister >"$tmp/out" 2>&1 && ! in_both has_module
}

# ---- curl

curl_start() {
	tls_start "$1"
	printf '%s\n' "cacert = \"$tmp/tls/ca.pem\"" \
		"connect-to = localhost:443:127.0.0.1:$tls_port" >"$HOME/.curlrc"
}
curl_logs_in() {
	lines export-PKCS11_MODULE_PATH && tr -d '\r' <"$tmp/out" >"$tmp/page" &&
		tls_saw "$tmp/page" "$nn" && [ "$prompts" -eq 1 ]
}

# ---- ssh

sshd_pid=
trap 'tls_stop; [ -z "$sshd_pid" ] || kill $sshd_pid; rm -rf "$tmp"' EXIT
# A free port is found by trying.
sshd_start() {
	ssh-keygen -q -t ed25519 -N '' -f "$tmp/host"
	[ -d /run/sshd ] || [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
	port=$((20000 + $$ % 30000))
	until sshd_listens; do
		port=$((port + 131))
		[ $port -lt 60000 ] || return 1
	done
	sshd_pid=$(cat "$tmp/sshd.pid")
	cat >"$tmp/ssh_config" <<-END
		Host localhost
		HostName 127.0.0.1
		Port $port
		UserKnownHostsFile /dev/null
		StrictHostKeyChecking no
		LogLevel ERROR
	END
}
sshd_listens() {
	cat >"$tmp/sshd_config" <<-END
		ListenAddress 127.0.0.1
		Port $port
		HostKey $tmp/host
		PidFile $tmp/sshd.pid
		AuthorizedKeysFile $d/authorized_keys
		StrictModes no
		UsePAM no
		AuthenticationMethods publickey
		PermitRootLogin yes
		ForceCommand echo you are in
		LogLevel VERBOSE
	END
	: >"$tmp/sshd.log"
	"$(command -v sshd)" -f "$tmp/sshd_config" -E "$tmp/sshd.log" || return 1
	until_true grep -Eq 'listening on|Cannot bind' "$tmp/sshd.log"
	! grep -q 'Cannot bind' "$tmp/sshd.log" &&
		until_true test -s "$tmp/sshd.pid"
}
# ssh takes the home from the system's list of users: this one does not.
printf '#!/bin/sh\nexec %s -F "%s" "$@"\n' "$(command -v ssh)" \
	"$tmp/ssh_config" >"$tmp/bin/ssh"
chmod +x "$tmp/bin/ssh"
# The installed one is set-group-ID and would not see the emulated reader.
cp "$(command -v ssh-agent)" "$tmp/bin/ssh-agent"

# The card's first key is the one that the server takes.
ssh_logs_in() {
	rm -f authorized_keys
	echo 'ssh localhost' >>"$tmp/block.ssh-keygen--D"
	lines ssh-keygen--D ssh-agent -P "$(dirname "$MODULE")/*"
	sed -i '$d' "$tmp/block.ssh-keygen--D"
	[ "$rc" -eq 0 ] && [ "$prompts" -eq 2 ] &&
		[ "$(wc -l <authorized_keys)" -ge 3 ] &&
		[ "$(tr -d '\r' <"$tmp/out" | grep -cx 'you are in')" -eq 2 ]
}

ok 'each of the lines is known here' \
	has_blocks cac-tool-register cac-tool-trust export-CAC_PKCS11_TRACE \
	export-PKCS11_MODULE_PATH ssh-keygen--D
ok 'no program needs more than three lines' short
tls_keys
sshd_start
while read -r profile nn id halves <&3; do
	use_card "$profile"
	move_in
	entry README 'cac-tool register, list' 0 registers
	entry README 'p11tool, with a trace' 0 p11tool_traces
	entry README 'cac-tool trust add' 0 trust_adds
	ok "README, $card: cac-tool unregister" unregisters
	for version in 1.2 1.3; do
		curl_start $version
		entry README "curl, TLS $version" 1 curl_logs_in
		tls_stop
	done
	entry README 'ssh-keygen -D, ssh -I, ssh-add' "$halves" ssh_logs_in
done 3<<END
cac-v2 00 %00%01 2
dual-gemalto-gx4 03 %01 2-3
piv-only-sce7 00 %01 2
piv-ecc 00 %01 2
END
finish
