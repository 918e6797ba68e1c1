# SPDX-License-Identifier: BSD-2-Clause
"""typist.py PIN COMMAND [ARGUMENT]...: a person at a terminal.

Run a command on a terminal of its own, and type the PIN when asked for it.
Print what the terminal showed; then, on standard error, how often it asked.
"""
import os
import pty
import re
import select
import sys

SILENCE_SECONDS = 60
ASKED = re.compile(rb'(PIN|passphrase for PKCS#11)[^\n]*: ?$')


def main():
    pin, *command = sys.argv[1:]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    shown, asked = b'', 0
    while select.select([terminal], [], [], SILENCE_SECONDS)[0]:
        try:
            more = os.read(terminal, 4096)
        except OSError:  # EIO: nobody has the terminal open any more
            break
        shown += more
        if ASKED.search(shown):
            os.write(terminal, pin.encode() + b'\n')
            sys.stdout.buffer.write(shown)
            shown, asked = b'', asked + 1
    else:
        os.close(terminal)
    sys.stdout.buffer.write(shown)
    print(asked, file=sys.stderr)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


sys.exit(main())
