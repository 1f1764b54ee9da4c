# SPDX-License-Identifier: BSD-2-Clause
"""policy.py - a timeout policy by nfct, given to connections by iptables."""
import os
import re
import shutil
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'netlink'))
from engine import ENV, Engine     # noqa: E402

CAPTURE = os.path.join(ROOT, 'examples', 'lan.pcap')


def lacks():
    for name in ('nfct', 'iptables-nft', 'conntrack'):
        if not shutil.which(name, path=ENV['PATH']):
            return f'no {name}'
    return ''


def refused(engine, *argv):
    done = engine.run(*argv)
    assert done.returncode != 0, argv
    return done.stderr


def done(engine, *argv):
    result = engine.run(*argv)
    assert result.returncode == 0, result.stderr
    return result.stdout


RULE = ('PREROUTING', '-p', 'tcp', '-j', 'CT', '--timeout', 'quick')


def syn_sent(engine):
    """The seconds that connections have which nobody answered."""
    listed = done(engine, 'conntrack', '-L', '-p', 'tcp', '--state',
                  'SYN_SENT')
    return [int(s) for s in re.findall(r'tcp +6 (\d+) SYN_SENT', listed)]


def policy(clew):
    """A timeout policy, given by iptables, counts and is held"""
    with Engine(clew, '--feed', '-', '--speed', 'max', feed=True) as engine:
        done(engine, 'nfct', 'add', 'timeout', 'quick', 'inet', 'tcp',
             'syn_sent', '77')
        done(engine, 'iptables-nft', '-t', 'raw', '-A', *RULE)
        assert 'No such file' in refused(
            engine, 'iptables-nft', '-t', 'raw', '-A', *RULE[:-1], 'none')
        assert 'Invalid argument' in refused(
            engine, 'iptables-nft', '-t', 'raw', '-A', 'PREROUTING', '-p',
            'udp', *RULE[3:])
        assert 'busy' in refused(engine, 'nfct', 'delete', 'timeout', 'quick')
        done(engine, 'nfct', 'flush', 'timeout')
        assert '.quick' in done(engine, 'nfct', 'list', 'timeout')
        with open(CAPTURE, 'rb') as file:
            engine.process.stdin.buffer.write(file.read())
        engine.process.stdin.close()
        engine.process.stdin = None
        end = time.monotonic() + 10
        while not syn_sent(engine) and time.monotonic() < end:
            time.sleep(0.05)
        left = syn_sent(engine)
        assert left and all(60 < s <= 77 for s in left), left
        done(engine, 'iptables-nft', '-t', 'raw', '-D', *RULE)
        done(engine, 'nfct', 'delete', 'timeout', 'quick')
        assert syn_sent(engine), 'they went with the policy'


TESTS = [policy]
