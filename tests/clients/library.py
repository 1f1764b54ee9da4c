# SPDX-License-Identifier: BSD-2-Clause
"""library.py - libnfct.c, a client by libnetfilter_conntrack, on an engine.

It prints what it is answered; Linux, in a namespace of its own, and an engine
must make it print the same."""
import difflib
import os
import platform
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'netlink'))
from engine import ENV, TIMEOUT, Engine     # noqa: E402

PROGRAM = None
# The kernel's own choice, or the clock's.
VARIES = ((re.compile(r'\bid=[0-9]+'), 'id=N'),
          (re.compile(r'<id>[0-9]+'), '<id>N'),
          (re.compile(r'\buse=[0-9]+'), 'use=N'),
          (re.compile(r'<use>[0-9]+'), '<use>N'))
SETTINGS = ('acct', 'events')
PARTS = ('create', 'change', 'dump', 'events', 'filter', 'expect', 'stress')


def lacks():
    return '' if PROGRAM and os.path.exists(PROGRAM) else \
        'no libnetfilter_conntrack'


def plain(text):
    for pattern, instead in VARIES:
        text = pattern.sub(instead, text)
    return text


def by_linux(part):
    """=> None: there is no Linux to be asked."""
    if os.geteuid() or not platform.release().startswith('6.18'):
        return None
    settings = '; '.join('echo 1 > /proc/sys/net/netfilter/nf_conntrack_' + s
                         for s in SETTINGS)
    done = subprocess.run(['unshare', '-n', 'sh', '-c',
                           f'{settings}; exec "$0" "$1"', PROGRAM, part],
                          env=ENV, capture_output=True, text=True,
                          timeout=TIMEOUT, check=False)
    return done.stdout + done.stderr


def test(part):
    def run(clew):
        options = [word for s in SETTINGS
                   for word in ('--set', f'nf_conntrack_{s}=1')]
        with Engine(clew, *options) as engine:
            done = engine.run(PROGRAM, part)
        got = plain(done.stdout + done.stderr)
        assert done.returncode == 0, got
        expected = by_linux(part)
        if expected is None:
            return
        if plain(expected) != got:
            raise AssertionError('\n'.join(list(difflib.unified_diff(
                plain(expected).splitlines(), got.splitlines(), 'Linux',
                'engine', lineterm=''))[:60]))
    run.__doc__ = f'libnetfilter_conntrack: {part}'
    return run


TESTS = [test(part) for part in PARTS]
