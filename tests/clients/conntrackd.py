# SPDX-License-Identifier: BSD-2-Clause
"""conntrackd.py - two engines kept alike by Debian's conntrackd, unmodified.

Each daemon takes its engine for the kernel, and they speak to one another
over the loopback interface: what passes through the first engine is in the
second daemon's external cache, and after 'conntrackd -c' in the second
engine."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'netlink'))
from engine import ENV, TIMEOUT, Engine     # noqa: E402

CAPTURE = os.path.join(ROOT, 'examples', 'lan.pcap')
PATIENCE = 10       # seconds that something may take to arrive

# Nothing ends by itself meanwhile.
SETTINGS = [word for name in ('tcp_timeout_close', 'tcp_timeout_time_wait',
                              'udp_timeout', 'icmp_timeout',
                              'icmpv6_timeout')
            for word in ('--set', f'nf_conntrack_{name}=1000')]

MODES = {
    'FTFW': 'ResendQueueSize 131072\nPurgeTimeout 60\nACKWindowSize 300\n',
    'NOTRACK': 'PurgeTimeout 60\n',
    'ALARM': 'RefreshTime 1\nCacheTimeout 60\nPurgeTimeout 60\n',
}

CONFIG = """
Sync {{
    Mode {mode} {{
        {options}
    }}
    UDP {{
        IPv4_address 127.77.0.{own}
        IPv4_Destination_Address 127.77.0.{other}
        Port {port}
        Interface lo
        Checksum on
    }}
}}
General {{
    HashSize 1024
    HashLimit 8192
    LogFile {folder}/{own}.log
    LockFile {folder}/{own}.lock
    UNIX {{
        Path {folder}/{own}.ctl
    }}
    NetlinkBufferSize 2097152
    NetlinkBufferSizeMaxGrowth 8388608
    {more}
}}
"""


def lacks():
    return '' if shutil.which('conntrackd', path=ENV['PATH']) else 'no conntrackd'


class Daemon:
    """A conntrackd on an engine."""

    def __init__(self, folder, own, engine, mode, more=''):
        self.engine = engine
        self.log = os.path.join(folder, f'{own}.log')
        self.config = os.path.join(folder, f'{own}.conf')
        with open(self.config, 'w', encoding='utf-8') as file:
            file.write(CONFIG.format(
                mode=mode, options=MODES[mode], own=own, other=3 - own,
                folder=folder, more=more, port=20000 + os.getpid() % 20000))
        self.process = engine.start('conntrackd', '-C', self.config,
                                    stdin=subprocess.DEVNULL)

    def ask(self, *words):
        done = subprocess.run(['conntrackd', '-C', self.config, *words],
                              env=ENV, capture_output=True, text=True,
                              timeout=TIMEOUT, check=False)
        return done.stdout if done.returncode == 0 else None

    def is_up(self):
        return self.process.poll() is None and self.ask('-s') is not None

    def cache(self, which):
        """What is in the cache '-i' or '-e', without ages, replies (the
        external one shows only those that differ) and marks of 0 (which events
        do not mention)."""
        return sorted(forward(re.sub(r'\[(active since|expires in).*|mark=0 ',
                                     '', line))
                      for line in (self.ask(which) or '').splitlines())

    def table(self):
        """The engine's own table; what is synchronised of it."""
        listed = self.engine.run('conntrack', '-L').stdout.splitlines()
        return sorted(re.sub(r'^(\w+ +\d+) \d+', r'\1', line)
                      .replace(' use=1', '') for line in listed)

    def said(self):
        with open(self.log, encoding='utf-8') as file:
            return file.read()

    def end(self):
        if self.process.poll() is None:
            self.ask('-k')
        try:
            self.process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()


def forward(line):
    """Its original direction, and its state and flags."""
    words = line.split()
    seen, kept = set(), []
    for word in words:
        key = word.split('=')[0] if '=' in word else None
        if key in seen:
            continue
        if key:
            seen.add(key)
        kept.append(word)
    return ' '.join(kept)


def until(what, condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f'{what} did not happen')
        time.sleep(0.05)


def equal(what, a, b):
    if a != b:
        raise AssertionError(f'{what}: {a}\n differs from {b}')


