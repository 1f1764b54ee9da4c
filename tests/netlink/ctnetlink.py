#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""ctnetlink.py - hand-made ctnetlink datagrams, and what is answered, as text.

As cases.py, for connections and expectations.  Left out is what differs by
nature: ids, reference counts, clocks; timeouts are rounded up to hundreds."""
import ctypes
import errno
import socket
import struct
import subprocess
import sys
import time

from cases import (ACK, CREATE, DUMP, ECHO, EXCL, EXT_ACK, REQUEST, Port,
                   attr, message, nest, nfgen)

CT, EXP = 1, 2
NEW, GET, DELETE, CTRZERO, STATS_CPU, STATS, DYING, UNCONFIRMED = range(8)
EXP_NEW, EXP_GET, EXP_DELETE, EXP_STATS = range(4)
(ORIG, REPLY, STATUS, PROTOINFO, HELP, NAT_SRC, TIMEOUT, MARK, COUNT_ORIG,
 COUNT_REPLY, USE, ID, NAT_DST, MASTER, ADJ_ORIG, ADJ_REPLY, SECMARK, ZONE,
 SECCTX, TIMESTAMP, MARK_MASK, LABELS, LABELS_MASK, SYNPROXY, FILTER,
 STATUS_MASK, EVENT_TIME) = range(1, 28)
(X_MASTER, X_TUPLE, X_MASK, X_TIMEOUT, X_ID, X_HELP, X_ZONE, X_FLAGS, X_CLASS,
 X_NAT, X_FN) = range(1, 12)
TCP, UDP, ICMP, ICMP6, SCTP, GRE, UDPLITE, DCCP = \
    6, 17, 1, 58, 132, 47, 136, 33
V4, V6 = socket.AF_INET, socket.AF_INET6
CONFIRMED, ASSURED, SEEN = 8, 4, 2
GROUP_NEW, GROUP_UPDATE, GROUP_DESTROY, GROUP_EXP_NEW, GROUP_EXP_UPDATE, \
    GROUP_EXP_DESTROY = (1 << n for n in range(6))
ALL_GROUPS = 63
MAKE = REQUEST | ACK | CREATE | EXCL
CHANGE = REQUEST | ACK
INFINITE = 100000


def u8(kind, value):
    return attr(kind, bytes([value]))


def u16(kind, value):
    return attr(kind, struct.pack('>H', value))


def address(kind, text):
    family = V6 if ':' in text else V4
    return attr(kind, socket.inet_pton(family, text))


def ip_of(src, dst):
    shift = 2 if ':' in (src or dst or '') else 0
    return nest(1, *([address(1 + shift, src)] if src else []),
                *([address(2 + shift, dst)] if dst else []))


def parts(protocol, *numbers):
    """The protocol's part of a tuple."""
    inner = [u8(1, protocol)]
    if protocol in (ICMP, ICMP6) and numbers:
        base = 4 if protocol == ICMP else 7
        inner += [u16(base, numbers[0]), u8(base + 1, numbers[1]),
                  u8(base + 2, numbers[2])]
    else:
        inner += [u16(2 + i, n) for i, n in enumerate(numbers)]
    return nest(2, *inner)


def tup(kind, src, dst, protocol, *numbers, more=b''):
    return nest(kind, ip_of(src, dst), parts(protocol, *numbers), more)


A, B, A6, B6 = '10.1.0.1', '10.1.0.2', 'fd01::1', 'fd01::2'


class Pair(bytes):
    """Two attributes."""


def both(protocol=TCP, sport=1000, dport=80, a=A, b=B, zones=(None, None)):
    more = [b'' if z is None else u16(3, z) for z in zones]
    return Pair(tup(ORIG, a, b, protocol, sport, dport, more=more[0]) +
                tup(REPLY, b, a, protocol, dport, sport, more=more[1]))


def ct(kind, flags, *attrs, family=V4, seq=7, version=0):
    head = struct.pack('>BBH', family, version, 0)
    return message(CT << 8 | kind, flags, head + b''.join(attrs), seq)


def exp(kind, flags, *attrs, family=V4, seq=7):
    return message(EXP << 8 | kind, flags, nfgen(family) + b''.join(attrs),
                   seq)


# What comes back, in words.

