#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The way of a Flatpak: in a sandbox as flatpak(1) makes them, without the module
# and without USB, through what `cac-tool register` prints.
. "${srcdir:?}/tests/integration/lib.sh"
. "$srcdir/tests/integration/consumers.sh"
[ -z "${SANITIZERS:-}" ] || skip 'p11-kit is tried with the plain build'
need bwrap bubblewrap
need p11-kit p11-kit
need p11tool gnutls-bin
need pkcs11-tool opensc
need certutil libnss3-tools
need openssl openssl
tool=$builddir/tools/cac-tool/cac-tool
app=org.mozilla.firefox
XDG_RUNTIME_DIR=$tmp/run
export XDG_RUNTIME_DIR
database=$HOME/.var/app/$app/.mozilla/firefox/p
mkdir -p "$XDG_RUNTIME_DIR" "$database" "$tmp/bin" "$tmp/work"
printf '[Profile0]\nName=p\nIsRelative=1\nPath=p\n' \
	>"${database%/p}/profiles.ini"
certutil -N -d "sql:$database" --empty-password </dev/null
printf 'some words' >"$tmp/work/text"
printf '%s\n' "$pin" >"$tmp/work/pin"

# sandbox COMMAND...: the host's /usr stands for the runtime
sandbox() {
	# shellcheck disable=SC2046,SC2086
	bwrap --unshare-all --die-with-parent --new-session --clearenv \
		--setenv PATH /usr/bin:/bin --setenv LC_ALL C.UTF-8 \
		--setenv HOME "$HOME" --setenv XDG_RUNTIME_DIR "$XDG_RUNTIME_DIR" \
		--ro-bind /usr /usr --ro-bind /etc/ld.so.cache /etc/ld.so.cache \
		$(for link in /bin /lib /lib64 /sbin; do
			[ ! -L $link ] ||
				echo --symlink "$(readlink $link)" $link
		done) --proc /proc --dev /dev --tmpfs /tmp \
		--dir "$HOME" --dir "$XDG_RUNTIME_DIR" \
		--bind "$HOME/.var/app/$app" "$HOME/.var/app/$app" \
		--bind "$tmp/work" "$tmp/work" --chdir "$tmp/work" \
		${granted:-} "$@"
}
granted=
sandbox true 2>/dev/null || skip 'bwrap may not make a sandbox here'
sandbox test -e "$MODULE" 2>/dev/null && skip 'the module is below /usr'

# What is printed: the unit, and the commands under it
printed() {
	"$tool" register --module "$MODULE" --browser firefox --dry-run \
		>"$tmp/out" 2>"$tmp/out.err" || :
	sed -n '/^\[Unit\]$/,/^WantedBy=/p' "$tmp/out" >"$tmp/cac.service"
	sed -n '/^  systemctl/,$p' "$tmp/out" >"$tmp/commands"
	grep -q "In a Flatpak" "$tmp/out" && [ -s "$tmp/cac.service" ]
}
# A unit that systemd takes, whatever it thinks of the system's other ones
unit() {
	systemd-analyze --user verify "$tmp/cac.service" >"$tmp/verify" 2>&1 ||
		:
	not grep cac.service "$tmp/verify"
}
# The commands themselves, with stand-ins for those that need a desktop
cat >"$tmp/bin/systemctl" <<'END'
#!/bin/sh
echo "$*" >>"$SAID/systemctl"
mkdir "$XDG_RUNTIME_DIR/cac-pkcs11"
END
cat >"$tmp/bin/flatpak" <<'END'
#!/bin/sh
for argument; do
	case $argument in
	--filesystem=xdg-run/*)
		folder=$XDG_RUNTIME_DIR/${argument#--filesystem=xdg-run/}
		echo "--ro-bind $folder $folder" ;;
	--env=*=*)
		variable=${argument#--env=}
		echo "--setenv ${variable%%=*} ${variable#*=}" ;;
	esac
done >"$SAID/granted"
echo "$*" >"$SAID/flatpak"
END
cat >"$tmp/bin/cac-tool" <<'END'
#!/bin/sh
exec "$TOOL" "$@"
END
chmod +x "$tmp/bin/"*
commands() {
	SAID=$tmp TOOL=$tool PATH=$tmp/bin:$PATH sh -e "$tmp/commands" \
		>"$tmp/out" 2>"$tmp/out.err"
}
granted_to() {
	grep -q "^override --user .* $app\$" "$tmp/flatpak" &&
		grep -q 'enable --now cac-p11-kit-server' "$tmp/systemctl"
}
registered() {
	grep -qx 'library=/usr/lib/.*/p11-kit-client.so' "$database/pkcs11.txt"
}

