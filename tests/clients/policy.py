# SPDX-License-Identifier: BSD-2-Clause
"""policy.py - what nfct makes, given to connections by iptables: a timeout
policy, a helper of user space."""
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


def after_traffic(engine, look):
    """What 'look' finds once the capture has passed."""
    with open(CAPTURE, 'rb') as file:
        engine.process.stdin.buffer.write(file.read())
    engine.process.stdin.close()
    engine.process.stdin = None
    end = time.monotonic() + 10
    while not look(engine) and time.monotonic() < end:
        time.sleep(0.05)
    return look(engine)


def helped(engine):
    """The connections that have the helper."""
    listed = done(engine, 'conntrack', '-L', '-p', 'udp')
    return [line for line in listed.splitlines() if 'helper=rpc' in line]


def helper(clew):
    """A helper of user space, given by iptables, is borne and held"""
    rule = ('PREROUTING', '-p', 'udp', '--dport', '53', '-j', 'CT',
            '--helper', 'rpc')
    with Engine(clew, '--feed', '-', '--speed', 'max', feed=True) as engine:
        assert refused(engine, 'iptables-nft', '-t', 'raw', '-A', *rule)
        done(engine, 'nfct', 'add', 'helper', 'rpc', 'inet', 'udp')
        done(engine, 'iptables-nft', '-t', 'raw', '-A', *rule)
        assert 'busy' in refused(engine, 'nfct', 'delete', 'helper', 'rpc')
        found = after_traffic(engine, helped)
        assert found and all('dport=53' in line for line in found), found
        assert 'busy' in refused(engine, 'nfct', 'flush', 'helper')
        done(engine, 'iptables-nft', '-t', 'raw', '-D', *rule)
        assert helped(engine)
        done(engine, 'nfct', 'delete', 'helper', 'rpc')
        assert not helped(engine)


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
        left = after_traffic(engine, syn_sent)
        assert left and all(60 < s <= 77 for s in left), left
        done(engine, 'iptables-nft', '-t', 'raw', '-D', *RULE)
        done(engine, 'nfct', 'delete', 'timeout', 'quick')
        assert syn_sent(engine), 'they went with the policy'


TESTS = [policy, helper]