def rounded(data):
    value = struct.unpack('>I', data)[0]
    return str((value + 99) // 100 * 100)


def tuple_of(data):
    return '(' + ' '.join(
        {1: 'ip', 2: 'part', 3: 'zone'}.get(k, str(k)) + ' ' +
        (' '.join(f'{i}:{v.hex()}' for i, v in attributes(d))
         if k in (1, 2) else d.hex())
        for k, d in attributes(data)) + ')'


def nested(data):
    return '(' + ' '.join(f'{k}:{v.hex()}' for k, v in attributes(data)) + ')'


def attributes(data):
    while len(data) >= 4:
        length, kind = struct.unpack('=HH', data[:4])
        if length < 4:
            break
        yield kind & 0x3fff, data[4:length]
        data = data[(length + 3) & ~3:]


def words(subsystem, kind, data):
    """One attribute."""
    if subsystem == CT:
        if kind in (ORIG, REPLY, MASTER):
            return tuple_of(data)
        if kind in (ID, USE, EVENT_TIME):
            return 'X'
        if kind == TIMESTAMP:
            return '(' + ' '.join(f'{k}:X' for k, v in attributes(data)) + ')'
        if kind == TIMEOUT:
            return rounded(data)
        if kind == PROTOINFO:
            return '(' + ' '.join(f'{k}:{nested(v)}'
                                  for k, v in attributes(data)) + ')'
        if kind in (HELP, ADJ_ORIG, ADJ_REPLY, COUNT_ORIG, COUNT_REPLY,
                    SYNPROXY):
            return nested(data)
    if subsystem == EXP:
        if kind in (X_MASTER, X_TUPLE, X_MASK):
            return tuple_of(data)
        if kind == X_ID:
            return 'X'
        if kind == X_TIMEOUT:
            return rounded(data)
        if kind == X_NAT:
            return '(' + ' '.join(f'{k}:' + (v.hex() if k == 1 else
                                             tuple_of(v))
                                  for k, v in attributes(data)) + ')'
    return data.hex()


class Teller(Port):
    """Prints connections and expectations, attribute by attribute."""

    def show(self, data):
        while len(data) >= 16:
            length, kind, flags, seq, portid = struct.unpack('=IHHII',
                                                             data[:16])
            own = self.fd.getsockname()[0]
            whose = 'own' if portid == own else 'none' if portid == 0 else \
                'other'
            self.lines.append(
                f'  {self.kind(kind)} flags {flags:#x} seq {seq} '
                f'portid {whose}' + self.rest(kind, flags, data[16:length]))
            data = data[(length + 3) & ~3:]

    @staticmethod
    def rest(kind, flags, body):
        if kind == 3:
            return f' error {struct.unpack("=i", body[:4])[0]}'
        if kind == 2:
            return failure(flags, body)
        out = f' family {body[0]} version {body[1]} {body[2:4].hex()}'
        for what, data in attributes(body[4:]):
            out += f' {what}:{words(kind >> 8, what, data)}'
        return out

    def tell(self, is_sorted=False):
        """All that there is; datagrams' borders do not matter."""
        self.lines = []
        while True:
            try:
                data, _, _, where = self.fd.recvmsg(65536)
            except BlockingIOError:
                break
            except OSError as error:
                self.lines.append(f'  {errno.errorcode[error.errno]}')
                continue
            before = len(self.lines)
            self.show(data)
            if where[1]:
                self.lines[before:] = [f'  [group {where[1]:#x}]{line[1:]}'
                                       for line in self.lines[before:]]
        for line in sorted(self.lines) if is_sorted else self.lines:
            print(self.name + line)


def failure(flags, body):
    error = struct.unpack('=i', body[:4])[0]
    out = f' {errno.errorcode.get(-error, error)}'
    rest = body[20:]
    if not flags & 0x100:
        length = struct.unpack('=I', body[4:8])[0] - 16
        rest = rest[(length + 3) & ~3:]
    while flags & 0x200 and len(rest) >= 4:
        length, kind = struct.unpack('=HH', rest[:4])
        value = rest[4:length]
        if kind == 1:
            out += ' "' + value.rstrip(b'\0').decode() + '"'
        elif kind & 0x3fff != 4:    # the policy: not in clew
            out += f' {kind}:{value.hex()}'
        rest = rest[(length + 3) & ~3:]
    return out


def ask(title, *messages, is_sorted=False):
    print('#', title)
    port = Teller()
    port.bind()
    port.set(EXT_ACK)
    port.set(10)
    for m in messages:
        if m:
            port.send(m)
            port.tell(is_sorted)
    port.fd.close()


def listing(title='the table', **how):
    ask(title, ct(GET, REQUEST | DUMP, family=0), is_sorted=True, **how)


def expected(title='what is expected'):
    ask(title, exp(EXP_GET, REQUEST | DUMP, family=0), is_sorted=True)


def flush():
    port = Port()
    port.fd.send(ct(DELETE, REQUEST, family=0))
    port.fd.send(exp(EXP_DELETE, REQUEST, family=0))
    port.fd.close()


def make(*attrs, family=V4, flags=MAKE):
    return ct(NEW, flags, *attrs, family=family)


def timeout(seconds=INFINITE):
    return attr(TIMEOUT, seconds)


def trial(title, *attrs, family=V4, flags=MAKE, is_shown=True):
    """Make one, look at it, forget it."""
    names = [a for a in attrs if struct.unpack('=H', a[2:4])[0] & 0x3fff in
             (ORIG, REPLY)][:1]
    zone = [a for a in attrs if struct.unpack('=H', a[2:4])[0] == ZONE]
    ask(title, make(*attrs, family=family, flags=flags),
        *([ct(GET, REQUEST, *names, *zone, family=family)] if is_shown
          else []),
        ct(DELETE, REQUEST, *names, *zone, family=family)
        if names else b'')


# Cases.

def creation():
    """A connection by request: tuples."""
    trial('the least there is', both(), timeout())
    trial('no timeout', both())
    trial('no reply', tup(ORIG, A, B, TCP, 1, 2), timeout())
    trial('no original', tup(REPLY, A, B, TCP, 1, 2), timeout())
    trial('no tuple', timeout())
    trial('not to be made', both(), timeout(), flags=REQUEST | ACK)
    trial('protocols differ', tup(ORIG, A, B, TCP, 1, 2),
          tup(REPLY, B, A, UDP, 2, 1), timeout())
    trial('reply that has nothing to do with it', tup(ORIG, A, B, TCP, 1, 2),
          tup(REPLY, '10.9.9.9', '10.8.8.8', TCP, 3, 4), timeout())
    trial('its own answer', tup(ORIG, A, A, TCP, 5, 5),
          tup(REPLY, A, A, TCP, 5, 5), timeout())
    for protocol in (UDP, UDPLITE, SCTP, DCCP, GRE, 0, 99, 255):
        trial(f'protocol {protocol}', both(protocol), timeout())
    for protocol in (TCP, GRE, 99):
        trial(f'protocol {protocol} without ports',
              tup(ORIG, A, B, protocol), tup(REPLY, B, A, protocol),
              timeout())
        trial(f'protocol {protocol} with one port',
              tup(ORIG, A, B, protocol, 1), tup(REPLY, B, A, protocol, 1),
              timeout())
    for kind, answer in ((8, 0), (0, 8), (13, 14), (15, 16), (17, 18), (3, 3),
                         (5, 5), (255, 255), (8, 8)):
        trial(f'icmp type {kind} answered by {answer}',
              tup(ORIG, A, B, ICMP, 1, kind, 0),
              tup(REPLY, B, A, ICMP, 1, answer, 0), timeout())
    for kind, answer in ((128, 129), (129, 128), (133, 134), (139, 140),
                         (1, 1), (127, 127)):
        trial(f'icmpv6 type {kind} answered by {answer}',
              tup(ORIG, A6, B6, ICMP6, 1, kind, 0),
              tup(REPLY, B6, A6, ICMP6, 1, answer, 0), timeout(), family=V6)
    trial('icmp without parts', tup(ORIG, A, B, ICMP), tup(REPLY, B, A, ICMP),
          timeout())
    for protocol in (TCP, UDP, ICMP6, 99):
        numbers = (1, 128, 0) if protocol == ICMP6 else (1, 2)
        other = (1, 129, 0) if protocol == ICMP6 else (2, 1)
        trial(f'IPv6, protocol {protocol}',
              tup(ORIG, A6, B6, protocol, *numbers),
              tup(REPLY, B6, A6, protocol, *other), timeout(), family=V6)
    trial('icmpv6 over IPv4', tup(ORIG, A, B, ICMP6, 1, 128, 0),
          tup(REPLY, B, A, ICMP6, 1, 129, 0), timeout())
    for family in (0, 1, 7, 12, 255):
        trial(f'family {family}', both(), timeout(), family=family)
    trial('IPv6 that is not', both(), timeout(), family=V6)
    trial('IPv4 that is not', both(a=A6, b=B6), timeout())


def tuples():
    """Tuples that are not whole."""
    good = tup(REPLY, B, A, TCP, 80, 1000)
    for title, bad in (
            ('empty', nest(ORIG)),
            ('no parts', nest(ORIG, ip_of(A, B))),
            ('no addresses', nest(ORIG, parts(TCP, 1, 2))),
            ('no source', nest(ORIG, ip_of(None, B), parts(TCP, 1, 2))),
            ('no destination', nest(ORIG, ip_of(A, None), parts(TCP, 1, 2))),
            ('empty addresses', nest(ORIG, nest(1), parts(TCP, 1, 2))),
            ('empty parts', nest(ORIG, ip_of(A, B), nest(2))),
            ('no protocol', nest(ORIG, ip_of(A, B),
                                 nest(2, u16(2, 1), u16(3, 2)))),
            ('short address', nest(ORIG, nest(1, attr(1, b'\1\2'),
                                              address(2, B)),
                                   parts(TCP, 1, 2))),
            ('long address', nest(ORIG, nest(1, attr(1, bytes(8)),
                                             address(2, B)),
                                  parts(TCP, 1, 2))),
            ('short port', nest(ORIG, ip_of(A, B),
                                nest(2, u8(1, TCP), u8(2, 1), u16(3, 2)))),
            ('long port', nest(ORIG, ip_of(A, B),
                               nest(2, u8(1, TCP), attr(2, 1), u16(3, 2)))),
            ('long protocol', nest(ORIG, ip_of(A, B),
                                   nest(2, attr(1, 6), u16(2, 1),
                                        u16(3, 2)))),
            ('empty protocol', nest(ORIG, ip_of(A, B),
                                    nest(2, attr(1, b''), u16(2, 1),
                                         u16(3, 2)))),
            ('not nested by its flag', attr(ORIG, ip_of(A, B) +
                                            parts(TCP, 1, 2))),
            ('three bytes', attr(ORIG, b'\1\2\3')),
            ('an attribute cut short', attr(ORIG, ip_of(A, B) +
                                            b'\x40\0\2\x80')),
            ('twice', tup(ORIG, B, A, TCP, 9, 9) +
             tup(ORIG, A, B, TCP, 1000, 80)),
            ('unknown attributes', tup(ORIG, A, B, TCP, 1000, 80,
                                       more=attr(9, 9) + attr(77, b'x'))),
            ('a port of UDP besides icmp', nest(
                ORIG, ip_of(A, B), nest(2, u8(1, TCP), u16(2, 1000),
                                        u16(3, 80), u16(4, 1), u8(5, 200))))):
        ask(title, ct(NEW, CHANGE, bad, good, timeout()),
            ct(GET, CHANGE, bad), ct(DELETE, CHANGE, bad))


def wrong_sizes():
    """Attributes of other sizes than Linux takes."""
    for kind in range(29):
        # Of a connection that is not there, so that nothing is made.
        ask(f'attribute {kind} of 0, 1, 3, 4, 17, 40 bytes', *[
            ct(NEW, CHANGE, both(), attr(kind, bytes(size)))
            for size in (0, 1, 3, 4, 17, 40)])


def status():
    """CTA_STATUS."""
    for bits in [0, CONFIRMED, CONFIRMED | SEEN | ASSURED,
                 0xffffffff] + [CONFIRMED | 1 << n for n in range(17)]:
        ask(f'made with {bits:#x}', make(both(), timeout(),
                                         attr(STATUS, bits)),
            ct(GET, REQUEST, both()), ct(DELETE, REQUEST, both()))
        ask(f'changed to {bits:#x}', make(both(), timeout()),
            ct(NEW, CHANGE, both(), attr(STATUS, bits)),
            ct(GET, REQUEST, both()),
            ct(NEW, CHANGE, both(), attr(STATUS, CONFIRMED)),
            ct(GET, REQUEST, both()),
            ct(NEW, CHANGE, both(), timeout(5000)),
            ct(DELETE, REQUEST, both()))


def simple():
    """Timeout, mark, labels, zone."""
    for seconds in (0, 1, 5, 2147483, 2147484, 8589934, 8589935, 21474836,
                    0x7fffffff, 0xffffffff):
        trial(f'timeout {seconds}', both(), timeout(seconds),
              is_shown=seconds not in (1,))
    for mark, mask in ((0, None), (5, None), (0xffffffff, None), (5, 0),
                       (0xf0, 0xff), (0xff, 0x0f)):
        mask = [] if mask is None else [attr(MARK_MASK, mask)]
        trial(f'mark {mark:#x} {mask}', both(), timeout(), attr(MARK, mark),
              *mask)
        ask('changed', make(both(), timeout(), attr(MARK, 0x1234)),
            ct(NEW, CHANGE, both(), attr(MARK, mark), *mask),
            ct(GET, REQUEST, both()))
        flush()
    trial('a mask alone', both(), timeout(), attr(MARK_MASK, 1))
    for size in (0, 1, 3, 4, 8, 12, 16, 17, 20):
        labels = attr(LABELS, bytes([0x81] * size))
        trial(f'{size} bytes of labels', both(), timeout(), labels)
        for mask in (0, 4, size):
            ask(f'{size} bytes of labels, {mask} of mask',
                make(both(), timeout(), attr(LABELS, bytes([0xf0] * 16))),
                ct(NEW, CHANGE, both(), labels,
                   attr(LABELS_MASK, bytes([0x0f] * mask))),
                ct(GET, REQUEST, both()))
            flush()
    for zone in (0, 1, 65535):
        trial(f'zone {zone}', both(), timeout(), u16(ZONE, zone))
    for zones in ((1, None), (None, 1), (1, 1), (1, 2), (0, 1), (1, 0),
                  (0, 0)):
        trial(f'zones {zones}', both(zones=zones), timeout())
        trial(f'zones {zones} and zone 3', both(zones=zones), timeout(),
              u16(ZONE, 3))
        trial(f'zones {zones} and zone 0', both(zones=zones), timeout(),
              u16(ZONE, 0))
    print('# zones are apart')
    for zone in (0, 1, 2):
        ask(f'made in {zone}', make(both(), timeout(), u16(ZONE, zone)))
        ask(f'again', make(both(), timeout(), u16(ZONE, zone)))
    ask('asked for', ct(GET, REQUEST, both(), u16(ZONE, 1)),
        ct(GET, REQUEST, both(), u16(ZONE, 3)),
        ct(GET, REQUEST, tup(ORIG, A, B, TCP, 1000, 80, more=u16(3, 1))),
        ct(GET, REQUEST, tup(REPLY, B, A, TCP, 80, 1000, more=u16(3, 2))),
        ct(GET, REQUEST, tup(REPLY, B, A, TCP, 80, 1000, more=u16(3, 2)),
           u16(ZONE, 1)))
    ask('deleted', ct(DELETE, CHANGE, both(), u16(ZONE, 2)),
        ct(DELETE, CHANGE, both(), u16(ZONE, 2)))
    listing()
    flush()
    ask('one way', make(both(zones=(4, None)), timeout()),
        make(both(zones=(4, None)), timeout()),
        make(both(zones=(5, None)), timeout()),
        make(both(zones=(None, 4)), timeout()),
        ct(GET, REQUEST, tup(ORIG, A, B, TCP, 1000, 80, more=u16(3, 4))),
        ct(GET, REQUEST, tup(REPLY, B, A, TCP, 80, 1000, more=u16(3, 4))),
        ct(GET, REQUEST, tup(REPLY, B, A, TCP, 80, 1000)),
        ct(GET, REQUEST, both(), u16(ZONE, 4)))
    listing()
    flush()


def tcp(*attrs):
    return nest(PROTOINFO, nest(1, *attrs))


def sctp(*attrs):
    return nest(PROTOINFO, nest(3, *attrs))


def protocols():
    """CTA_PROTOINFO."""
    for state in (0, 1, 3, 8, 9, 10, 11, 255):
        trial(f'TCP state {state}', both(), timeout(), tcp(u8(1, state)))
    pair = struct.pack
    for title, info in (
            ('nothing', nest(PROTOINFO)), ('empty', tcp()),
            ('scales without flags', tcp(u8(1, 3), u8(2, 7), u8(3, 8))),
            ('flags', tcp(u8(1, 3), attr(4, b'\x0a\x0a'),
                          attr(5, b'\xff\x0f'))),
            ('flags and scales', tcp(u8(1, 3), u8(2, 7), u8(3, 8),
                                     attr(4, b'\x03\x03'),
                                     attr(5, b'\x03\x03'))),
            ('one scale', tcp(u8(1, 3), u8(2, 7), attr(4, b'\x01\x01'),
                              attr(5, b'\x01\x01'))),
            ('large scales', tcp(u8(1, 3), u8(2, 14), u8(3, 15),
                                 attr(4, b'\x01\x01'), attr(5, b'\x01\x01'))),
            ('huge scales', tcp(u8(1, 3), u8(2, 255), u8(3, 200),
                                attr(4, b'\x01\x01'), attr(5, b'\x01\x01'))),
            ('short flags', tcp(u8(1, 3), attr(4, b'\x01'))),
            ('long flags', tcp(u8(1, 3), attr(4, b'\x01\x01\x01\x01'))),
            ('no mask', tcp(u8(1, 3), attr(4, b'\xff\0'))),
            ('all flags', tcp(u8(1, 3), attr(4, b'\xff\xff'))),
            ('long state', tcp(attr(1, 3))),
            ('that of SCTP', sctp(u8(1, 3), attr(2, 1), attr(3, 2)))):
        trial('TCP: ' + title, both(), timeout(), info)
        ask('TCP changed: ' + title, make(
            both(), timeout(), tcp(u8(1, 1), u8(2, 1), u8(3, 2),
                                   attr(4, b'\x05\x05'), attr(5, b'\x05\x05'))),
            ct(NEW, CHANGE, both(), info), ct(GET, REQUEST, both()))
        flush()
    for state in (0, 1, 4, 7, 8, 9, 10, 255):
        trial(f'SCTP state {state}', both(SCTP), timeout(),
              sctp(u8(1, state), attr(2, 0x1234), attr(3, 0xabcdef01)))
    for title, info in (
            ('nothing', nest(PROTOINFO)), ('empty', sctp()),
            ('no state', sctp(attr(2, 1), attr(3, 2))),
            ('no tags', sctp(u8(1, 3))), ('a tag', sctp(u8(1, 3), attr(2, 1))),
            ('short tags', sctp(u8(1, 3), u16(2, 1), u16(3, 2)))):
        trial('SCTP: ' + title, both(SCTP), timeout(), info)
        ask('SCTP changed: ' + title, make(both(SCTP), timeout()),
            ct(NEW, CHANGE, both(SCTP), info), ct(GET, REQUEST, both(SCTP)))
        flush()
    trial('UDP with a state of TCP', both(UDP), timeout(), tcp(u8(1, 3)))
    adj = [attr(1, 100), attr(2, 0xffffffff), attr(3, 5)]
    for title, bytes_ in (('whole', adj), ('no position', adj[1:]),
                          ('no before', adj[::2]), ('no after', adj[:2]),
                          ('nothing', []),
                          ('short', [u16(1, 1), adj[1], adj[2]])):
        for kinds in ((ADJ_ORIG,), (ADJ_REPLY,), (ADJ_ORIG, ADJ_REPLY)):
            attrs = [nest(k, *bytes_) for k in kinds]
            trial(f'sequence adjustment {kinds}, {title}', both(), timeout(),
                  *attrs)
            ask('changed', make(both(), timeout()),
                ct(NEW, CHANGE, both(), *attrs), ct(GET, REQUEST, both()))
            flush()
    trial('synproxy', both(), timeout(), nest(SYNPROXY, *adj))
    trial('synproxy, not whole', both(), timeout(), nest(SYNPROXY, adj[0]))


def helper(name, *more):
    return nest(HELP, attr(1, name), *more)


def helpers():
    """CTA_HELP and CTA_TUPLE_MASTER."""
    for name, protocol in (('ftp', TCP), ('ftp', UDP), ('tftp', UDP),
                           ('sip', TCP), ('sip', UDP), ('irc', TCP),
                           ('amanda', UDP), ('pptp', TCP), ('RAS', UDP),
                           ('Q.931', TCP), ('H.245', UDP), ('snmp', UDP),
                           ('netbios-ns', UDP), ('snmp_trap', UDP),
                           ('sane', TCP), ('nothing', TCP), ('', TCP),
                           ('x' * 15, TCP), ('x' * 16, TCP), ('x' * 40, TCP)):
        trial(f'{name} over {protocol}', both(protocol), timeout(),
              helper(name))
    for name in ('irc', 'ftp', 'H.245'):
        trial(f'{name} over IPv6', both(UDP if name == 'H.245' else TCP,
                                        a=A6, b=B6), timeout(), helper(name),
              family=V6)
    trial('no name', both(), timeout(), nest(HELP))
    trial('without NUL', both(), timeout(), nest(HELP, attr(1, b'ftp')))
    trial('with data', both(), timeout(), helper('ftp', attr(2, bytes(8))))
    ask('changed', make(both(), timeout(), helper('ftp')),
        ct(NEW, CHANGE, both(), helper('ftp')),
        ct(NEW, CHANGE, both(), helper('ftp', attr(2, bytes(4)))),
        ct(NEW, CHANGE, both(), helper('irc')),
        ct(NEW, CHANGE, both(), helper('no')),
        ct(NEW, CHANGE, both(), nest(HELP)),
        ct(NEW, CHANGE, both(), helper('')), ct(GET, REQUEST, both()),
        ct(NEW, CHANGE, both(), helper('')),
        ct(NEW, CHANGE, both(), helper('ftp')), ct(GET, REQUEST, both()))
    flush()
    ask('given later', make(both(), timeout()),
        ct(NEW, CHANGE, both(), helper('ftp')),
        ct(NEW, CHANGE, both(), helper('no')),
        ct(NEW, CHANGE, both(), helper('')), ct(GET, REQUEST, both()))
    flush()
    child = both(TCP, 2000, 3000)
    ask('a master', make(both(), timeout(), helper('ftp')),
        make(child, timeout(), tup(MASTER, A, B, TCP, 1000, 80)),
        ct(GET, REQUEST, child))
    ask('its helper', ct(NEW, CHANGE, child, helper('ftp')),
        ct(NEW, CHANGE, child, helper('')),
        ct(NEW, CHANGE, child, tup(MASTER, A, B, TCP, 1000, 80)),
        ct(NEW, CHANGE, child, attr(STATUS, CONFIRMED)),
        ct(NEW, CHANGE, child, attr(STATUS, CONFIRMED | 1)))
    ask('the master is gone', ct(DELETE, CHANGE, both()),
        ct(GET, REQUEST, child))
    ask('a child that has a helper', make(both(), timeout(), helper('ftp')),
        make(both(TCP, 2001, 3000), timeout(), helper('irc'),
             tup(MASTER, A, B, TCP, 1000, 80)),
        ct(NEW, CHANGE, both(TCP, 2001, 3000), helper('irc')),
        ct(NEW, CHANGE, both(TCP, 2001, 3000), helper('ftp')))
    flush()
    ask('no such master', make(child, timeout(),
                               tup(MASTER, A, B, TCP, 1, 80)))
    ask('a master that is not whole',
        make(child, timeout(), nest(MASTER)),
        make(child, timeout(), nest(MASTER, ip_of(A, B))))
    ask('a master in a zone', make(both(), timeout(), u16(ZONE, 5)),
        make(child, timeout(), tup(MASTER, A, B, TCP, 1000, 80)),
        make(child, timeout(), tup(MASTER, A, B, TCP, 1000, 80,
                                   more=u16(3, 5))),
        make(child, timeout(), tup(MASTER, A, B, TCP, 1000, 80),
             u16(ZONE, 5)),
        ct(GET, REQUEST, child, u16(ZONE, 5)))
    flush()


def nat(kind, low=None, high=None, ports=None, family=V4):
    base = 1 if family == V4 else 4
    attrs = []
    if low:
        attrs.append(address(base, low))
    if high:
        attrs.append(address(base + 1, high))
    if ports is not None:
        attrs.append(nest(3, *[u16(1 + i, p) for i, p in enumerate(ports)]))
    return nest(kind, *attrs)


def translation():
    """CTA_NAT_SRC and CTA_NAT_DST."""
    for title, attrs in (
            ('source', [nat(NAT_SRC, '10.7.0.1', '10.7.0.1')]),
            ('source without an end', [nat(NAT_SRC, '10.7.0.1')]),
            ('source and a port', [nat(NAT_SRC, '10.7.0.1', '10.7.0.1',
                                       (5000, 5000))]),
            ('source and a port without an end',
             [nat(NAT_SRC, '10.7.0.1', '10.7.0.1', (5000,))]),
            ('source and ports', [nat(NAT_SRC, '10.7.0.1', '10.7.0.1',
                                      (900, 1100))]),
            ('a port alone', [nat(NAT_SRC, None, None, (5000, 5000))]),
            ('destination', [nat(NAT_DST, '10.7.0.2', '10.7.0.2')]),
            ('destination and a port', [nat(NAT_DST, '10.7.0.2', '10.7.0.2',
                                            (8080, 8080))]),
            ('both', [nat(NAT_SRC, '10.7.0.1', '10.7.0.1', (5000, 5000)),
                      nat(NAT_DST, '10.7.0.2', '10.7.0.2', (8080, 8080))]),
            ('empty source', [nest(NAT_SRC)]),
            ('empty destination', [nest(NAT_DST)]),
            ('both empty', [nest(NAT_SRC), nest(NAT_DST)]),
            ('the end alone', [nat(NAT_SRC, None, '10.7.0.9')]),
            ('a short address', [nest(NAT_SRC, attr(1, b'\1'))]),
            ('a short port', [nest(NAT_SRC, address(1, '10.7.0.1'),
                                   nest(3, u8(1, 1)))]),
            ('IPv6 within IPv4', [nat(NAT_SRC, A6, A6, None, V6)]),
            ('empty ports', [nest(NAT_SRC, address(1, '10.7.0.1'),
                                  nest(3))])):
        # Which id of many is free is chosen at random.
        for protocol in (TCP, ICMP)[:1 if 'ports' in title else 2]:
            tuples_ = both() if protocol == TCP else \
                tup(ORIG, A, B, ICMP, 77, 8, 0) + \
                tup(REPLY, B, A, ICMP, 77, 0, 0)
            trial(f'{title}, protocol {protocol}', tuples_, timeout(), *attrs)
        trial(f'{title}, with all its bits', both(), timeout(), *attrs,
              attr(STATUS, CONFIRMED | SEEN | ASSURED | 0x1b0))
    trial('IPv6', both(a=A6, b=B6), timeout(),
          nat(NAT_SRC, 'fd07::1', 'fd07::1', (7, 7), V6), family=V6)
    ask('a taken port', make(both(), timeout(),
                             nat(NAT_SRC, '10.7.0.1', '10.7.0.1', (5, 5))),
        make(both(sport=1001), timeout(),
             nat(NAT_SRC, '10.7.0.1', '10.7.0.1', (5, 5))))
    listing()
    ask('changed', ct(NEW, CHANGE, both(), nat(NAT_SRC, '10.7.0.1')),
        ct(NEW, CHANGE, both(), nest(NAT_DST)))
    flush()


def clashes():
    """What is there already."""
    ask('the same', make(both(), timeout()), make(both(), timeout()),
        make(both(), timeout(), flags=REQUEST | ACK | CREATE),
        make(tup(ORIG, A, B, TCP, 1000, 80),
             tup(REPLY, '10.3.3.3', A, TCP, 80, 1000), timeout()),
        make(tup(ORIG, '10.3.3.3', B, TCP, 1000, 80),
             tup(REPLY, B, A, TCP, 80, 1000), timeout()),
        make(tup(ORIG, B, A, TCP, 80, 1000), tup(REPLY, A, B, TCP, 1000, 80),
             timeout()),
        make(tup(ORIG, A, '10.3.3.4', TCP, 80, 1000),
             tup(REPLY, A, B, TCP, 1000, 80), timeout()))
    listing()
    flush()
    for attrs in ([attr(ID, 1)], [attr(SECMARK, 1)], [attr(USE, 1)],
                  [nest(SECCTX, attr(1, 'x'))], [nest(COUNT_ORIG)],
                  [nest(TIMESTAMP)], [nest(FILTER, attr(1, 1))],
                  [attr(STATUS_MASK, 1)], [attr(EVENT_TIME, bytes(8))],
                  [attr(28, 1)], [attr(99, 1)]):
        trial(f'with attribute {attrs[0][2]}', both(), timeout(), *attrs)


def filters():
    """What a dump and a flush leave out."""
    def fill():
        port = Port()
        for m in (make(both(), timeout(), attr(MARK, 1)),
                  make(both(UDP), timeout(), attr(MARK, 3)),
                  make(tup(ORIG, A, B, ICMP, 9, 8, 0),
                       tup(REPLY, B, A, ICMP, 9, 0, 0), timeout()),
                  make(both(TCP, 1, 2, A6, B6), timeout(), attr(MARK, 2),
                       family=V6),
                  make(both(UDP, 1, 2, B6, A6), timeout(), family=V6),
                  make(both(SCTP, 5, 6), timeout(), attr(
                      STATUS, CONFIRMED | SEEN)),
                  make(both(TCP, 7, 8), timeout(), u16(ZONE, 9)),
                  make(both(TCP, 7, 9, zones=(9, None)), timeout())):
            port.fd.send(m)
        port.fd.close()

    def flags(orig=None, reply=None):
        return nest(FILTER,
                    *([attr(1, struct.pack('=I', orig))] if orig is not None
                      else []),
                    *([attr(2, struct.pack('=I', reply))] if reply is not None
                      else []))

    fill()
    one = tup(ORIG, A, B, TCP, 1000, 80)
    back = tup(REPLY, B, A, TCP, 80, 1000)
    cases = [
        ('nothing', []), ('mark 1', [attr(MARK, 1)]),
        ('mark 1/1', [attr(MARK, 1), attr(MARK_MASK, 1)]),
        ('mark 0', [attr(MARK, 0)]), ('a mask', [attr(MARK_MASK, 1)]),
        ('status', [attr(STATUS, CONFIRMED | SEEN)]),
        ('status/mask', [attr(STATUS, 0), attr(STATUS_MASK, SEEN)]),
        ('status 0', [attr(STATUS, 0)]),
        ('a status mask', [attr(STATUS_MASK, 1)]),
        ('a mask of 0', [attr(STATUS, 8), attr(STATUS_MASK, 0)]),
        ('zone 9', [u16(ZONE, 9)]), ('zone 0', [u16(ZONE, 0)]),
        ('zone 9 and mark', [u16(ZONE, 9), attr(MARK, 0)]),
        ('empty filter', [nest(FILTER)]),
        ('flags without a tuple', [flags(1)]),
        ('reply flags without a tuple', [flags(None, 1), one]),
        ('a tuple without flags', [one]),
        ('no flags', [flags(0, 0), one]),
        ('source', [flags(1), one]), ('destination', [flags(2), one]),
        ('source and zone', [flags(5), one]),
        ('zone of its own', [flags(5), tup(ORIG, A, B, TCP, 1, 2,
                                           more=u16(3, 9))]),
        ('zone of its own, zone', [flags(5), u16(ZONE, 9), tup(
            ORIG, A, B, TCP, 1, 2, more=u16(3, 9))]),
        ('protocol', [flags(8), one]),
        ('port', [flags(0x18), one]), ('other port', [flags(0x28), one]),
        ('port without protocol', [flags(0x10), one]),
        ('icmp type without protocol', [flags(0x40), one]),
        ('icmp flags with TCP', [flags(0x1c8), one]),
        ('icmp', [flags(0x1c8), tup(ORIG, A, B, ICMP, 9, 8, 0)]),
        ('icmp, another id', [flags(0x1c8), tup(ORIG, A, B, ICMP, 8, 8, 0)]),
        ('sctp ports', [flags(0x38), tup(ORIG, A, B, SCTP, 50, 60)]),
        ('reply', [flags(None, 0x3f), back]),
        ('both', [flags(0x3f, 0x3f), one, back]),
        ('too many flags', [flags(0x1000), one]),
        ('too many reply flags', [flags(None, 0x80000000), back]),
        ('all flags', [flags(0xfff), one]),
        ('source, not there', [flags(1), nest(ORIG, ip_of(None, B))]),
        ('source alone', [flags(1), nest(ORIG, ip_of(A, None))]),
        ('protocol alone', [flags(8), nest(ORIG, nest(2, u8(1, TCP)))]),
        ('protocol, not there', [flags(8), nest(ORIG, ip_of(A, B))]),
        ('a port alone', [flags(0x18), nest(ORIG, nest(2, u8(1, TCP),
                                                       u16(2, 1000)))]),
        ('short flags', [nest(FILTER, u16(1, 1)), one]),
        ('unknown flags', [nest(FILTER, attr(3, 1)), one]),
    ]
    for title, attrs in cases:
        for family in (V4, 0)[:1 if 'flags' in title else 2]:
            ask(f'{title}, family {family}', ct(GET, REQUEST | DUMP, *attrs,
                                                family=family),
                is_sorted=True)
    six = tup(ORIG, A6, B6, TCP, 1, 2)
    for title, attrs in (('family alone', []), ('protocol', [flags(8), six]),
                         ('port', [flags(0x38), six])):
        ask(f'IPv6, {title}', ct(GET, REQUEST | DUMP, *attrs, family=V6),
            is_sorted=True)
    for family in (1, 7, 255):
        ask(f'family {family}', ct(GET, REQUEST | DUMP, family=family))
    ask('half of a dump', ct(GET, REQUEST | 0x100, family=0), is_sorted=True)
    ask('the other half', ct(GET, REQUEST | 0x200, family=0), is_sorted=True)
    ask('counters to 0', ct(CTRZERO, REQUEST | DUMP, family=0),
        is_sorted=True)
    ask('one counter to 0', ct(CTRZERO, REQUEST, one))
    flush()
    flushes = [c for c in cases if c[0] in (
        'nothing', 'mark 1/1', 'status', 'status 0', 'zone 9', 'port',
        'a tuple without flags', 'flags without a tuple')]
    for title, attrs in flushes:
        for family, version in ((V4, 0), (V4, 1), (V6, 1)):
            fill()
            ask(f'flush: {title}, family {family}, version {version}',
                ct(DELETE, CHANGE, *attrs, family=family, version=version),
                ct(GET, REQUEST | DUMP, family=0), is_sorted=True)
    flush()


def one():
    """Get and delete."""
    ask('made', make(both(), timeout(), attr(MARK, 6)))
    for kind in (GET, DELETE):
        ask('nothing named', ct(kind, CHANGE)) if kind == GET else None
        ask('not there', ct(kind, CHANGE, tup(ORIG, A, B, TCP, 9, 9)))
        ask('another protocol', ct(kind, CHANGE, tup(ORIG, A, B, UDP, 1000,
                                                     80)))
        ask('a wrong id', ct(kind, CHANGE, both(), attr(ID, 1)))
        ask('a short id', ct(kind, CHANGE, both(), u16(ID, 1)))
        ask('unknown family', ct(kind, CHANGE, both(), family=7))
    ask('by the original', ct(GET, CHANGE, tup(ORIG, A, B, TCP, 1000, 80)))
    ask('by the reply', ct(GET, CHANGE, tup(REPLY, B, A, TCP, 80, 1000)))
    ask('by the reply as the original', ct(GET, CHANGE,
                                           tup(ORIG, B, A, TCP, 80, 1000)))
    ask('both differ', ct(GET, CHANGE, tup(ORIG, A, B, TCP, 1000, 80),
                          tup(REPLY, A, B, TCP, 1, 1)))
    ask('with a filter', ct(DELETE, CHANGE, tup(ORIG, A, B, TCP, 1, 1),
                            nest(FILTER, attr(1, struct.pack('=I', 0x3f)))))
    ask('deleted by the reply', ct(DELETE, CHANGE,
                                   tup(REPLY, B, A, TCP, 80, 1000)))
    ask('again', ct(DELETE, CHANGE, both()))
    for kind in (DYING, UNCONFIRMED, STATS, 8, 9, 255):
        if kind != STATS:
            ask(f'message {kind}', ct(kind, CHANGE))
            ask(f'dump {kind}', ct(kind, REQUEST | DUMP))
    flush()


def events():
    """Who is told of what, and whose doing it was."""
    watch = Teller(name='watch: ')
    watch.bind(ALL_GROUPS)
    actor = Teller(name='actor: ')
    actor.bind()
    listening = Teller(name='self: ')
    listening.bind(ALL_GROUPS)
    steps = [
        ('made', make(both(), timeout())),
        ('made with all there is', make(
            both(TCP, 5), timeout(), attr(MARK, 4), helper('ftp'),
            attr(LABELS, bytes([1] * 16)), tcp(u8(1, 3)),
            attr(STATUS, CONFIRMED | SEEN | ASSURED),
            nest(ADJ_ORIG, attr(1, 1), attr(2, 2), attr(3, 3)))),
        ('made in a zone', make(both(UDP, 5), timeout(), u16(ZONE, 2))),
        ('made with a master', make(both(TCP, 6), timeout(),
                                    tup(MASTER, A, B, TCP, 5, 80))),
        ('refused', make(both(), timeout())),
        ('bad labels', make(both(TCP, 7), timeout(), attr(LABELS, b'abc'))),
        ('a mark', ct(NEW, CHANGE, both(), attr(MARK, 9))),
        ('the same mark', ct(NEW, CHANGE, both(), attr(MARK, 9))),
        ('nothing', ct(NEW, CHANGE, both())),
        ('a timeout', ct(NEW, CHANGE, both(), timeout(500))),
        ('labels', ct(NEW, CHANGE, both(), attr(LABELS, bytes([3] * 16)))),
        ('a status', ct(NEW, CHANGE, both(), attr(STATUS, CONFIRMED | SEEN))),
        ('a state', ct(NEW, CHANGE, both(), tcp(u8(1, 5)))),
        ('refused', ct(NEW, CHANGE, both(), attr(STATUS, 0))),
        ('half refused', ct(NEW, CHANGE, both(), timeout(77),
                            attr(STATUS, 0))),
        ('of one with a helper', ct(NEW, CHANGE, both(TCP, 5), attr(MARK, 1))),
        ('deleted', ct(DELETE, CHANGE, both())),
        ('flushed', ct(DELETE, CHANGE)),
    ]
    for flag in (0, ECHO):
        for who in (actor, listening):
            for title, m in steps:
                print(f'# {title}, flags {flag:#x}, by {who.name}')
                m = bytearray(m)
                struct.pack_into('=H', m, 6,
                                 struct.unpack_from('=H', m, 6)[0] | flag)
                who.send(bytes(m))
                is_sorted = title == 'flushed'
                actor.tell(is_sorted)
                listening.tell(is_sorted)
                watch.tell(is_sorted)
    some = Teller(name='destroy alone: ')
    some.bind(GROUP_DESTROY)
    actor.send(make(both(), timeout()))
    actor.send(ct(DELETE, CHANGE, both()))
    for port in (actor, some):
        port.tell()
    for port in (watch, actor, listening, some):
        port.fd.close()
    flush()


def expectation(sport=0, dport=2000, a=A, b=B, protocol=TCP, mask=True,
                master=(TCP, 1000, 80), more=()):
    return [tup(X_TUPLE, a, b, protocol, sport, dport)] + \
        ([tup(X_MASK, '255.255.255.255', '255.255.255.255', protocol,
              0xffff if sport else 0, 0xffff)] if mask else []) + \
        ([tup(X_MASTER, a, b, *master)] if master else []) + list(more)


def expect_new():
    """An expectation by request."""
    first = make(both(), timeout(), helper('ftp'))
    bare = make(both(TCP, 1001), timeout())
    sip = make(both(UDP, 1000, 5060), timeout(), helper('sip'))

    def trial_of(title, *attrs, flags=MAKE, family=V4, masters=(first,)):
        ask(title, *masters, exp(EXP_NEW, flags, *attrs, family=family),
            exp(EXP_GET, REQUEST | DUMP, family=0))
        flush()

    t = [attr(X_TIMEOUT, 50)]
    trial_of('the least there is', *expectation())
    trial_of('a timeout', *expectation(), *t)
    trial_of('its helper', *expectation(), *t, attr(X_HELP, 'ftp'))
    trial_of('another helper', *expectation(), *t, attr(X_HELP, 'irc'))
    trial_of('no such helper', *expectation(), *t, attr(X_HELP, 'no'))
    trial_of('a helper of another protocol', *expectation(), *t,
             attr(X_HELP, 'tftp'))
    trial_of('an empty helper', *expectation(), *t, attr(X_HELP, ''))
    trial_of('a long helper', *expectation(), *t, attr(X_HELP, 'x' * 16))
    trial_of('not to be made', *expectation(), flags=REQUEST | ACK)
    trial_of('no master', *expectation(master=None))
    trial_of('no mask', *expectation(mask=False))
    trial_of('no tuple', *expectation()[1:])
    trial_of('no such master', *expectation(master=(TCP, 9, 9)))
    trial_of('a master without a helper', *expectation(
        master=(TCP, 1001, 80)), masters=(bare,))
    trial_of('the same and a helper', *expectation(master=(TCP, 1001, 80)),
             attr(X_HELP, 'ftp'), masters=(bare,))
    trial_of('master that lost its helper', *expectation(), *t, masters=(
        first, ct(NEW, CHANGE, both(), helper(''))))
    trial_of('by the reply of the master', tup(X_TUPLE, A, B, TCP, 0, 1),
             tup(X_MASK, A, B, TCP, 0, 1), tup(X_MASTER, B, A, TCP, 80, 1000))
    for flags in (0, 1, 2, 3, 4, 7, 8, 0x10, 0xffffffff):
        trial_of(f'flags {flags:#x}', *expectation(), attr(X_FLAGS, flags))
    for number in (0, 1, 2, 3, 4, 5, 0xffffffff):
        trial_of(f'class {number}', *expectation(), attr(X_CLASS, number))
        trial_of(f'class {number} with its helper', *expectation(),
                 attr(X_CLASS, number), attr(X_HELP, 'ftp'))
        trial_of(f'class {number} of sip', *expectation(
            protocol=UDP, master=(UDP, 1000, 5060)), attr(X_CLASS, number),
            attr(X_HELP, 'sip'), masters=(sip,))
    for name in ('nat-follow-master', 'Q.931', 'sip', 'H.245', 'no', '',
                 'callforwarding', 'pptp', 'RAS', 'x' * 100):
        trial_of(f'function {name}', *expectation(), attr(X_FN, name))
    trial_of('in a zone', *expectation(), u16(X_ZONE, 3))
    trial_of('in zone 0', *expectation(), u16(X_ZONE, 0))
    trial_of('in its zone', *expectation(), u16(X_ZONE, 3), masters=(
        make(both(), timeout(), helper('ftp'), u16(ZONE, 3)),))
    trial_of('its zone not named', *expectation(), masters=(
        make(both(), timeout(), helper('ftp'), u16(ZONE, 3)),))
    trial_of('an id', *expectation(), attr(X_ID, 5))
    trial_of('of another protocol', *expectation(protocol=UDP))
    trial_of('of icmp', tup(X_TUPLE, A, B, ICMP, 1, 8, 0),
             tup(X_MASK, A, B, ICMP, 1, 8, 0), expectation()[2])
    trial_of('of protocol 99', tup(X_TUPLE, A, B, 99),
             tup(X_MASK, A, B, 99), expectation()[2])
    trial_of('a mask of part', tup(X_TUPLE, A, B, TCP, 0x1234, 5),
             tup(X_MASK, '255.255.0.0', '1.2.3.4', TCP, 0xff00, 7),
             expectation()[2])
    trial_of('a mask of another protocol', tup(X_TUPLE, A, B, TCP, 0x1234, 5),
             tup(X_MASK, '255.255.0.0', '1.2.3.4', UDP, 0xff00, 7),
             expectation()[2])
    trial_of('tuple not whole', nest(X_TUPLE), *expectation()[1:])
    trial_of('mask not whole', expectation()[0], nest(X_MASK),
             expectation()[2])
    trial_of('master not whole', *expectation()[:2], nest(X_MASTER))
    trial_of('unknown family', *expectation(), family=7)
    trial_of('family 0', *expectation(), family=0)
    trial_of('a zone in the tuple', tup(X_TUPLE, A, B, TCP, 1, 2,
                                        more=u16(3, 1)), *expectation()[1:])
    for title, attrs in (
            ('whole', [attr(1, 1), tup(2, '10.5.5.5', B, TCP, 77, 88)]),
            ('direction 0', [attr(1, 0), tup(2, '10.5.5.5', B, TCP, 77, 88)]),
            ('direction 2', [attr(1, 2), tup(2, '10.5.5.5', B, TCP, 77, 88)]),
            ('zero', [attr(1, 1), tup(2, '0.0.0.0', B, TCP, 0, 88)]),
            ('zero but for the port', [attr(1, 1),
                                       tup(2, '0.0.0.0', B, TCP, 1, 88)]),
            ('another protocol', [attr(1, 1), tup(2, A, B, UDP, 1, 88)]),
            ('no direction', [tup(2, A, B, TCP, 1, 88)]),
            ('no tuple', [attr(1, 1)]), ('nothing', []),
            ('not whole', [attr(1, 1), nest(2)])):
        trial_of(f'nat, {title}', *expectation(), nest(X_NAT, *attrs))
    for kind in range(13):
        for size in (0, 1, 2, 3, 4, 5, 17):
            ask(f'attribute {kind} of {size} bytes', first,
                exp(EXP_NEW, MAKE, *expectation(), attr(kind, bytes(size))))
            flush()


def expect_again():
    """What is expected already, and too much of it."""
    first = make(both(), timeout(), helper('ftp'))
    second = make(both(TCP, 1001), timeout(), helper('ftp'))
    again = exp(EXP_NEW, MAKE, *expectation())
    change = exp(EXP_NEW, CHANGE, *expectation(), attr(X_TIMEOUT, 70))
    ask('twice', first, again, again, change,
        exp(EXP_NEW, CHANGE, *expectation(), attr(X_FLAGS, 1)),
        exp(EXP_NEW, CHANGE, *expectation()[:2]),
        exp(EXP_NEW, REQUEST | ACK | CREATE, *expectation()))
    expected()
    ask('of another master', second,
        exp(EXP_NEW, MAKE, *expectation(master=(TCP, 1001, 80))),
        exp(EXP_NEW, MAKE, *expectation(5, master=(TCP, 1001, 80))))
    expected()
    ask('another port pushes it out', exp(EXP_NEW, MAKE,
                                          *expectation(0, 2001)))
    expected()
    flush()
    sip = make(both(UDP, 1000, 5060), timeout(), helper('sip'))
    for number in (0, 1, 2, 3):
        ask(f'eight of class {number}', sip, *[
            exp(EXP_NEW, MAKE, *expectation(
                0, 3000 + n, protocol=UDP, master=(UDP, 1000, 5060)),
                attr(X_CLASS, number), attr(X_HELP, 'sip'))
            for n in range(8)])
        expected()
        flush()
    for name, protocol in (('irc', TCP), ('tftp', UDP), ('amanda', UDP),
                           ('pptp', TCP), ('sane', TCP), ('snmp', UDP),
                           ('snmp_trap', UDP), ('netbios-ns', UDP),
                           ('H.245', UDP), ('Q.931', TCP), ('RAS', UDP)):
        port = Teller()
        port.bind()
        port.send(make(both(protocol), timeout(), helper(name)))
        for n in range(40):
            port.send(exp(EXP_NEW, MAKE, *expectation(
                0, 3000 + n, protocol=protocol, master=(protocol, 1000, 80))))
        port.lines = []
        while port.take_quietly():
            pass
        port.lines = []
        port.send(exp(EXP_GET, REQUEST | DUMP))
        while port.take_quietly():
            pass
        print(f'# {name} expects', len(port.lines) - 1, 'for',
              port.lines[0].split(f' {X_TIMEOUT}:')[1].split()[0])
        port.fd.close()
        flush()


def expect_one():
    """Get, delete, list by master."""
    first = make(both(), timeout(), helper('ftp'))
    sip = make(both(UDP, 1000, 5060), timeout(), helper('sip'))
    of_sip = [exp(EXP_NEW, MAKE, *expectation(
        0, 3000 + n, protocol=UDP, master=(UDP, 1000, 5060)),
        attr(X_CLASS, 1)) for n in range(2)]

    def fill():
        port = Port()
        for m in (first, sip, exp(EXP_NEW, MAKE, *expectation()), *of_sip):
            port.fd.send(m)
        port.fd.close()

    fill()
    for kind in (EXP_GET, EXP_DELETE):
        name = 'get' if kind == EXP_GET else 'delete'
        if kind == EXP_GET:
            ask('get nothing', exp(kind, CHANGE))
        for title, attrs in (
                ('not there', [tup(X_TUPLE, A, B, TCP, 1, 2)]),
                ('a wrong id', [expectation()[0], attr(X_ID, 1)]),
                ('another zone', [expectation()[0], u16(X_ZONE, 1)]),
                ('not whole', [nest(X_TUPLE)]),
                ('what it would match', [tup(X_TUPLE, A, B, TCP, 77, 2000)])):
            ask(f'{name}: {title}', exp(kind, CHANGE, *attrs))
            if kind == EXP_DELETE:
                expected('left')
                flush()
                fill()
    ask('get: the master as a tuple', exp(EXP_GET, CHANGE, tup(
        X_MASTER, A, B, TCP, 77, 2000)))
    ask('get: the master', exp(EXP_GET, CHANGE, expectation()[2]))
    ask('all of a master', exp(EXP_GET, REQUEST | ACK | DUMP,
                               expectation()[2]))
    ask('all of another', exp(EXP_GET, REQUEST | DUMP, tup(
        X_MASTER, A, B, UDP, 1000, 5060)), is_sorted=True)
    ask('all of nobody', exp(EXP_GET, REQUEST | DUMP, tup(
        X_MASTER, A, B, UDP, 9, 5060)))
    ask('all of one in a zone', exp(EXP_GET, REQUEST | DUMP, tup(
        X_MASTER, A, B, UDP, 1000, 5060), u16(X_ZONE, 3)))
    ask('all of a master without a helper', make(both(TCP, 9), timeout()),
        exp(EXP_GET, REQUEST | ACK | DUMP, tup(X_MASTER, A, B, TCP, 9, 80)))
    ask('the master is not whole', exp(EXP_GET, REQUEST | DUMP,
                                       nest(X_MASTER)))
    for family in (V4, V6, 0, 7):
        ask(f'all of family {family}', exp(EXP_GET, REQUEST | DUMP,
                                           family=family), is_sorted=True)
    ask('half of a dump', exp(EXP_GET, REQUEST | 0x100), is_sorted=True)
    for name in ('ftp', 'sip', 'no', ''):
        ask(f'delete those of {name}', exp(EXP_DELETE, CHANGE,
                                           attr(X_HELP, name)))
        expected('left')
        flush()
        fill()
    ask('delete by master', exp(EXP_DELETE, CHANGE, expectation()[2]))
    expected('left')
    fill()
    ask('the master goes', ct(DELETE, CHANGE, both()))
    expected('left')
    ask('the master loses its helper', ct(NEW, CHANGE, both(
        UDP, 1000, 5060), helper('')))
    expected('left')
    flush()
    for kind in (EXP_STATS, 4, 5, 255):
        if kind != EXP_STATS:
            ask(f'message {kind}', exp(kind, CHANGE))
    flush()


def expect_events():
    """Who is told of expectations."""
    watch = Teller(name='watch: ')
    watch.bind(ALL_GROUPS)
    actor = Teller(name='actor: ')
    actor.bind()
    steps = [
        ('a master', make(both(), timeout(), helper('ftp'))),
        ('made', exp(EXP_NEW, MAKE, *expectation())),
        ('refused', exp(EXP_NEW, MAKE, *expectation())),
        ('changed', exp(EXP_NEW, CHANGE, *expectation(),
                        attr(X_TIMEOUT, 50))),
        ('another', exp(EXP_NEW, MAKE, *expectation(0, 2001),
                        attr(X_FLAGS, 1))),
        ('deleted', exp(EXP_DELETE, CHANGE, *expectation(0, 2001))),
        ('made', exp(EXP_NEW, MAKE, *expectation())),
        ('flushed', exp(EXP_DELETE, CHANGE)),
        ('made', exp(EXP_NEW, MAKE, *expectation())),
        ('by its helper', exp(EXP_DELETE, CHANGE, attr(X_HELP, 'ftp'))),
        ('made', exp(EXP_NEW, MAKE, *expectation())),
        ('the helper goes', ct(NEW, CHANGE, both(), helper(''))),
        ('the master goes', ct(DELETE, CHANGE, both())),
        ('a master', make(both(), timeout(), helper('ftp'))),
        ('made', exp(EXP_NEW, MAKE, *expectation())),
        ('the master goes', ct(DELETE, CHANGE, both())),
    ]
    for flag in (0, ECHO):
        for title, m in steps:
            print(f'# {title}, flags {flag:#x}')
            m = bytearray(m)
            struct.pack_into('=H', m, 6,
                             struct.unpack_from('=H', m, 6)[0] | flag)
            actor.send(bytes(m))
            actor.tell()
            watch.tell()
    for port in (watch, actor):
        port.fd.close()
    flush()


def bpf(*instructions):
    """struct sock_filter[], and what setsockopt() takes."""
    code = b''.join(struct.pack('=HBBI', *i) for i in instructions)
    buffer = ctypes.create_string_buffer(code, max(len(code), 1))
    return buffer, struct.pack('HL', len(instructions),
                               ctypes.addressof(buffer))


def socket_filters():
    """Programs that a socket's owner attaches to it."""
    attach, detach = 26, 27
    ret_all, ret_none = (6, 0, 0, 0xffffffff), (6, 0, 0, 0)
    extension = 0xfffff000
    programs = [
        ('nothing', []), ('all', [ret_all]), ('none', [ret_none]),
        ('thirty bytes', [(6, 0, 0, 30)]), ('no return', [(0, 0, 0, 1)]),
        ('an unknown instruction', [(0xff, 0, 0, 0), ret_all]),
        ('a jump too far', [(5, 0, 0, 1), ret_all]),
        ('memory never written', [(0x60, 0, 0, 0), ret_all]),
        ('division by 0', [(0x34, 0, 0, 0), ret_all]),
        ('division by X', [(0x3c, 0, 0, 0), ret_all]),
        ('beyond the end', [(0x20, 0, 0, 100000), ret_all]),
        ('connections that are new', [
            (0x28, 0, 0, 4), (0x15, 0, 3, 0x0001), (0x28, 0, 0, 6),
            (0x45, 0, 1, 0x0004), ret_all, ret_none]),
        # The first attribute of type 18, a zone.
        ('those in a zone', [
            (0, 0, 0, 20), (1, 0, 0, ZONE), (0x30, 0, 0, extension + 12),
            (0x15, 1, 0, 0), ret_all, ret_none]),
        # Of the original tuple, the protocol within its parts.
        ('those of UDP', [
            (0, 0, 0, 20), (1, 0, 0, ORIG), (0x30, 0, 0, extension + 12),
            (1, 0, 0, 2), (0x30, 0, 0, extension + 16), (1, 0, 0, 1),
            (0x30, 0, 0, extension + 16), (7, 0, 0, 0), (0x50, 0, 0, 4),
            (0x15, 0, 1, UDP), ret_all, ret_none]),
    ]
    actor = Port(name='actor: ')
    for title, program in programs:
        print('#', title)
        port = Teller(name='port: ')
        port.bind(ALL_GROUPS)
        buffer, value = bpf(*program)
        port.attempt('attach', lambda: port.fd.setsockopt(
            socket.SOL_SOCKET, attach, value))
        del buffer
        for m in (make(both(), timeout()),
                  make(both(UDP), timeout(), u16(ZONE, 3)),
                  ct(DELETE, REQUEST, both()),
                  ct(DELETE, REQUEST, both(UDP), u16(ZONE, 3))):
            actor.fd.send(m)
        port.send(ct(GET, CHANGE, both()))
        port.tell()
        port.attempt('detach', lambda: port.fd.setsockopt(
            socket.SOL_SOCKET, detach, struct.pack('=i', 0)))
        port.attempt('detach', lambda: port.fd.setsockopt(
            socket.SOL_SOCKET, detach, struct.pack('=i', 0)))
        port.fd.close()
    actor.fd.close()


def reliable():
    """A listener that lags and asked for delivery."""
    many = 60
    watch = Port()
    watch.fd.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    watch.fd.bind((0, GROUP_DESTROY))
    watch.fd.setsockopt(270, 4, 1)      # NETLINK_BROADCAST_ERROR
    watch.fd.setsockopt(270, 5, 1)      # NETLINK_NO_ENOBUFS
    actor = Port()
    for n in range(many):
        actor.fd.send(make(both(TCP, n + 1), timeout(),
                           flags=REQUEST | CREATE))
    for n in range(many):
        actor.fd.send(ct(DELETE, REQUEST, both(TCP, n + 1)))

    def dying():
        port = Teller()
        port.lines = []
        port.bind()
        port.send(ct(DYING, REQUEST | DUMP, family=0))
        while port.take_quietly():
            pass
        port.fd.close()
        return len(port.lines) - 1

    print('some wait to be told:', 0 < dying() < many)
    ports, whose = set(), set()
    for _ in range(250):
        try:
            data = watch.fd.recv(65536)
            ports.add(data)
            whose.add(struct.unpack('=I', data[12:16])[0])
        except BlockingIOError:
            if len(ports) == many:
                break
            time.sleep(0.02)
    print('told of', len(ports), 'by', 'one' if whose == {
        actor.fd.getsockname()[0]} else whose)
    print('still waiting:', dying())
    watch.fd.close()
    actor.fd.close()


def take_quietly(port):
    try:
        data = port.fd.recv(65536)
    except BlockingIOError:
        return False
    Teller.show(port, data)
    return True


Teller.take_quietly = take_quietly

CASES = [creation, tuples, wrong_sizes, status, simple, protocols, helpers,
         translation, clashes, filters, one, events, expect_new, expect_again,
         expect_one, expect_events, socket_filters, reliable]

if __name__ == '__main__':
    # Linux keeps labels once a rule sets some.
    subprocess.run(['nft', 'add table t; add chain t c; '
                    'add rule t c ct label set 1'], check=True)
    for case in CASES:
        if len(sys.argv) == 1 or case.__name__ in sys.argv[1:]:
            print('##', case.__name__, '-', case.__doc__)
            case()
