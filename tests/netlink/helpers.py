#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""helpers.py - cthelper by hand: datagrams and their answers, as text.

Few kernels have it (CONFIG_NF_CT_NETLINK_HELPER), so these answers are an
engine's, held against what Linux 6.18 is written to say."""
import struct

import cases
from cases import (ACK, CAP_ACK, CREATE, DUMP, EXCL, EXT_ACK, REQUEST, attr,
                   message, nest, nfgen)

HELPER = 9
NEW, GET, DELETE = range(3)
NAME, TUPLE, QUEUE, POLICY, PRIVATE, STATUS = range(1, 7)


class Port(cases.Port):
    def body(self, kind, flags, body):
        if kind >> 8 == HELPER:
            print('   ', body.hex())
        else:
            super().body(kind, flags, body)


def ask(title, *parts, options=(EXT_ACK, CAP_ACK)):
    print('#', title)
    port = Port()
    port.bind()
    for option in options:
        port.set(option)
    port.send(*parts)
    port.drain()
    port.fd.close()


def tuple_of(family, protocol):
    return nest(TUPLE, attr(1, struct.pack('>H', family)),
                attr(2, bytes([protocol])))


def one_class(number, name, most, seconds):
    return nest(1 + number, attr(1, name), attr(2, most), attr(3, seconds))


def classes(*every, count=None):
    return nest(POLICY, attr(1, len(every) if count is None else count),
                *(one_class(i + 1, *c) for i, c in enumerate(every)))


def helper(kind, *attrs, flags=ACK):
    return message(HELPER << 8 | kind, REQUEST | flags,
                   nfgen() + b''.join(attrs))


RPC = ('rpc', 3, 300)


def new(name, family=2, protocol=17, *more, policy=classes(RPC),
        private=attr(PRIVATE, 16), flags=CREATE | EXCL):
    return helper(NEW, attr(NAME, name), tuple_of(family, protocol), policy,
                  private, *more, flags=ACK | flags)


def get(name=None, where=b''):
    return helper(GET, attr(NAME, name) if name else b'', where, flags=0)


def delete(name=None, where=b''):
    return helper(DELETE, attr(NAME, name) if name else b'', where)


def dump():
    return helper(GET, flags=DUMP)


def objects():
    """Helpers of user space: made, asked for, changed, deleted."""
    ask('none', dump(), get(), get('rpc'))
    ask('nothing to delete', delete())
    ask('nothing of that name', delete('rpc'))
    ask('made', new('rpc'))
    ask('deleted by another name', delete('other'))
    ask('asked for', get('rpc'))
    ask('any', get())
    ask('again', new('rpc'))
    ask('for other families and protocols', new('rpc', 10), new('rpc', 2, 6),
        new('rpc', 10, 6), new('rpc', 7, 132))
    ask('with a queue', new('queued', 2, 17, attr(QUEUE, 77)))
    for status in (0, 1, 2):
        ask(f'with status {status}', new(f'status{status}', 2, 17,
                                         attr(STATUS, status)))
    ask('one that is built in', new('ftp', 2, 6), new('ftp', 2, 17),
        new('H.245', 2, 17))
    ask('four classes', new('four', 2, 17, policy=classes(
        ('a', 0, 1), ('b', 1, 0), ('', 255, 0xffffffff), ('d', 2, 3))))
    ask('all', dump())
    for flag in (0x100, 0x200):
        ask(f'listed with flag {flag:#x}', helper(GET, flags=flag))
    ask('by a tuple alone', get(where=tuple_of(10, 6)))
    ask('by both', get('rpc', tuple_of(10, 17)), get('rpc', tuple_of(3, 17)))
    ask('enabled', new('rpc', 2, 17, attr(STATUS, 1), attr(QUEUE, 3),
                       policy=b'', private=b'', flags=0), get('rpc'))
    ask('of another status', new('rpc', 2, 17, attr(STATUS, 9), flags=0,
                                 policy=b'', private=b''), get('rpc'))
    ask('other limits', new('rpc', 2, 17, policy=classes(('rpc', 0, 9)),
                            flags=0), get('rpc'))
    for title, policy in (
            ('another class', classes(('other', 1, 1))),
            ('another number of classes', classes(RPC, RPC)),
            ('too many of them', classes(RPC, count=9)),
            ('too much is expected', classes(('rpc', 256, 1))),
            ('no class', nest(POLICY, attr(1, 1))),
            ('no number', nest(POLICY, one_class(1, *RPC)))):
        ask(title, new('rpc', 2, 17, policy=policy, flags=0))
    ask('other private data', new('rpc', 2, 17, private=attr(PRIVATE, 17),
                                  flags=0))
    ask('as it is now', get('rpc'))
    ask('deleted', delete('rpc', tuple_of(2, 17)), get('rpc'))
    ask('all of the name', delete('rpc'), get('rpc'))
    ask('the rest', dump(), delete(), dump(), delete())
    ask('what is built in is here', new('ftp', 2, 6))


def malformed():
    """Helpers of user space that lack something, or have too much."""
    whole = {NAME: attr(NAME, 'm'), TUPLE: tuple_of(2, 17),
             QUEUE: attr(QUEUE, 1), POLICY: classes(RPC),
             PRIVATE: attr(PRIVATE, 4), STATUS: attr(STATUS, 1)}
    for without in whole:
        ask(f'without attribute {without}', helper(NEW, *(
            whole[a] for a in whole if a != without)), delete())
    for number, value in (
            (NAME, b''), (NAME, b'abc'), (NAME, b'x' * 15 + b'\0'),
            (NAME, b'x' * 16), (NAME, b'x' * 16 + b'\0'),
            (NAME, b'e\0' + b'x' * 15), (TUPLE, b''), (TUPLE, b'xy'),
            (TUPLE, attr(1, b'\0\2')), (TUPLE, attr(2, b'\6')),
            (TUPLE, attr(1, b'\2') + attr(2, b'\6')), (QUEUE, b'\0\0\1'),
            (POLICY, b''), (POLICY, attr(1, 1)), (POLICY, attr(1, 0)),
            (POLICY, attr(1, 5)), (POLICY, attr(1, b'\1')),
            (POLICY, attr(1, 1) + attr(2, b'')),
            (POLICY, attr(1, 1) + attr(2, b'xy')),
            (POLICY, attr(1, 2) + one_class(1, *RPC)),
            (POLICY, attr(1, 1) + one_class(1, 'x' * 16, 1, 1)),
            (POLICY, attr(1, 1) + one_class(1, 'x', 256, 1)),
            (PRIVATE, b'\1'), (PRIVATE, b'\0\0\0\x20'),
            (PRIVATE, b'\0\0\0\x21'), (STATUS, b''), (7, b'')):
        parts = dict(whole)
        parts[number] = attr(number, value)
        ask(f'attribute {number} {value.hex()}',
            helper(NEW, *parts.values()), dump(), delete())
    ask('no such type', helper(3))
    ask('in a batch', cases.begin(), new('m'), cases.end())
    ask('asked for by what is malformed', helper(GET, attr(TUPLE, b'xy')),
        helper(DELETE, attr(TUPLE, attr(1, b'\0\2'))))


def many():
    """More helpers than one datagram has room for."""
    port = Port()
    port.bind()
    for i in range(50):
        port.fd.send(helper(NEW, attr(NAME, f'many{i}'), tuple_of(2 + i, 6),
                            classes(*(RPC,) * 4), attr(PRIVATE, 0), flags=0))
    port.drain()
    port.send(dump())
    while port.take():
        pass


CASES = [objects, malformed, many]

if __name__ == '__main__':
    cases.main(CASES)
