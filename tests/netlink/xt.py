#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""xt.py - iptables' extensions by hand: their structures, valid and not.

Structures are what iptables writes for the rules of tests/xt/cases (those of
xt.seeds, which '--collect' makes anew: root, in an empty namespace).  Of each,
every byte gets every value that is likely to matter, and every length is
tried; what is answered is printed in short."""
import errno
import os
import struct
import subprocess
import sys

import cases
from cases import (ACK, CREATE, DUMP, REQUEST, attr, begin, end, message, nest,
                   nfgen)

HERE = os.path.dirname(os.path.abspath(__file__))
COMPAT = 11
(NEWTABLE, NEWCHAIN, NEWRULE, GETRULE, DELRULE) = (0, 3, 6, 7, 8)
DELTABLE = 2
APPEND = 0x800
TABLE, CHAIN, EXPRESSIONS, RULE_COMPAT = 1, 2, 4, 5
VALUES = (0, 1, 2, 4, 8, 0x20, 0x40, 0x80, 0xff)
FAMILIES = {2: 'ip', 10: 'ip6', 1: 'inet', 7: 'bridge', 3: 'arp'}
PRIORITY = {'raw': -300, 'mangle': -150, 'nat': -100, 'filter': 0,
            'security': 50}
HOOKS = {'PREROUTING': 0, 'INPUT': 1, 'FORWARD': 2, 'OUTPUT': 3,
         'POSTROUTING': 4}
# Linux has them, clew says why not.
REFUSED = {'CONNSECMARK', 'IDLETIMER', 'NFQUEUE', 'RATEEST', 'SECMARK', 'SET',
           'TPROXY', 'bpf', 'cgroup', 'nfacct', 'osf', 'owner', 'rateest',
           'set', 'socket'}
NAMES = {number: name for name, number in HOOKS.items()}


class Seed:
    """One use of an extension: where, of what, and its structure."""

    def __init__(self, family, table, hook, kind, name, rev, proto, info):
        self.family, self.table, self.hook = int(family), table, int(hook)
        self.kind, self.name, self.rev = kind, name, int(rev)
        self.proto, self.info = int(proto), bytes.fromhex(info)

    def key(self):
        return self.family, self.kind, self.name, self.rev

    def title(self):
        return (f'{FAMILIES[self.family]} {self.kind} {self.name} {self.rev} '
                f'{self.table} {NAMES[self.hook]}')

    def rule(self, info, **other):
        """The attributes of a rule with it; 'other' replaces fields."""
        now = dict(vars(self), **other)
        expr = nest(2, attr(1, now['name']),
                    attr(2, now['rev']), attr(3, info))
        parts = [attr(TABLE, now['table']), attr(CHAIN, NAMES[now['hook']]),
                 nest(EXPRESSIONS, nest(1, attr(1, now['kind']), expr))]
        if now['proto']:
            parts.append(nest(RULE_COMPAT, attr(1, now['proto']),
                              attr(2, now.get('flags', 0))))
        return b''.join(parts)


def seeds():
    with open(os.path.join(HERE, 'xt.seeds'), encoding='utf-8') as file:
        return [Seed(*line.split()) if len(line.split()) == 8 else
                Seed(*line.split(), '') for line in file]


class Port(cases.Port):
    """A socket that keeps what it is told."""

    def ask(self, *parts):
        """=> What was said of the messages with each sequence number: errno,
        0 for none; the first word counts."""
        self.fd.send(b''.join(parts))
        said = {}
        while True:
            try:
                data = self.fd.recv(1 << 16)
            except BlockingIOError:
                return said
            while len(data) >= 16:
                size, kind, _, seq = struct.unpack('=IHHI', data[:12])
                if kind == 2:
                    error = -struct.unpack('=i', data[16:20])[0]
                    said.setdefault(seq, error)
                data = data[(size + 3) & ~3:]

    def batch(self, *parts):
        """=> The first error of a batch, 0 for none."""
        said = self.ask(begin(), *parts, end())
        return next((error for error in said.values() if error), 0)


def nft(kind, flags, family, *attrs, seq=7):
    return message(10 << 8 | kind, REQUEST | flags,
                   nfgen(family) + b''.join(attrs), seq)


def base(family, table, hook):
    kind = 'nat' if table == 'nat' else 'filter'
    priority = PRIORITY.get(table, 0)
    return (nft(NEWTABLE, CREATE, family, attr(1, table)) +
            nft(NEWCHAIN, CREATE, family, attr(1, table), attr(3, NAMES[hook]),
                nest(4, attr(1, hook), attr(2, struct.pack('>i', priority))),
                attr(7, kind)))


def word(error):
    return errno.errorcode.get(error, str(error)) if error else 'ok'


def place_rule(port, seed, **other):
    """Load one rule and take it away again. => What was answered."""
    now = dict(vars(seed), **other)
    error = port.batch(base(now['family'], now['table'], now['hook']) +
                       nft(NEWRULE, ACK | CREATE | APPEND, now['family'],
                           seed.rule(seed.info, **other)))
    port.batch(nft(DELTABLE, ACK, now['family'], attr(1, now['table'])))
    return word(error)


def try_rules(port, seed, variants):
    """Rules that are made and never stay: the batch fails at its end.
    'variants' are structures and what else differs. => What was said of
    each, in short."""
    words = []
    while variants:
        some, variants = variants[:100], variants[100:]
        parts = [base(family, seed.table, seed.hook) for family in
                 sorted({other.get('family', seed.family)
                         for _, other in some})]
        parts += [nft(NEWRULE, ACK | CREATE | APPEND,
                      other.get('family', seed.family),
                      seed.rule(info, **other), seq=1000 + i)
                  for i, (info, other) in enumerate(some)]
        said = port.ask(begin(), *parts, nft(DELRULE, ACK, 2, attr(1, 'none')),
                        end())
        words += [word(said.get(1000 + i, -1)) for i in range(len(some))]
    return runs(words)


def runs(words):
    """'ok ok ok EINVAL' in short: 'ok*3 EINVAL'."""
    out = []
    for text in words:
        if out and out[-1][0] == text:
            out[-1][1] += 1
        else:
            out.append([text, 1])
    return ' '.join(text if count == 1 else f'{text}*{count}'
                    for text, count in out)


def listed(port, seed, info):
    """The structure as it is given back."""
    port.batch(base(seed.family, seed.table, seed.hook) +
               nft(NEWRULE, CREATE | APPEND, seed.family, seed.rule(info)))
    found = [info.hex() for *_, info in expressions(port, seed.family)]
    port.batch(nft(DELTABLE, ACK, seed.family, attr(1, seed.table)))
    return found[0] if found else 'none'


def opened():
    port = Port()
    port.bind()
    return port


def each(first_only):
    """Seeds, or the first one of each extension, of what clew has."""
    seen = set()
    for seed in seeds():
        if (first_only and seed.key() in seen) or seed.name in REFUSED:
            continue
        seen.add(seed.key())
        yield seed


def revisions():
    """Which revisions there are."""
    port = opened()
    names = sorted({(s.kind, s.name) for s in seeds()})
    for kind, name in names + [('match', 'none'), ('target', 'x' * 31),
                               ('target', 'x' * 32), ('match', '')]:
        for family in (2, 10, 7, 3, 1, 0):
            answers = [word(port.ask(message(
                COMPAT << 8, REQUEST | ACK, nfgen(family) + attr(1, name) +
                attr(2, rev) + attr(3, int(kind == 'target')), 7))[7])
                for rev in (0, 1, 2, 3, 4, 5, 255, 256)]
            print(f'{kind} {name} {family}: {runs(answers)}')


def lengths():
    """Structures of every length, and of every revision."""
    port = opened()
    for seed in each(True):
        info = seed.info + bytes(32)
        for rev in range(5):
            print(f'{seed.title()}: {rev}:', try_rules(
                port, seed, [(info[:size], {'rev': rev})
                             for size in range(0, min(len(info), 600))]))


def places():
    """Every hook, table, protocol and family."""
    port = opened()
    for seed in each(True):
        hooks = [place_rule(port, seed, hook=hook) for hook in range(5)]
        tables = [place_rule(port, seed, table=table) for table in PRIORITY]
        print(f'{seed.title()}: hooks', runs(hooks), 'tables', runs(tables))
        print('  protocols', try_rules(port, seed, [
            (seed.info, {'proto': proto, 'flags': flags})
            for proto in (0, 6, 17, 1, 58, 262, 65536)
            for flags in (0, 1, 2, 4)]))
        print('  families', try_rules(port, seed, [
            (seed.info, {'family': family}) for family in FAMILIES]))


def every_byte(port, seed):
    print(f'{seed.title()}: {seed.proto}', listed(port, seed, seed.info))
    if len(seed.info) > 160:        # it would take too long
        return
    variants = []
    for at in range(len(seed.info)):
        for value in VALUES:
            info = bytearray(seed.info)
            info[at] = value
            variants.append((bytes(info), {}))
    print('  ', try_rules(port, seed, variants))


def structures():
    """Every byte of every structure."""
    port = opened()
    for seed in each(False):
        every_byte(port, seed)


def other_revisions():
    """The same of revisions that iptables does not choose."""
    port = opened()
    for seed in each(True):
        info, rev = seed.info + bytes(32), seed.rev
        for seed.rev in set(range(5)) - {rev}:
            sizes = [size for size in range(0, min(len(info), 600), 8)
                     if try_rules(port, seed, [(info[:size], {})]) == 'ok']
            for size in sizes[:1]:
                seed.info = info[:size]
                every_byte(port, seed)


# Collecting.

def attrs_of(data):
    while len(data) >= 4:
        size, kind = struct.unpack('=HH', data[:4])
        if size < 4:
            return
        yield kind & 0x3fff, data[4:size]
        data = data[(size + 3) & ~3:]


def expressions(port, family):
    """Uses of extensions in all rules: table, chain, kind, name, revision,
    protocol, structure."""
    port.fd.send(nft(GETRULE, DUMP, family))
    port.fd.setblocking(True)
    more = True
    found = []
    while more:
        data = port.fd.recv(1 << 16)
        while len(data) >= 16:
            size, kind = struct.unpack('=IH', data[:6])
            if kind == 3:
                more = False
            elif kind == 10 << 8 | NEWRULE:
                found += uses(dict(attrs_of(data[20:size])))
            data = data[(size + 3) & ~3:]
    port.fd.setblocking(False)
    return found


def uses(rule):
    proto, is_l4proto, found = 0, False, []
    for _, element in attrs_of(rule[EXPRESSIONS]):
        parts = dict(attrs_of(element))
        kind = parts[1].rstrip(b'\0').decode()
        inner = dict(attrs_of(parts.get(2, b'')))
        if kind == 'cmp' and is_l4proto:
            proto = dict(attrs_of(inner[3]))[1][0]
        is_l4proto = kind == 'meta' and inner.get(2) == bytes((0, 0, 0, 16))
        if kind in ('match', 'target'):
            found.append((rule[TABLE].rstrip(b'\0').decode(),
                          rule[CHAIN].rstrip(b'\0').decode(), kind,
                          inner[1].rstrip(b'\0').decode(), inner[2][3], proto,
                          inner.get(3, b'')))
    return found


def collect():
    folder = os.path.join(HERE, '..', 'xt', 'cases')
    port = opened()
    lines = []
    for name in sorted(os.listdir(folder)):
        if not name.endswith('.in'):
            continue
        with open(os.path.join(folder, name), encoding='utf-8') as file:
            text = [line for line in file.read().splitlines()
                    if line[:1] in '46' and ' -A ' in line]
        for line in text:
            for digit in line.split()[0]:
                tool = 'iptables-nft' if digit == '4' else 'ip6tables-nft'
                subprocess.run(f'{tool} {line[line.index(" "):]}', shell=True,
                               check=False, stderr=subprocess.DEVNULL)
    for family in (2, 10):
        for table, chain, kind, name, rev, proto, info in \
                expressions(port, family):
            if chain in HOOKS:
                lines.append(f'{family} {table} {HOOKS[chain]} {kind} {name} '
                             f'{rev} {proto} {info.hex()}'.strip() + '\n')
    with open(os.path.join(HERE, 'xt.seeds'), 'w', encoding='utf-8') as file:
        file.writelines(sorted(set(lines)))


CASES = [revisions, lengths, places, structures, other_revisions]


def main():
    if sys.argv[1:] == ['--collect']:
        collect()
        return
    for case in CASES:
        if len(sys.argv) < 2 or case.__name__ in sys.argv[1:]:
            print(f'## {case.__name__} - {case.__doc__}')
            case()


if __name__ == '__main__':
    main()