def feed(engine):
    with open(CAPTURE, 'rb') as file:
        engine.process.stdin.buffer.write(file.read())
    engine.process.stdin.close()
    engine.process.stdin = None


def synchronise(clew, folder, mode):
    with Engine(clew, '--feed', '-', '--speed', 'max', *SETTINGS,
                feed=True) as one, Engine(clew, *SETTINGS) as other:
        daemons = [Daemon(folder, 1, one, mode),
                   Daemon(folder, 2, other, mode)]
        try:
            first, second = daemons
            until('the start', lambda: first.is_up() and second.is_up())
            feed(one)
            count = sum(1 for line in subprocess.run(
                [clew, 'replay', '--table', *SETTINGS, CAPTURE], env=ENV, text=True,
                capture_output=True, check=True).stdout.splitlines())
            until('the traffic', lambda: len(first.table()) == count)
            until('the internal cache', lambda:
                  len(first.cache('-i')) == count)
            until('the external cache', lambda:
                  first.cache('-i') == second.cache('-e'))
            equal('what the second knows of itself', second.cache('-i'), [])
            resynchronise(first, second)
            delete(first, second)
            commit(first, second)
            for daemon in daemons:
                equal('lost messages', re.findall(
                    r'(\d+) (?:Malformed|Lost) msgs|failed: +(\d+)',
                    daemon.ask('-s')).count(('0', '0')), 0)
                if re.search('ERROR|warning', daemon.said()):
                    raise AssertionError(daemon.said())
        finally:
            for daemon in daemons:
                daemon.end()
        equal('how they ended', [d.process.returncode for d in daemons],
              [0, 0])


def commit(first, second):
    """The second takes over."""
    count = len(first.table())
    second.ask('-c')
    until('the commit', lambda: 'commit has taken' in second.said())
    if f'Committed {count} new entries' not in second.said():
        raise AssertionError(second.said())
    equal('the tables', first.table(), second.table())
    until('the second\'s internal cache', lambda:
          len(second.cache('-i')) == count)


def resynchronise(first, second):
    """Caches that were emptied are filled again."""
    second.ask('-f', 'external')
    until('emptying', lambda: second.cache('-e') == [])
    second.ask('-n')        # asks the other for everything
    until('the resynchronisation', lambda:
          first.cache('-i') == second.cache('-e'))
    first.ask('-f', 'internal')
    until('emptying', lambda: first.cache('-i') == [])
    first.ask('-R')         # reads its engine's table anew
    until('reading the table', lambda:
          first.cache('-i') == second.cache('-e'))
    first.ask('-B')


def delete(first, second):
    """What ends in the first leaves the second's cache.  (After a commit,
    1.4.7 takes no further orders about its external cache.)"""
    done = first.engine.run('conntrack', '-D', '-p', 'udp')
    gone = len(done.stdout.splitlines())
    if not gone:
        raise AssertionError('there is nothing to delete')
    left = [line for line in second.cache('-e')
            if not line.startswith('udp')]
    until('the deletion', lambda: second.cache('-e') == left)


FILTER = """
    Filter From Kernelspace {
        Protocol Accept { UDP }
        Address Ignore { IPv4_address 192.168.1.20 }
    }
"""


def filtered(clew):
    """conntrackd, a filter that its socket has"""
    with tempfile.TemporaryDirectory(prefix='clew-test-') as folder, \
            Engine(clew, '--feed', '-', '--speed', 'max', *SETTINGS,
                   feed=True) as engine:
        daemon = Daemon(folder, 1, engine, 'NOTRACK', FILTER)
        try:
            until('the start', daemon.is_up)
            feed(engine)
            until('the traffic', lambda: daemon.cache('-i'))
            time.sleep(0.5)
            wanted = [forward(line.replace(' mark=0', ''))
                      for line in daemon.table() if line.startswith('udp')
                      and '192.168.1.20' not in line]
            equal('what passes', daemon.cache('-i'), sorted(wanted))
            if re.search('ERROR|warning', daemon.said()):
                raise AssertionError(daemon.said())
        finally:
            daemon.end()


def test(mode):
    def run(clew):
        with tempfile.TemporaryDirectory(prefix='clew-test-') as folder:
            synchronise(clew, folder, mode)
    run.__doc__ = f'conntrackd, mode {mode}'
    return run


TESTS = [*(test(mode) for mode in MODES), filtered]
