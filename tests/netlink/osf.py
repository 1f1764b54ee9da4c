#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""osf.py [--feed FD] - fingerprints of operating systems, added, removed and
refused, and who is recognized by them.

Asks whatever answers netlink here, as nflog.py does.  In Linux fingerprints
belong to no namespace: ours are like no others, also not like those of another
such test, and go when they have been asked."""
import secrets
import struct
import subprocess
import sys
import time

from cases import ACK, REQUEST, Port, attr, message, nfgen
from nflog import MAC, ipv4, total, wire_of

OSF = 5
ADD, REMOVE = 0, 1
OURS = secrets.token_hex(8)      # a subtype: seen by nobody
CAP_ACK = 10                    # errors do not quote, NETLINK_CAP_ACK
CREATE, EXCL = 0x400, 0x200
PLAIN, MSS, MTU, MODULO = range(4)
NOP, SIZE, SCALE, SACK, STAMP = (1, 1), (2, 4), (3, 3), (4, 2), (8, 10)


def finger(genre, options=(), wss=(PLAIN, 0), ttl=64, df=1, count=None,
           version='1', subtype=OURS):
    """As long as its options make it."""
    size = 40 + sum(length for _, length in options)
    return (struct.pack('=IIBBHHH', *wss, ttl, df, size, 0,
                        len(options) if count is None else count) +
            b''.join(struct.pack('32s', text.encode())
                     for text in (genre, version, subtype)) +
            b''.join(struct.pack('=HHII', kind, length, 0, 0)
                     for kind, length in options)).ljust(592, b'\0')


def osf(kind, flags, *attrs):
    return message(OSF << 8 | kind, REQUEST | ACK | flags,
                   nfgen() + b''.join(attrs))


class Client(Port):
    def ask(self, title, *parts):
        print('#', title)
        self.send(*parts)
        time.sleep(0.01)
        self.drain()

    def add(self, title, data, flags=CREATE | EXCL):
        self.ask('add ' + title, osf(ADD, flags, attr(1, data)))

    def remove(self, title, data):
        self.ask('remove ' + title, osf(REMOVE, 0, attr(1, data)))


REFUSED = {
    'a window there is not': finger('T', wss=(4, 1)),
    'modulo nothing': finger('T', wss=(MODULO, 0)),
    'too many options': finger('T', count=41),
    'an option of nothing': finger('T', [(1, 0)]),
    'an option that is too long': finger('T', [(1, 41)]),
    'options that are too long': finger('T', [(1, 21), (1, 20)]),
    'an MSS without one': finger('T', [(2, 3)]),
    'a name without end': finger('T' * 32),
    'a version without end': finger('T', version='1' * 32),
    'a subtype without end': finger('T', subtype='x' * 32),
}
TAKEN = {
    'any number of options': finger('T', [NOP] * 40),
    'a kind there is not': finger('T', [(300, 3)]),
    'an end of two': finger('T', [(0, 2)]),
    'no name': finger(''),
    'two for DF': finger('T', df=2),
    'no multiple': finger('T', wss=(MTU, 0)),
}


def requests(port):
    data = finger('T')
    port.ask('nothing', osf(ADD, CREATE), osf(REMOVE, 0))
    port.ask('no such request', osf(2, 0, attr(1, data)))
    port.add('without leave to', data, 0)
    port.add('less of it', data[:-1])
    port.add('more of it', data + b'abcd')
    port.add('the same', data)
    port.add('it may be there', data, CREATE)
    port.remove('less of it', data[:-1])
    port.remove('it', data)
    port.remove('it again', data)
    for title, data in REFUSED.items():
        port.add(title, data)
        port.remove(title, data)
    for title, data in TAKEN.items():
        port.add(title, data)
        port.remove(title, data)


RULES = '''table inet t {
	chain pre {
		type filter hook prerouting priority raw
		meta l4proto tcp jump look
	}
	chain look {
%s
		accept
	}
}
'''

FINGERS = [
    finger('Plain', [SIZE] + [NOP] * 4, (PLAIN, 8192)),
    finger('AnyWindow', [SIZE] + [NOP] * 8, (PLAIN, 0)),
    finger('Multiple', [SIZE, SACK, NOP, NOP], (MSS, 4), version='2.6'),
    finger('Mtu', [NOP, SIZE, NOP, SACK], (MTU, 3)),
    finger('Modulo', [SACK, SIZE, SACK], (MODULO, 1000)),
    finger('NotDf', [SIZE] + [NOP] * 4, (PLAIN, 8192), df=0),
    finger('AVeryLongNameOfASystem', [NOP] * 12, (PLAIN, 777)),
    finger('Version', [NOP] * 16, (PLAIN, 777), version='12.13.14.15.16'),
    finger('Bare', [], (PLAIN, 777)),
    finger('First', [NOP] * 20, (PLAIN, 777)),
    finger('Second', [NOP] * 20, (PLAIN, 0)),
    finger('Long', [NOP] * 40, (PLAIN, 777)),
]
NAMES = ('Plain', 'AnyWindow', 'Multiple', 'Mtu', 'Modulo', 'NotDf',
         'AVeryLongNameOf', 'Version', 'Bare', 'First', 'Second', 'Long',
         'unknown')
MSS4 = b'\2\4\5\xb4'


def syn(options, window=8192, ttl=64, df=True, flags=2, doff=None, size=None,
        cut=None):
    doff = 5 + len(options) // 4 if doff is None else doff
    tcp = struct.pack('>HHIIBBHHH', 4000, 80, 1000, 0, doff << 4, flags,
                      window, 0, 0) + options
    packet = ipv4(6, tcp)
    head = bytearray(packet[:20])
    head[6] = 0x40 if df else 0
    head[8] = ttl
    if size is not None:
        head[2:4] = struct.pack('>H', size)
    head[10:12] = bytes(2)
    head[10:12] = struct.pack('>H', total(bytes(head)))
    return (bytes(head) + packet[20:])[:cut]


def from_afar(packet):
    head = packet[:10] + bytes(2) + bytes([198, 51, 100, 7]) + packet[16:20]
    return head[:10] + struct.pack('>H', total(head)) + head[12:] + packet[20:]


def syn6(options, window):
    tcp = struct.pack('>HHIIBBHHH', 4000, 80, 1000, 0,
                      5 + len(options) // 4 << 4, 2, window, 0, 0) + options
    return struct.pack('>IHBB', 6 << 28, len(tcp), 6, 64) + \
        bytes.fromhex('20010db8' + '00' * 11 + '01' +
                      '20010db8' + '00' * 11 + '02') + tcp


SACKED = MSS4 + b'\4\2\1\1'
PACKETS = {
    'plain, another end': syn(MSS4 + b'\1\1\1\0'),
    'plain': syn(MSS4 + b'\1\1\1\1'),
    'plain, another window': syn(MSS4 + b'\1\1\1\1', 8193),
    'plain, fewer': syn(MSS4),
    'plain, may be fragmented': syn(MSS4 + b'\1\1\1\1', df=False),
    'any window': syn(MSS4 + b'\1' * 8, 5),
    'four times its own': syn(SACKED, 5840),
    'four times the smaller': syn(SACKED, 5792),
    'four times another': syn(b'\2\4\2\0\4\2\1\1', 2048),
    'four times another, Ethernet': syn(b'\2\4\2\0\4\2\1\1', 5840),
    'not four times': syn(SACKED, 5841),
    'an MTU': syn(b'\1' + MSS4 + b'\1\4\2', 4500),
    'an MTU, the smaller': syn(b'\1' + MSS4 + b'\1\4\2', 4464),
    'an MTU of another': syn(b'\1\2\4\2\0\1\4\2', 1656),
    'a modulo': syn(b'\4\2' + MSS4 + b'\4\2', 7000),
    'not a modulo': syn(b'\4\2' + MSS4 + b'\4\2', 7001),
    'long': syn(b'\1' * 12, 777),
    'version': syn(b'\1' * 16, 777),
    'bare': syn(b'', 777),
    'two': syn(b'\1' * 20, 777),
    'only the second': syn(b'\1' * 20, 778),
    'ttl less': syn(b'', 777, 63),
    'ttl more': syn(b'', 777, 65),
    'ttl more, of another net': from_afar(syn(b'', 777, 65)),
    'ttl less, of another net': from_afar(syn(b'', 777, 63)),
    'IPv6': syn6(b'', 777),
    'IPv6, with options': syn6(MSS4 + b'\1' * 4, 8192),
    'syn and ack': syn(b'', 777, flags=0x12),
    'syn and fin': syn(b'', 777, flags=3),
    'ack': syn(b'', 777, flags=0x10),
    'reset': syn(b'', 777, flags=4),
    'forty bytes': syn(b'\1' * 40, 777),
    'options that are not there': syn(b'', 777, doff=6),
    'options that are half there': syn(b'\1' * 16, 777, doff=10),
    'a header that is too small': syn(b'', 777, doff=4),
    'a padded one': syn(b'', 777) + bytes(8),
    'half a header': syn(b'', 777, size=30, cut=30),
}


def ether(packet):
    kind = b'\x08\0' if packet[0] >> 4 == 4 else b'\x86\xdd'
    return bytes.fromhex(MAC + '020000000012') + kind + packet


def rules():
    tests = [f'osf {ttl}{what} "{name}"' for ttl in ('', 'ttl loose ',
                                                      'ttl skip ')
             for what, names in (('name', NAMES), ('version', (
                 'Version:12.13.1', 'Multiple:2.6', 'Bare:1', 'unknown')))
             for name in names]
    return RULES % '\n'.join(f'\t\t{test} counter' for test in tests)


def counted():
    """How many packets each rule saw."""
    text = subprocess.run(['nft', 'list', 'chain', 'inet', 't', 'look'],
                          check=True, capture_output=True, text=True).stdout
    return {line.split(' counter ')[0].strip(): int(line.split()[-3])
            for line in text.splitlines() if ' counter ' in line}


def packets(port, wire):
    print('# packets')
    for data in FINGERS:
        port.fd.send(osf(ADD, CREATE, attr(1, data)))
    time.sleep(0.05)
    port.drain()
    try:
        subprocess.run(['nft', '-f', '-'], input=rules(), text=True,
                       check=True)
        before = counted()
        for title, packet in PACKETS.items():
            wire.send(ether(packet))
            time.sleep(0.03)
            after = counted()
            print(f'{title}:', ', '.join(
                rule for rule, n in after.items() if n != before[rule]))
            before = after
    finally:
        for data in FINGERS:
            port.fd.send(osf(REMOVE, 0, attr(1, data)))
        time.sleep(0.05)
        print('# gone')
        port.drain()


def osf_case(wire):
    """fingerprints, and who is recognized by them"""
    port = Client()
    port.bind()
    port.set(CAP_ACK)
    requests(port)
    packets(port, wire)


osf_case.__name__ = 'osf'
CASES = [osf_case]

if __name__ == '__main__':
    print('##', osf_case.__name__, '-', osf_case.__doc__)
    osf_case(wire_of(sys.argv))
