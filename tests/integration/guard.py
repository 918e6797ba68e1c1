# SPDX-License-Identifier: BSD-2-Clause
"""guard.py SECONDS COMMAND [ARGUMENT]...

Run a command for so many seconds at the most. What it started and left behind
comes to this process, is told, ended, and makes it fail: exit status 1. The
command finds this process's id in $GUARD.
"""
import ctypes
import os
import signal
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
LEAVE_SECONDS = 20


def status(pid):
    """Parent and state of a process; None if it has gone."""
    try:
        with open(f'/proc/{pid}/status', encoding='latin-1') as file:
            fields = dict(line.partition(':\t')[::2] for line in file)
    except OSError:
        return None
    return int(fields['PPid']), fields['State'][0]


def descendants():
    found = {pid: status(pid) for pid in os.listdir('/proc') if pid.isdigit()}
    family = {os.getpid()}
    grown = True
    while grown:
        more = {int(pid) for pid, s in found.items() if s and s[0] in family}
        grown = not more <= family
        family |= more
    family.remove(os.getpid())
    return [pid for pid in family if found[str(pid)][1] != 'Z']


def reap():
    """Take the exit status of those that have ended, by process id."""
    ended = {}
    while True:
        try:
            pid, how = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended[pid] = os.waitstatus_to_exitcode(how)


def until_ended(pid, seconds):
    """Its exit status, or None."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended = reap()
        if pid in ended:
            return ended[pid]
        time.sleep(0.05)
    return None


def until_none(seconds):
    end = time.monotonic() + seconds
    while True:
        reap()
        left = descendants()
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.05)


def tell(pid):
    try:
        with open(f'/proc/{pid}/cmdline', 'rb') as file:
            words = file.read().replace(b'\0', b' ').decode(errors='replace')
    except OSError:
        return
    print(f'guard: left behind: {pid} {words[:200]}', flush=True)


def kill(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def main():
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    seconds = float(sys.argv[1])
    os.environ['GUARD'] = str(os.getpid())
    command = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)

    def forward(number, _):
        kill(command, number)

    signal.signal(signal.SIGTERM, forward)
    signal.signal(signal.SIGHUP, forward)
    # A terminal has sent it to the command already.
    signal.signal(signal.SIGINT, lambda *_: None)
    result = until_ended(command, seconds)
    if result is None:
        print(f'guard: not finished after {seconds:.0f} s', flush=True)
        # Killed, a shell does not clean up: it has some time to do so.
        kill(command, signal.SIGTERM)
        until_ended(command, LEAVE_SECONDS)
        result = 1
    left = until_none(LEAVE_SECONDS)
    for pid in left:
        tell(pid)
    result = result or (1 if left else 0)
    number = signal.SIGTERM
    while left:
        for pid in left:
            kill(pid, number)
        left = until_none(5)
        number = signal.SIGKILL
    return result if result >= 0 else 128 - result


sys.exit(main())
