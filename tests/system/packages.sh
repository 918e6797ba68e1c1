#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The Debian packages that check.sh needs, one in a line: of the machine that
# QEMU is, and of what runs in it.
cat <<END
qemu-system-x86
busybox-static
cpio
kmod
udev
usbip
acl
curl
gnutls-bin
libccid
libengine-pkcs11-openssl
opensc
opensc-pkcs11
openssh-client
openssh-server
openssl
pcscd
scdaemon
systemd
END
