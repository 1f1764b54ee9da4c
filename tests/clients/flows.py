# SPDX-License-Identifier: BSD-2-Clause
"""flows.py - Debian's ulogd writes of an engine's connections what ours says.

Its input NFCT in its three ways of working: it keeps a table of its own by
events, it writes each event, it polls."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'netlink'))
from engine import ENV, TIMEOUT, Engine     # noqa: E402

CAPTURE = os.path.join(ROOT, 'examples', 'lan.pcap')
PLUGINS = '/usr/lib/x86_64-linux-gnu/ulogd'
PATIENCE = 10
CONFIG = """
[global]
logfile="{folder}/log"
loglevel=5
plugin="{plugins}/ulogd_inpflow_NFCT.so"
plugin="{plugins}/ulogd_filter_IP2STR.so"
plugin="{plugins}/ulogd_filter_PRINTFLOW.so"
plugin="{plugins}/ulogd_output_LOGEMU.so"
stack=ct1:NFCT,ip2str1:IP2STR,print1:PRINTFLOW,emu1:LOGEMU
[ct1]
{options}
[emu1]
file="{folder}/flows"
sync=1
"""
WAYS = {
    'its own table': 'hash_enable=1',
    'events': 'hash_enable=0\nevent_mask=7',
    'polling': 'pollinterval=1',
}
# ICMP's type and code it takes for one another, and the answer's for the
# question's; ICMPv6 it does not know.
PROTOCOLS = {'tcp': 'TCP SPT={sport} DPT={dport}',
             'udp': 'UDP SPT={sport} DPT={dport}',
             'icmp': 'ICMP TYPE={code} CODE={type}', 'icmpv6': '58'}


def lacks():
    return '' if shutil.which('ulogd', path=ENV['PATH']) else 'no ulogd'


def printed(line):
    """A line of ours in the words of ulogd's PRINTFLOW."""
    protocol = re.search(r'\b(tcp|udp|icmpv6|icmp)\b', line).group(1)
    event = re.match(r' *\[(\w+)\]', line).group(1)
    values = re.findall(r'(\w+)=(\S+)', line)
    sides, kind = [], None
    for side in ('ORIG: ', 'REPLY: '):
        part = {}
        while values and values[0][0] not in part:
            key, value = values.pop(0)
            part[key] = value
            if key in ('bytes', 'dport', 'id') and \
                    (not values or values[0][0] != 'packets'):
                break
        part = {**{'packets': '0', 'bytes': '0'}, **part}
        kind = kind or {k: part.get(k) for k in ('type', 'code')}
        part.update(kind)
        sides.append((side + 'SRC={src} DST={dst} PROTO=' +
                      PROTOCOLS[protocol] +
                      ' PKTS={packets} BYTES={bytes} ').format(**part))
    return f'[{event}] ' + ', '.join(sides)


def written(folder):
    """What there is in its file, without the time and the host's name."""
    with open(os.path.join(folder, 'flows'), encoding='utf-8') as file:
        return [line.split(' ', 4)[4].rstrip('\n') if line[4] != ' '
                else line.split(None, 4)[4].rstrip('\n') for line in file]


def until(what, condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f'{what} did not happen')
        time.sleep(0.05)


def has_begun(folder):
    """Has ulogd begun?"""
    try:
        with open(f'{folder}/log', encoding='utf-8') as file:
            return re.search('NFCT (plugin|working)', file.read())
    except FileNotFoundError:
        return False


def watch(clew, folder, way):
    with Engine(clew, '--feed', '-', '--speed', 'max',
                '--set', 'nf_conntrack_acct=1', feed=True) as engine:
        config = os.path.join(folder, 'conf')
        with open(config, 'w', encoding='utf-8') as file:
            file.write(CONFIG.format(folder=folder, plugins=PLUGINS,
                                     options=WAYS[way]))
        ulogd = engine.start('ulogd', '-c', config)
        ours = subprocess.Popen(
            [clew, 'conntrack', '--engine', engine.socket, '-E'], env=ENV,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            until('the start', lambda: has_begun(folder))
            time.sleep(0.5)
            with open(CAPTURE, 'rb') as file:
                engine.process.stdin.buffer.write(file.read())
            engine.process.stdin.close()
            engine.process.stdin = None
            until('the traffic', lambda: engine.run(
                'conntrack', '-C').stdout.strip() not in ('', '0'))
            time.sleep(1.5 if way == 'polling' else 0.3)
            listed = engine.run('conntrack', '-L').stdout.splitlines()
            engine.run('conntrack', '-F')
            time.sleep(1.5 if way == 'polling' else 0.3)
        finally:
            for process in (ulogd, ours):
                process.send_signal(signal.SIGINT if process is ours
                                    else signal.SIGTERM)
            said = ours.communicate(timeout=TIMEOUT)[0]
            ulogd.communicate(timeout=TIMEOUT)
    events = [printed(line) for line in said.splitlines()]
    if way == 'polling':    # it sees what is there when it looks
        return [printed('[DESTROY] ' + line) for line in listed]
    # Of changes it says nothing.
    kinds = ('[NEW]', '[DESTROY]') if way == 'events' else '[DESTROY]'
    return [e for e in events if e.startswith(kinds)]


def test(way):
    def run(clew):
        with tempfile.TemporaryDirectory(prefix='clew-test-') as folder:
            expected = watch(clew, folder, way)
            got = written(folder)
            if not expected:
                raise AssertionError('nothing happened')
            for a, b in ((got, expected), (expected, got)):
                more = [line for line in a if a.count(line) > b.count(line)]
                if more:
                    who = 'ulogd' if a is got else 'ours'
                    raise AssertionError(f'{who} alone says: {more}')
    run.__doc__ = f'ulogd, {way}'
    return run


TESTS = [test(way) for way in WAYS]
