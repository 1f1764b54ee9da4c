#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""cases.py - hand-made netlink datagrams, and what is answered, as text.

Talks to whatever answers netlink here: Linux, in a network namespace of its
own, or an engine ('clew exec'); tests/netlink/run compares the two.  Port
numbers and generations are left out, for they differ."""
import errno
import os
import socket
import struct
import sys

NETFILTER = 12
SOL_NETLINK = 270
(ADD_MEMBERSHIP, DROP_MEMBERSHIP, PKTINFO, BROADCAST_ERROR, NO_ENOBUFS) = \
    range(1, 6)
LISTEN_ALL_NSID, LIST_MEMBERSHIPS, CAP_ACK, EXT_ACK, STRICT = 8, 9, 10, 11, 12
REQUEST, MULTI, ACK, ECHO = 1, 2, 4, 8
DUMP, CREATE, EXCL = 0x300, 0x400, 0x200
BEGIN, END = 16, 17
NFTABLES = 10
(NEWTABLE, GETTABLE, DELTABLE, NEWCHAIN, GETCHAIN, DELCHAIN, NEWRULE, GETRULE,
 DELRULE) = range(9)
NEWGEN, GETGEN = 15, 16
INET, IPV4 = 1, 2


def attr(kind, data):
    if isinstance(data, str):
        data = data.encode() + b'\0'
    elif isinstance(data, int):
        data = struct.pack('>I', data)
    return struct.pack('=HH', 4 + len(data), kind) + data + \
        bytes(-len(data) % 4)


def nest(kind, *attrs):
    return attr(kind | 0x8000, b''.join(attrs))


def message(kind, flags=REQUEST, body=b'', seq=7, length=None):
    return struct.pack('=IHHII', 16 + len(body) if length is None else length,
                       kind, flags, seq, 0) + body + bytes(-len(body) % 4)


def nfgen(family=0, res_id=0):
    return struct.pack('>BBH', family, 0, res_id)


def nft(kind, flags=REQUEST, *attrs, family=INET, seq=7):
    return message(NFTABLES << 8 | kind, flags, nfgen(family) + b''.join(attrs),
                   seq)


def begin(flags=REQUEST, *attrs, res_id=NFTABLES, seq=1):
    return message(BEGIN, flags, nfgen(0, res_id) + b''.join(attrs), seq)


def end(flags=REQUEST, seq=99):
    return message(END, flags, nfgen(0, NFTABLES), seq)


def table(name, flags=REQUEST | CREATE, seq=7, kind=NEWTABLE):
    return nft(kind, flags, attr(1, name), seq=seq)


def chain(tab, name, flags=REQUEST | CREATE, seq=7, kind=NEWCHAIN):
    return nft(kind, flags, attr(1, tab), attr(3, name), seq=seq)


def rule(tab, name, *exprs, flags=REQUEST | CREATE | 0x800, seq=7):
    return nft(NEWRULE, flags, attr(1, tab), attr(2, name),
               nest(4, *exprs), seq=seq)


def jump(to):
    verdict = nest(2, attr(1, struct.pack('>i', -3)), attr(2, to))
    return nest(1, attr(1, 'immediate'),
                nest(2, attr(1, 0), nest(2, verdict)))


def counter():
    return nest(1, attr(1, 'counter'), nest(2))


def without_policy(data, flags):
    """An error without the policy that an attribute failed: not in clew."""
    quoted = struct.unpack('=I', data[20:24])[0] if not flags & 0x100 else 16
    at = 20 + (quoted + 3 & ~3)
    while len(data) - at >= 4:
        length, kind = struct.unpack('=HH', data[at:at + 4])
        length = (length + 3) & ~3
        if kind & 0x3fff == 4:
            data = data[:at] + data[at + length:]
        else:
            at += length
    return data, len(data)


class Port:
    """A netlink socket that prints what it gets."""

    def __init__(self, protocol=NETFILTER, name=''):
        self.fd = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
        self.fd.setblocking(False)
        self.name = name

    def bind(self, groups=0, portid=0):
        return self.attempt('bind', lambda: self.fd.bind((portid, groups)))

    def set(self, option, value=1):
        return self.attempt(f'set {option} {value}', lambda:
                            self.fd.setsockopt(SOL_NETLINK, option, value))

    def get(self, option, size=4):
        def do():
            value = self.fd.getsockopt(SOL_NETLINK, option, size)
            print(f'{self.name}get {option}:', value.hex())
        return self.attempt(f'get {option}', do)

    def attempt(self, what, action):
        try:
            action()
            return True
        except OSError as error:
            print(f'{self.name}{what}: {errno.errorcode[error.errno]}')
            return False

    def send(self, *parts):
        return self.attempt('send', lambda: self.fd.send(b''.join(parts)))

    def take(self, size=65536, flags=0):
        """Print one datagram. => False: there was none."""
        try:
            data, _, mflags, address = self.fd.recvmsg(size, 0, flags)
        except BlockingIOError:
            return False
        except OSError as error:
            print(f'{self.name}recv: {errno.errorcode[error.errno]}')
            return True
        print(f'{self.name}datagram from {address[0]} groups {address[1]:#x}'
              f'{" cut" if mflags & socket.MSG_TRUNC else ""}')
        if not mflags & socket.MSG_TRUNC:
            self.show(data)
        return True

    def drain(self):
        while self.take():
            pass

    def show(self, data):
        while len(data) >= 16:
            length, kind, flags, seq, portid = struct.unpack('=IHHII',
                                                             data[:16])
            if kind == 2 and flags & 0x200:
                data, length = without_policy(data, flags)
            own = self.fd.getsockname()[0]
            whose = 'own' if portid == own else 'none' if portid == 0 else \
                'other'
            print(f'  {self.kind(kind)} flags {flags:#x} seq {seq} '
                  f'portid {whose} length {length}')
            self.body(kind, flags, data[16:length])
            data = data[(length + 3) & ~3:]

    @staticmethod
    def kind(kind):
        names = {2: 'ERROR', 3: 'DONE'}
        return names.get(kind, f'{kind >> 8}.{kind & 255}')

    @staticmethod
    def body(kind, flags, body):
        if kind == 3:
            print('    error', struct.unpack('=i', body[:4])[0])
            return
        if kind != 2:
            return
        error = struct.unpack('=i', body[:4])[0]
        print('    error', errno.errorcode.get(-error, error), 'of',
              body[4:12].hex(), 'seq', struct.unpack('=I', body[12:16])[0])
        rest = body[20:]
        if not flags & 0x100:
            length = struct.unpack('=I', body[4:8])[0] - 16
            print('    echo', rest[:length].hex())
            rest = rest[(length + 3) & ~3:]
        while flags & 0x200 and len(rest) >= 4:
            length, kind = struct.unpack('=HH', rest[:4])
            value = rest[4:length]
            if kind == 1:
                print('    text', value.rstrip(b'\0').decode())
            else:
                print(f'    attribute {kind}:', value.hex())
            rest = rest[(length + 3) & ~3:]


def ask(title, *parts, options=()):
    print('#', title)
    port = Port()
    port.bind()
    for option in options:
        port.set(option)
    port.send(*parts)
    port.drain()
    port.fd.close()


def single():
    """Messages outside of batches."""
    for flags in (0, ACK, REQUEST, REQUEST | ACK):
        ask(f'control message, flags {flags}', message(3, flags))
        ask(f'too short for nfgenmsg, flags {flags}',
            message(NFTABLES << 8 | GETGEN, flags, b'\0\0'))
        ask(f'GETGEN, flags {flags}', nft(GETGEN, flags))
    ask('no such subsystem', message(13 << 8, REQUEST, nfgen()))
    ask('beyond all subsystems', message(200 << 8, REQUEST, nfgen()))
    ask('no such type', nft(77))
    ask('a change outside of a batch', table('t'))
    ask('no such table', nft(GETTABLE, REQUEST, attr(1, 't')))
    ask('no such table, told more', nft(GETTABLE, REQUEST, attr(1, 't')),
        options=[EXT_ACK])
    ask('no such table, told less', nft(GETTABLE, REQUEST, attr(1, 't')),
        options=[EXT_ACK, CAP_ACK])
    ask('acknowledged, told less', nft(GETGEN, REQUEST | ACK),
        options=[CAP_ACK])
    ask('no name', nft(GETTABLE), options=[EXT_ACK])
    ask('three in one', nft(GETGEN, seq=1), nft(77, seq=2),
        nft(GETGEN, REQUEST | ACK, seq=3))
    ask('the second is cut', nft(GETGEN, seq=1), nft(GETGEN, seq=2)[:18])
    ask('its length is 0', message(NFTABLES << 8 | GETGEN, length=0))
    ask('its length is 15', message(NFTABLES << 8 | GETGEN, length=15))
    ask('its length is too large',
        message(NFTABLES << 8 | GETGEN, REQUEST, nfgen(), length=999))
    ask('less than a header', b'12345678')
    ask('nothing')
    ask('a length of no multiple of 4', nft(GETGEN, REQUEST | ACK) + b'x')
    ask('GETGEN with the flags of a dump', nft(GETGEN, REQUEST | DUMP))


def batches():
    """What is said to batches."""
    ask('without an end', begin(), table('t'))
    ask('without an end, acknowledged', begin(REQUEST | ACK),
        table('t', REQUEST | CREATE | ACK))
    ask('empty', begin(), end())
    ask('empty, acknowledged', begin(REQUEST | ACK), end(REQUEST | ACK))
    ask('all acknowledged', begin(REQUEST | ACK),
        table('a', REQUEST | CREATE | ACK, 2),
        table('b', REQUEST | CREATE, 3), end(REQUEST | ACK, 4))
    ask('two that fail', begin(REQUEST | ACK),
        table('c', REQUEST | CREATE | ACK, 2),
        chain('no', 'x', seq=3), table('a', REQUEST | CREATE | EXCL, 4),
        table('d', REQUEST | CREATE | ACK, 5), end(REQUEST | ACK, 6),
        options=[EXT_ACK])
    ask('nothing of it was done', nft(GETTABLE, REQUEST, attr(1, 'c')))
    ask('not a request', begin(), table('e', CREATE), end())
    ask('a control message', begin(), message(3, REQUEST, nfgen(), 2), end())
    ask('another subsystem', begin(),
        message(1 << 8, REQUEST, nfgen(), 2), end())
    ask('a GET', begin(), nft(GETGEN, seq=2), end())
    ask('no such type', begin(), nft(77, seq=2), end())
    ask('begun twice', begin(), table('e', REQUEST | CREATE | ACK, 2),
        begin(), table('f', REQUEST | CREATE | ACK, 3), end())
    ask('too short a message', begin(), table('e', REQUEST | CREATE | ACK, 2),
        message(NFTABLES << 8, REQUEST | ACK, b'', 3), end())
    ask('a length of 4', begin(), table('e', REQUEST | CREATE | ACK, 2),
        message(NFTABLES << 8, REQUEST | ACK, nfgen(), 3, 4), end())
    ask('behind the end', begin(), end(REQUEST | ACK), table('g', REQUEST |
        CREATE | ACK, 2))
    ask('end alone', end(REQUEST | ACK))
    ask('no such subsystem', begin(res_id=13), end())
    ask('beyond all subsystems', begin(res_id=2000), end())
    ask('a subsystem without batches', begin(res_id=1), end())
    ask("the machine's byte order", begin(res_id=NFTABLES << 8), end(REQUEST |
        ACK))
    ask('an old generation', begin(REQUEST, attr(1, 0)), end())
    ask('a generation too short', begin(REQUEST, attr(1, b'12')), end())
    ask('begin too short', message(BEGIN, REQUEST | ACK), end())
    ask('begin alone', begin(REQUEST | ACK))
    ask('begin alone and short', message(BEGIN, REQUEST | ACK))
    ask('a loop: found only at the end', begin(),
        table('l', seq=2), chain('l', 'x', seq=3), chain('l', 'y', seq=4),
        nft(NEWCHAIN, REQUEST | CREATE, attr(1, 'l'), attr(3, 'z'),
            nest(4, attr(1, 0), attr(2, 0)), attr(7, 'filter'), seq=5),
        rule('l', 'x', jump('y'), seq=6), rule('l', 'y', jump('x'), seq=7),
        rule('l', 'z', jump('x'), seq=8), end(REQUEST | ACK))
    ask('a loop, checked only', begin(),
        table('l', seq=2), chain('l', 'x', seq=3), chain('l', 'y', seq=4),
        nft(NEWCHAIN, REQUEST | CREATE, attr(1, 'l'), attr(3, 'z'),
            nest(4, attr(1, 0), attr(2, 0)), attr(7, 'filter'), seq=5),
        rule('l', 'x', jump('y'), seq=6), rule('l', 'y', jump('x'), seq=7),
        rule('l', 'z', jump('x'), seq=8))
    ask('echoed', begin(), table('h', REQUEST | CREATE | ECHO | ACK, 2),
        chain('h', 'x', REQUEST | CREATE | ECHO, 3), end())
    ask('and away', begin(), table('h', REQUEST, 2, DELTABLE),
        table('a', REQUEST, 3, DELTABLE), table('b', REQUEST, 4, DELTABLE),
        end())


def element(number):
    return nest(1, nest(1, attr(1, number)))


def elements():
    """Elements asked for by name: an answer each."""
    ask('a set and elements', begin(), table('t', seq=2),
        nft(9, REQUEST | CREATE, attr(1, 't'), attr(2, 's'), attr(3, 0),
            attr(4, 7), attr(5, 4), attr(10, 1), seq=3),
        nft(12, REQUEST | CREATE, attr(1, 't'), attr(2, 's'),
            nest(3, element(1), element(2)), seq=4), end(REQUEST | ACK))
    for title, wanted in (('none', []), ('one', [1]), ('two', [1, 2]),
                          ('one that is not there', [3]),
                          ('the second is not there', [1, 3, 2])):
        ask(title, nft(13, REQUEST | ACK, attr(1, 't'), attr(2, 's'),
                       nest(3, *map(element, wanted))), options=[EXT_ACK])
    ask('no list', nft(13, REQUEST, attr(1, 't'), attr(2, 's')),
        options=[EXT_ACK])
    ask('of no set', nft(13, REQUEST | DUMP, attr(1, 't'), attr(2, 'x')),
        options=[EXT_ACK])
    ask('away', begin(), table('t', REQUEST, 2, DELTABLE), end())


def listeners():
    """Who hears of a change."""
    ports = [Port(name=n) for n in ('bound: ', 'joined: ', 'asker: ',
                                    'deaf: ')]
    bound, joined, asker, deaf = ports
    bound.bind(1 << 6)
    joined.bind()
    joined.set(ADD_MEMBERSHIP, 7)
    asker.bind(1 << 6)
    deaf.bind(1 << 6)
    deaf.set(DROP_MEMBERSHIP, 7)
    for flags in (0, ECHO, ACK, ECHO | ACK):
        print('# a table comes, flags', flags)
        asker.send(begin(), table('t', REQUEST | CREATE | flags),
                   chain('t', 'c', REQUEST | CREATE), end())
        for port in ports:
            port.drain()
        print('# and goes')
        asker.send(begin(), table('t', REQUEST | flags, kind=DELTABLE), end())
        for port in ports:
            port.drain()
    print('# changes nothing')
    asker.send(begin(), end())
    for port in ports:
        port.drain()
    for port in ports:
        port.fd.close()


def many(name, count):
    """A batch with a table of many chains."""
    return b''.join([begin(), table(name)] +
                    [chain(name, f'chain-with-a-long-name-{n:04}', seq=n)
                     for n in range(count)] + [end()])


def dumps():
    """Answers in several datagrams."""
    port = Port()
    port.bind()
    port.send(many('t', 200))
    port.drain()
    print('# read by a large buffer')
    port.send(nft(GETCHAIN, REQUEST | DUMP | ACK))
    sizes = []
    while True:
        try:
            data = port.fd.recv(65536)
        except BlockingIOError:
            break
        sizes.append(len(data))
        last = data
    print('more than one:', len(sizes) > 1, 'largest beyond a page:',
          max(sizes) > 4096)
    port.show(last)
    print('# a second one meanwhile')
    port.send(nft(GETCHAIN, REQUEST | DUMP))
    port.send(nft(GETTABLE, REQUEST | DUMP, seq=8))
    kinds = []
    while True:
        try:
            data = port.fd.recv(65536)
        except BlockingIOError:
            break
        kind = struct.unpack('=H', data[4:6])[0]
        if not kinds or kinds[-1] != kind:
            kinds.append(kind)
        if kind == 2:
            port.show(data)
    print(kinds)
    print('# nothing to list')
    port.send(nft(GETCHAIN, REQUEST | DUMP, family=IPV4))
    port.drain()
    print('# of a table that is not there')
    port.send(nft(GETRULE, REQUEST | DUMP, attr(1, 'nowhere')))
    port.drain()
    print('# no such dump')
    port.send(nft(DELTABLE, REQUEST | DUMP))
    port.drain()
    print('# closed in the middle')
    port.send(nft(GETCHAIN, REQUEST | DUMP))
    port.fd.close()
    port = Port()
    port.bind()
    print('# torn by a change')
    port.send(nft(GETCHAIN, REQUEST | DUMP))
    data = port.fd.recv(65536)
    other = Port()
    other.send(begin(), table('new'), end())
    flags = 0
    while True:
        try:
            data = port.fd.recv(65536)
        except BlockingIOError:
            break
        while len(data) >= 16:
            length, kind, f = struct.unpack('=IHH', data[:8])
            flags |= f & 0x10
            data = data[(length + 3) & ~3:]
    print('interrupted:', bool(flags))
    port.send(begin(), table('t', REQUEST, 2, DELTABLE),
              table('new', REQUEST, 2, DELTABLE), end())
    port.drain()


def overrun():
    """A reader that lags."""
    for option in (None, NO_ENOBUFS):
        print('# a small queue', 'that does not tell' if option else '')
        slow = Port(name='slow: ')
        slow.fd.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        slow.bind(1 << 6)
        if option:
            slow.set(option)
        other = Port()
        for n in range(20):
            other.send(begin(), table(f't{n}'), end())
        errors = datagrams = 0
        first = None
        while True:
            try:
                slow.fd.recv(65536)
                datagrams += 1
                first = first or 'datagram'
            except BlockingIOError:
                break
            except OSError as error:
                errors += 1
                first = first or errno.errorcode[error.errno]
        print('errors', errors, 'some lost:', datagrams < 40,
              'some came:', datagrams > 0)
        print('# and from then on again')
        other.send(begin(), table('u'), end())
        slow.drain()
        other.send(begin(), table('u', REQUEST, 2, DELTABLE),
                   *[table(f't{n}', REQUEST, 2, DELTABLE) for n in range(20)],
                   end())
        slow.fd.close()


def sockets():
    """Names, options, ways to read."""
    port = Port()
    print('# before it is bound:', port.fd.getsockname())
    port.fd.send(nft(GETGEN))
    print('after a request:', port.fd.getsockname() == (os.getpid(), 0))
    second = Port(name='second: ')
    second.bind(portid=os.getpid())
    second.bind()
    print('another number:', second.fd.getsockname()[0] >= 1 << 31 and
          second.fd.getsockname()[0] != os.getpid())
    second.bind(portid=12345)
    third = Port(name='third: ')
    third.bind(portid=12345, groups=3)
    print(third.fd.getsockname())
    third.bind(groups=4)
    third.bind(portid=12345, groups=0x18)
    print(third.fd.getsockname())
    for option, value in ((ADD_MEMBERSHIP, 0), (ADD_MEMBERSHIP, 33),
                          (ADD_MEMBERSHIP, 9), (DROP_MEMBERSHIP, 4),
                          (DROP_MEMBERSHIP, 33), (99, 1), (EXT_ACK, 5),
                          (BROADCAST_ERROR, 1), (PKTINFO, 1)):
        third.set(option, value)
    print(third.fd.getsockname())
    third.get(LIST_MEMBERSHIPS, 4)
    for option in (PKTINFO, BROADCAST_ERROR, NO_ENOBUFS, CAP_ACK, EXT_ACK,
                   STRICT, 99):
        third.get(option)
    print(third.fd.getsockopt(socket.SOL_SOCKET, socket.SO_DOMAIN),
          third.fd.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL),
          third.fd.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE))
    third.fd.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    print('least:', third.fd.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF))
    third.fd.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 50000)
    third.fd.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 50000)
    print(third.fd.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF),
          third.fd.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF))
    print('# peeked at, cut, gone')
    third.send(nft(GETGEN))
    print(len(third.fd.recv(65536, socket.MSG_PEEK)))
    print(len(third.fd.recv(10, socket.MSG_PEEK)))
    print(third.fd.recv_into(bytearray(10), 10, socket.MSG_PEEK |
                             socket.MSG_TRUNC))
    data, control, flags, address = third.fd.recvmsg(10, 100)
    print(len(data), control, flags, address)
    print('gone:', not third.take())
    third.send(nft(GETGEN))
    print(len(os.read(third.fd.fileno(), 65536)))
    print('too large:')
    third.attempt('send', lambda: third.fd.send(bytes(200000)))
    third.attempt('to another', lambda:
                  third.fd.sendto(nft(GETGEN), (4711, 0)))
    third.attempt('to the kernel', lambda:
                  third.fd.sendto(nft(GETGEN), (0, 0)))
    third.drain()


CASES = [single, batches, elements, listeners, dumps, overrun, sockets]


def main(every):
    for case in every:
        if len(sys.argv) == 1 or case.__name__ in sys.argv[1:]:
            print('##', case.__name__, '-', case.__doc__)
            case()


if __name__ == '__main__':
    main(CASES)
