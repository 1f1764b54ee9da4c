#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""matches.py - the structures of iptables' matches with every byte of them
wrong in turn: what is refused, and with which error."""
import errno
import socket
import struct

import cases
from cases import ACK, CREATE, REQUEST, attr, begin, message, nest, nfgen

IP4, IP6 = 2, 10
APPEND = 0x800
AT_ONCE = 100
VALUES = (0x01, 0x80, 0xff)
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


def rule(family, table, chain, what, seq):
    name, revision, info, protocol = what
    match = nest(1, attr(1, 'match'),
                 nest(2, attr(1, name), attr(2, revision), attr(3, info)))
    compat = nest(5, attr(1, protocol), attr(2, 0)) if protocol else b''
    return nft(cases.NEWRULE, family, attr(1, table), attr(2, chain),
               nest(4, match), compat, seq=seq,
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


def tried(port, family, chain, table, whats):
    """=> What is said of each, as a word."""
    said = []
    for at in range(0, len(whats), AT_ONCE):
        some = whats[at:at + AT_ONCE]
        rules = [rule(family, table, chain, what, 100 + number)
                 for number, what in enumerate(some)]
        errors = port.errors(begin() + b''.join(base(family, table)) +
                             b''.join(rules))
        for number in range(len(some)):
            error = errors.get(100 + number, 0)
            said.append('ok' if not error else errno.errorcode[error])
    return said


def show_runs(title, words):
    """Offsets whose words are the same, together."""
    start = 0
    for at in range(1, len(words) + 1):
        if at == len(words) or words[at] != words[start]:
            place = f'{start}' if at == start + 1 else f'{start}-{at - 1}'
            print(f'  {title} {place}: {words[start]}')
            start = at


def bend(port, name, revision, family, info, protocol=0, table='filter',
         chain='INPUT'):
    """All that is said of one match."""
    print(f'# {name} {revision} for {family}')
    whats = []
    for offset in range(len(info)):
        for value in VALUES:
            bent = bytearray(info)
            bent[offset] = value
            whats.append((name, revision, bytes(bent), protocol))
    right = tried(port, family, chain, table,
                  [(name, revision, info, protocol)])
    said = tried(port, family, chain, table, whats)
    words = [' '.join(said[at:at + 3]) for at in range(0, len(said), 3)]
    print('  as it should be:', *right)
    print('  all 0xff:', *tried(port, family, chain, table,
                                [(name, revision, b'\xff' * len(info),
                                  protocol)]))
    show_runs('byte', words)
    sizes = [(name, revision, info[:size].ljust(size, b'\0'), protocol)
             for size in range(len(info) + 17)]
    show_runs('length', tried(port, family, chain, table, sizes))
    hooks = [tried(port, family, hook, table,
                   [(name, revision, info, protocol)])[0] for hook in HOOKS]
    print('  hooks:', *hooks)
    others = [(name, revision, info, number)
              for number in (0, 1, 6, 17, 33, 50, 51, 58, 108, 132, 135, 136)]
    print('  protocols:', *tried(port, family, chain, table, others))


def both(port, name, revision, info, *args, **kwargs):
    for family in (IP4, IP6):
        bend(port, name, revision, family, info, *args, **kwargs)


def pad(data, size):
    return data + bytes(size - len(data))


def connections():
    port = Port()
    for revision, size in ((1, 152), (2, 156), (3, 164)):
        both(port, 'conntrack', revision, bytes(size))
    both(port, 'state', 0, bytes(4))
    both(port, 'connmark', 1, bytes(12))
    both(port, 'connlabel', 0, bytes(4))
    both(port, 'connbytes', 0, bytes(24))
    both(port, 'helper', 0, bytes(36))
    both(port, 'connlimit', 1, bytes(32))
    both(port, 'cluster', 0, struct.pack('=IIII', 4, 3, 0, 0))


def transports():
    port = Port()
    both(port, 'tcp', 0, pad(struct.pack('=HHHH', 0, 65535, 0, 65535), 12), 6)
    both(port, 'udp', 0, pad(struct.pack('=HHHH', 0, 65535, 0, 65535), 10),
         17)
    both(port, 'udplite', 0,
         pad(struct.pack('=HHHH', 0, 65535, 0, 65535), 10), 136)
    both(port, 'sctp', 0,
         pad(struct.pack('=HHHH256sI', 0, 65535, 0, 65535, b'\x02', 1), 284) +
         struct.pack('=II', 7, 0), 132)
    both(port, 'dccp', 0,
         pad(struct.pack('=HHHHHH', 0, 65535, 0, 65535, 3, 3), 16), 33)
    both(port, 'tcpmss', 0, bytes(6), 6)
    both(port, 'multiport', 1,
         pad(struct.pack('=BB15H', 1, 3, 1, 2, 3, *[0] * 12), 48), 6)
    both(port, 'multiport', 1,
         pad(struct.pack('=BB15H', 1, 15, *range(1, 16)), 48), 17)
    bend(port, 'icmp', 0, IP4, bytes(4), 1)
    bend(port, 'icmp6', 0, IP6, bytes(4), 58)
    both(port, 'esp', 0, bytes(12), 50)
    both(port, 'ipcomp', 0, bytes(12), 108)
    bend(port, 'ah', 0, IP4, bytes(12), 51)


def addresses():
    port = Port()
    bend(port, 'addrtype', 0, IP4, bytes(12))
    both(port, 'addrtype', 1, bytes(8))
    both(port, 'iprange', 1, bytes(68))
    both(port, 'mac', 0, bytes(12))
    both(port, 'pkttype', 0, bytes(8))
    both(port, 'rpfilter', 0, bytes(1), table='raw', chain='PREROUTING')
    both(port, 'devgroup', 0, bytes(20))
    both(port, 'physdev', 0, pad(bytes(65) + b'\x01', 66))
    both(port, 'policy', 0, bytes(304) + struct.pack('=HH', 1, 0))
    bend(port, 'realm', 0, IP4, bytes(12))


def headers():
    port = Port()
    both(port, 'length', 0, bytes(6))
    bend(port, 'ttl', 0, IP4, bytes(2))
    bend(port, 'hl', 0, IP6, bytes(2))
    both(port, 'dscp', 0, bytes(2))
    both(port, 'tos', 1, bytes(3))
    both(port, 'ecn', 0, bytes(4))
    both(port, 'mark', 1, bytes(12))
    both(port, 'comment', 0, bytes(256))
    both(port, 'cpu', 0, bytes(8))


def extensions():
    port = Port()
    bend(port, 'ah', 0, IP6, bytes(16))
    bend(port, 'frag', 0, IP6, bytes(16))
    bend(port, 'rt', 0, IP6, bytes(280))
    bend(port, 'hbh', 0, IP6, bytes(40))
    bend(port, 'dst', 0, IP6, bytes(40))
    bend(port, 'ipv6header', 0, IP6, bytes(3))
    bend(port, 'mh', 0, IP6, bytes(3), 135)
    bend(port, 'eui64', 0, IP6, bytes(4))
    bend(port, 'srh', 0, IP6, bytes(10))
    bend(port, 'srh', 1, IP6, bytes(108))


def rates():
    port = Port()
    both(port, 'limit', 0, pad(struct.pack('=II', 2000, 5), 40))
    both(port, 'statistic', 0, bytes(24))
    both(port, 'quota', 0, bytes(24))
    both(port, 'time', 0, pad(struct.pack('=IIII', 0, 2 ** 31 - 1, 0, 86399),
                              24))
    both(port, 'hashlimit', 1, pad(b'name', 16) + pad(
        struct.pack('=IIIIIIIBB', 0, 1000, 5, 16, 100, 1000, 10000, 32, 32),
        40))
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


def contents():
    port = Port()
    test = pad(struct.pack('=II', 0, 0), 88) + pad(b'', 88) + \
        struct.pack('=BB', 1, 1) + bytes(2)
    both(port, 'u32', 0, pad(test, 11 * 180) + struct.pack('=BB2x', 1, 0))
    both(port, 'string', 1, struct.pack('=HH16s128sBB', 0, 65535, b'bm',
                                        b'words', 5, 0) + bytes(2 + 8))


CASES = [connections, transports, addresses, headers, extensions, rates,
         contents]

if __name__ == '__main__':
    cases.main(CASES)
