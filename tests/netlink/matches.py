#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""matches.py - iptables' matches by hand: the long structures, with many bytes
of them wrong in turn (xt.py has the others), and what is wrong with more than
one byte."""
import errno
import socket
import struct

import cases
from cases import ACK, CREATE, REQUEST, attr, begin, message, nest, nfgen

IP4, IP6 = 2, 10
APPEND = 0x800
AT_ONCE = 100000            # bytes
VALUES = (0x01, 0x80, 0xff)
PROTOCOLS = (0, 1, 6, 17, 33, 50, 51, 58, 108, 132, 135, 136)
HOOKS = ('PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING')


def nft(kind, family, *attrs, seq=0, flags=REQUEST | CREATE | ACK):
    return message(cases.NFTABLES << 8 | kind, flags,
                   nfgen(family) + b''.join(attrs), seq)


def base(family, table):
    """A table and a base chain at each hook."""
    yield nft(cases.NEWTABLE, family, attr(1, table))
    for number, name in enumerate(HOOKS):
        yield nft(cases.NEWCHAIN, family, attr(1, table), attr(3, name),
                  nest(4, attr(1, number), attr(2, 0)), attr(7, 'filter'))


class What:
    """A match, and the rule it is in."""

    def __init__(self, name, revision, info, protocol, chain):
        self.protocol = protocol
        self.chain = chain
        self.expression = nest(1, attr(1, 'match'),
                               nest(2, attr(1, name), attr(2, revision),
                                    attr(3, info)))

    def rule(self, family, table, seq):
        compat = nest(5, attr(1, self.protocol), attr(2, 0)) \
            if self.protocol else b''
        return nft(cases.NEWRULE, family, attr(1, table), attr(2, self.chain),
                   nest(4, self.expression), compat, seq=seq,
                   flags=REQUEST | CREATE | APPEND | ACK)


class Port(cases.Port):
    def __init__(self):
        super().__init__()
        self.bind()
        self.set(cases.CAP_ACK)
        self.fd.setsockopt(socket.SOL_SOCKET, 33, 1 << 22)  # RCVBUFFORCE

    def errors(self, datagram):
        """What a batch that is not committed says of each message, by
        sequence number."""
        found = {}
        self.fd.send(datagram)
        while True:
            try:
                data = self.fd.recv(1 << 20)
            except BlockingIOError:
                return found
            while len(data) >= 20:
                length, _, _, seq = struct.unpack('=IHHI', data[:12])
                found[seq] = -struct.unpack('=i', data[16:20])[0]
                data = data[(length + 3) & ~3:]


def tried(port, family, table, whats):
    """=> What is said of each, as a word."""
    begun = begin() + b''.join(base(family, table))
    said, rules, size = [], [], 0

    def ask():
        errors = port.errors(begun + b''.join(rules))
        for number in range(len(rules)):
            error = errors.get(100 + number, 0)
            said.append('ok' if not error else errno.errorcode[error])

    for what in whats:
        if size > AT_ONCE:
            ask()
            rules, size = [], 0
        rules.append(what.rule(family, table, 100 + len(rules)))
        size += len(rules[-1])
    ask()
    return said


def show_runs(title, offsets, words):
    """Offsets whose words are the same, together."""
    start = 0
    for at in range(1, len(words) + 1):
        if at == len(words) or words[at] != words[start]:
            first, last = offsets[start], offsets[at - 1]
            place = f'{first}' if first == last else f'{first}-{last}'
            print(f'  {title} {place}: {words[start]}')
            start = at


def places(size):
    """Offsets that are looked at: of a long structure not all."""
    return [at for at in range(size)
            if at < 48 or at >= size - 48 or at % 16 == 0]


def bend(port, name, revision, family, info, protocol=0, table='filter',
         chain='INPUT'):
    """All that is said of one match."""
    def what(bent=info, number=protocol, hook=chain):
        return What(name, revision, bent, number, hook)

    def bent(offset, value):
        return info[:offset] + bytes([value]) + info[offset + 1:]

    offsets = places(len(info))
    sizes = range(len(info) - 8, len(info) + 17) if len(info) > 16 else \
        range(len(info) + 17)
    whats = [[what(), what(b'\xff' * len(info))],
             [what(bent(at, value)) for at in offsets for value in VALUES],
             [what(info[:size].ljust(size, b'\0')) for size in sizes],
             [what(hook=hook) for hook in HOOKS],
             [what(number=number) for number in PROTOCOLS]]
    said = iter(tried(port, family, table, sum(whats, [])))
    said = [[next(said) for _ in part] for part in whats]
    print(f'# {name} {revision} for {family}')
    print('  as it should be:', said[0][0], ', all 0xff:', said[0][1])
    show_runs('byte', offsets, [' '.join(said[1][at:at + len(VALUES)])
                                for at in range(0, len(said[1]),
                                                len(VALUES))])
    show_runs('length', sizes, said[2])
    print('  hooks:', *said[3])
    print('  protocols:', *said[4])


def both(port, name, revision, info, *args, **kwargs):
    for family in (IP4, IP6):
        bend(port, name, revision, family, info, *args, **kwargs)


def pad(data, size):
    return data + bytes(size - len(data))


def structures():
    """Those of more than 160 bytes."""
    port = Port()
    both(port, 'sctp', 0,
         pad(struct.pack('=HHHH256sI', 0, 65535, 0, 65535, b'\x02', 1), 284) +
         struct.pack('=II', 7, 0), 132)
    both(port, 'policy', 0, bytes(304) + struct.pack('=HH', 1, 0))
    bend(port, 'rt', 0, IP6, bytes(280))
    name = pad(b'name', 256)
    both(port, 'hashlimit', 2, name + pad(
        struct.pack('=QQIIIIIBB', 100000, 5, 0, 16, 100, 1000, 10000, 32, 32),
        48))
    both(port, 'hashlimit', 3, name + pad(
        struct.pack('=QQIIIIIIBB', 100000, 5, 0, 16, 100, 1000, 10000, 0, 32,
                    32), 56))
    both(port, 'recent', 0, pad(struct.pack('=IIBB', 0, 0, 2, 0) + b'name',
                                212))
    both(port, 'recent', 1, pad(struct.pack('=IIBB', 0, 0, 2, 0) + b'name',
                                212) + b'\xff' * 16)
    test = bytes(176) + struct.pack('=BB2x', 1, 1)
    both(port, 'u32', 0, pad(test, 11 * 180) + struct.pack('=BB2x', 1, 0))


def ask(port, title, *whats, family=IP4):
    print(f'  {title}:', *tried(port, family, 'filter',
                                [What(*what, 'INPUT') for what in whats]))


def multiport(count, ports, flags):
    return ('multiport', 1, struct.pack(
        '=BB15H15BB', 1, count, *(ports + [0] * 15)[:15],
        *(flags + [0] * 15)[:15], 0), 6)


def u32(operations, count=None):
    places = b''.join(struct.pack('=IB3x', number, operation)
                      for number, operation in operations)
    test = pad(places, 88) + pad(b'', 88) + struct.pack(
        '=BBxx', len(operations) if count is None else count, 0)
    return ('u32', 0, pad(test, 1980) + struct.pack('=BBxx', 1, 0), 0)


def recent(what, seconds=0, hits=0, name=b'name'):
    return ('recent', 1, struct.pack('=IIBB200sB', seconds, hits, what, 0,
                                     name, 0) + b'\0' + b'\xff' * 16, 0)


def hashlimit(mode=0, avg=100000, burst=5, interval=0, name=b'name',
              revision=3):
    rest = (1000, 10000)
    if revision == 1:
        info = struct.pack('=16sIIIIIIIBB', name, mode, avg, burst, 16, 100,
                           *rest, 32, 32)
        return ('hashlimit', 1, pad(info, 56), 0)
    if revision == 2:
        info = struct.pack('=QQIIIIIBB', avg, burst, mode, 16, 100, *rest, 32,
                           32)
        return ('hashlimit', 2, pad(name, 256) + pad(info, 48), 0)
    info = struct.pack('=QQIIIIIIBB', avg, burst, mode, 16, 100, *rest,
                       interval, 32, 32)
    return ('hashlimit', 3, pad(name, 256) + pad(info, 56), 0)


def values():
    """What is wrong with more than one byte."""
    port = Port()
    print('# values')
    ask(port, 'ranges of ports', multiport(3, [1, 2, 3], [1]),
        multiport(3, [1, 2, 3], [1, 1]), multiport(3, [5, 2, 3], [1]),
        multiport(3, [5, 5, 3], [1]), multiport(2, [1, 2], [1]),
        multiport(2, [1, 2], [0, 1]), multiport(1, [1], [2]),
        multiport(0, [], [1]))
    ask(port, 'shifts', u32([(0, 0), (31, 1)]), u32([(0, 0), (32, 1)]),
        u32([(0, 0), (40, 2)]), u32([(0, 0), (40, 9)]), u32([], 0),
        u32([(0, 0)] * 11), u32([(0, 0)], 12))
    ask(port, 'recent', recent(1, 10, 65535), recent(1, 10, 65536),
        recent(1 | 32), recent(1 | 32, 5), recent(2 | 16), recent(3),
        recent(4 | 16, 5, 5))
    ask(port, 'names', *(recent(2, 0, 0, name) for name in
                         (b'', b'.', b'..', b'a/b', b'x' * 199, b'x' * 200)),
        *(hashlimit(name=name) for name in
          (b'', b'.', b'..', b'a/b', b'x' * 254, b'x' * 255)))
    ask(port, 'shared', recent(2), recent(2), recent(1, 5, 1000),
        hashlimit(), hashlimit(burst=7), hashlimit(revision=1),
        hashlimit(revision=2), hashlimit(0x20, 2),
        hashlimit(0x40, interval=1))
    ask(port, 'shared, of another kind', hashlimit(0x40, interval=1),
        hashlimit(), hashlimit(0x60, interval=1))
    ask(port, 'rates', hashlimit(burst=0), hashlimit(0x40, interval=1),
        hashlimit(0x40), hashlimit(0x40, 0, interval=1),
        hashlimit(0x40, 1 << 32, interval=1), hashlimit(0x40, revision=2),
        hashlimit(0x40, revision=1))
    ask(port, 'bytes', hashlimit(0x20, 0), hashlimit(0x20, 1),
        hashlimit(0x20, 2), hashlimit(0, 0),
        hashlimit(0, 2 ** 32 - 1, 2 ** 32 - 1, revision=1))


CASES = [structures, values]

if __name__ == '__main__':
    cases.main(CASES)