# As systemd starts the unit: its folder, %t and %%
begin() {
	rm -f "$tmp/hold" "$tmp/report"
	mkfifo "$tmp/hold"
	start=$(sed -n '/^ExecStart=/,/[^\\]$/p' "$tmp/cac.service" |
		sed "s/^ExecStart=//; s/\\\\\$//
			s#%t#$XDG_RUNTIME_DIR#; s/%%/%/g" | tr '\n' ' ')
	# shellcheck disable=SC2016
	emulate --report "$tmp/report" -- sh -c '
		$1 &
		server=$!
		read -r _ <"$2"
		kill $server
		wait $server' serve "$start" "$tmp/hold" >"$tmp/server" 2>&1 &
	emulator=$!
	until_true listening
}
listening() {
	listens "$XDG_RUNTIME_DIR/cac-pkcs11/socket" ||
		not kill -0 $emulator 2>/dev/null
}
end() {
	echo >"$tmp/hold"
	wait $emulator || :
}

ok 'the way is printed' printed
if command -v systemd-analyze >/dev/null; then
	ok 'systemd takes the unit' unit
fi
ok 'the commands run as printed' commands
ok 'the commands are for this Flatpak' granted_to
ok 'its browser has the client' registered
client=$(sed -n 's,^library=\(/usr/lib/.*\),\1,p' "$database/pkcs11.txt")
granted=$(cat "$tmp/granted")
[ -e "$client" ] || skip 'no p11-kit-client.so (Debian: p11-kit-modules)'
ok 'no USB in the sandbox' sandbox test ! -e /dev/bus
ok 'no module in the sandbox' sandbox test ! -e "$MODULE"

uris() {
	sed -n 's/.*URL: //p' "$1" | sort
}
# The same names as outside of it
lists() {
	sandbox p11tool --provider "$client" --list-all-certs pkcs11: \
		>"$tmp/inside" 2>"$tmp/inside.err" || return 1
	uris "$tmp/inside" >"$tmp/ours"
	[ -s "$tmp/ours" ] && cmp "$tmp/ours" "$tmp/theirs"
}
nss_lists() {
	sandbox certutil -L -d "sql:$database" -h all >"$tmp/nss" \
		2>"$tmp/nss.err" </dev/null
	[ "$(grep -c ' u,u,u *$' "$tmp/nss")" -eq "$(wc -l <"$tmp/theirs")" ]
}
nss_keys() {
	sandbox certutil -K -d "sql:$database" -h all -f pin >"$tmp/nss" \
		2>"$tmp/nss.err" </dev/null
	grep -q '^< *0>' "$tmp/nss"
}
signs() {
	sandbox p11tool --batch --provider "$client" --login --set-pin "$pin" \
		--test-sign "pkcs11:id=%00%01;type=private" \
		>"$tmp/signed" 2>"$tmp/signed.err" &&
		grep -q 'public key in the token... ok' "$tmp/signed.err"
}
# The certificate is one of those that were made, and OpenSSL is the judge. What
# p11-kit passes on of ECDSA does not hash.
openssl dgst -sha256 -binary "$tmp/work/text" >"$tmp/work/digest"
signature() {
	rm -f "$tmp/work/sig"
	with='-m SHA256-RSA-PKCS -i text'
	[ "$card" != piv-ecc ] ||
		with='-m ECDSA --signature-format openssl -i digest'
	# shellcheck disable=SC2086
	sandbox pkcs11-tool --module "$client" --login --pin "$pin" --id "$1" \
		-s $with -o sig >"$tmp/signed" 2>"$tmp/signed.err" &&
		sandbox pkcs11-tool --module "$client" --id "$1" -y cert -r \
			-o cert >"$tmp/signed" 2>"$tmp/signed.err" || return 1
	sha256sum "$(pki)"/*.der |
		grep -q "$(sha256sum <"$tmp/work/cert" | cut -c1-64)" || return 1
	openssl x509 -inform DER -in "$tmp/work/cert" -pubkey -noout \
		>"$tmp/public.pem"
	openssl dgst -sha256 -verify "$tmp/public.pem" \
		-signature "$tmp/work/sig" "$tmp/work/text" >"$tmp/verified"
}
wrong() {
	not sandbox pkcs11-tool --module "$client" --login \
		--pin "$wrong_pin" -O >"$tmp/signed" 2>"$tmp/signed.err" &&
		grep -q CKR_PIN_INCORRECT "$tmp/signed.err"
}
# try CARD ID
try() {
	card=$1
	had=$failed
	began=$(now)
	ok "$card: outside" list
	uris "$tmp/list" >"$tmp/theirs"
	begin
	ok "$card: every certificate in the sandbox" lists
	ok "$card: and by NSS" nss_lists
	ok "$card: a signature" signature "$2"
	ok "$card: NSS logs in and sees the keys" nss_keys
	end
	took=$(($(now) - began)) prompts=- result=pass
	[ "$failed" -eq "$had" ] || result=fail
	row 'in a sandbox' 'lists, signs, logs in' $result
}
try cac-v2 0001
try dual-gemalto-gx4 01
try piv-only-sce7 01
try piv-ecc 01

card=cac-v2
begin
ok 'p11tool signs' signs
ok 'a wrong PIN is a wrong PIN' wrong
end
ok 'without the server: nothing, and no crash' \
	not sandbox p11tool --provider "$client" --list-all-certs pkcs11:
ok 'without the server: NSS opens its database' \
	sandbox certutil -L -d "sql:$database"
ok 'undone' "$tool" unregister
ok 'undone: the browser is without the client' not registered
finish
