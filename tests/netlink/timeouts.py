#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""timeouts.py - cttimeout by hand: datagrams and their answers, as text."""
import struct

import cases
from cases import (ACK, CAP_ACK, CREATE, DUMP, EXCL, EXT_ACK, REQUEST, attr,
                   message, nest, nfgen)

TIMEOUT = 8
NEW, GET, DELETE, DEFAULT_SET, DEFAULT_GET = range(5)
REPLACE = 0x100
NAME, L3PROTO, L4PROTO, DATA, USE = range(1, 6)
VALUES = {6: 11, 17: 2, 136: 2, 47: 2, 132: 8, 1: 1, 58: 1, 255: 1}


class Port(cases.Port):
    def body(self, kind, flags, body):
        if kind >> 8 == TIMEOUT:
            print('   ', body.hex())
        else:
            super().body(kind, flags, body)


def timeout(kind, flags=REQUEST, *attrs, family=0, seq=7):
    return message(TIMEOUT << 8 | kind, flags,
                   nfgen(family) + b''.join(attrs), seq)


def l3(number):
    return attr(L3PROTO, struct.pack('>H', number))


def l4(number):
    return attr(L4PROTO, bytes([number]))


def new(name, l4proto=17, *values, flags=CREATE | EXCL, l3proto=2):
    """'values' are pairs: which and how long."""
    return timeout(NEW, REQUEST | ACK | flags, attr(NAME, name), l3(l3proto),
                   l4(l4proto), nest(DATA, *(attr(*v) for v in values)))


def default_set(l4proto, *values, l3proto=2):
    return timeout(DEFAULT_SET, REQUEST | ACK, l3(l3proto), l4(l4proto),
                   nest(DATA, *(attr(*v) for v in values)))


def default_get(l4proto, l3proto=2):
    return timeout(DEFAULT_GET, REQUEST | ACK, l3(l3proto), l4(l4proto))


def get(name):
    return timeout(GET, REQUEST, attr(NAME, name))


def delete(name, flags=ACK):
    return timeout(DELETE, REQUEST | flags, attr(NAME, name))


def dump():
    return timeout(GET, REQUEST | DUMP)


def ask(title, *parts, options=()):
    print('#', title)
    port = Port()
    port.bind()
    for option in options:
        port.set(option)
    port.send(*parts)
    port.drain()
    port.fd.close()


def policies():
    """Timeout policies: made, asked for, replaced, deleted."""
    ask('none', dump())
    for number, count in VALUES.items():
        ask(f'protocol {number}', new(f'p{number}', number, (count, 1000)))
        ask('asked for', get(f'p{number}'))
    ask('all', dump())
    for flag in (0x100, 0x200):
        ask(f'listed with flag {flag:#x}', timeout(GET, REQUEST | flag))
    for number in (0, 2, 33, 50, 254):
        ask(f'protocol {number}', new('x', number, (1, 1)))
    ask('again', new('p17'))
    ask('again, not exclusively', new('p17', flags=CREATE))
    ask('again, of a protocol that is not there', new('p17', 50, flags=CREATE))
    ask('again, exclusively, of a protocol that is not there', new('p17', 50))
    ask('replaced', new('p17', 17, (2, 7), flags=REPLACE))
    ask('asked for', get('p17'))
    ask('replaced by none', new('p17', 17, flags=CREATE | REPLACE))
    ask('asked for', get('p17'))
    ask('of another protocol', new('p17', 6, flags=REPLACE))
    ask('of another family', new('p17', 17, flags=REPLACE, l3proto=10))
    ask('by what is malformed', new('p17', 17, (1, b'xx'), flags=REPLACE))
    ask('new with the flag to replace', new('n1', 17, flags=REPLACE))
    ask('new without a flag', new('n2', 17, flags=0))
    for number in (0, 1, 7, 10, 65535):
        ask(f'family {number}', new(f'f{number}', 17, l3proto=number))
        ask('asked for', get(f'f{number}'))
    for seconds in (0, 1, 8589934, 8589935, 17179869, 17179870, 0xffffffff):
        ask(f'{seconds} seconds', new('p17', 17, (1, seconds), flags=REPLACE))
        ask('asked for', get('p17'))
    ask('values beyond the last', new('b', 17, (1, 5), (3, 6), (40, 7)))
    ask('asked for', get('b'))
    ask('a value twice', new('b', 17, (1, 5), (1, 6), flags=REPLACE))
    ask('asked for', get('b'))
    ask('a long value', new('b', 17, (1, bytes(3) + b'\x05xyz'),
                            flags=REPLACE))
    ask('asked for', get('b'))
    ask('deleted', delete('p17'))
    ask('deleted again', delete('p17'), options=[EXT_ACK])
    ask('deleted silently', delete('p6', 0))
    ask('the others', dump())
    ask('all deleted', timeout(DELETE, REQUEST | ACK))
    ask('none', dump())
    ask('nothing to delete', timeout(DELETE, REQUEST | ACK))


def malformed():
    """Timeout policies that lack something, or have too much."""
    whole = {NAME: attr(NAME, 'm'), L3PROTO: l3(2), L4PROTO: l4(17),
             DATA: nest(DATA, attr(1, 5))}
    for kind in (NEW, GET, DELETE, DEFAULT_SET, DEFAULT_GET):
        for without in whole:
            ask(f'type {kind} without attribute {without}', timeout(
                kind, REQUEST | ACK, *(whole[a] for a in whole
                                       if a != without)),
                options=[EXT_ACK])
    wrong = ((NAME, b''), (NAME, b'abc'), (NAME, b'\0'), (NAME, b'x' * 31),
             (NAME, b'x' * 31 + b'\0'), (NAME, b'x' * 32 + b'\0'),
             (NAME, b'a\0bc'), (NAME, b'e\0' + b'x' * 29),
             (NAME, b'f\0' + b'x' * 30), (L3PROTO, b'\2'), (L3PROTO, b'\0\2\0\0'),
             (L4PROTO, b''), (L4PROTO, b'\x11\0'), (DATA, b''), (DATA, b'xy'),
             (DATA, attr(1, 5)[:6]), (DATA, attr(0, 5)), (DATA, attr(1, b'')),
             (DATA, attr(1, 5) + b'x'), (USE, b''), (USE, b'\1'), (6, b''))
    for kind in (NEW, DEFAULT_SET):
        for number, value in wrong:
            parts = dict(whole)
            parts[number] = attr(number, value)
            ask(f'type {kind} attribute {number} {value.hex()}',
                timeout(kind, REQUEST | ACK, *parts.values()),
                options=[EXT_ACK, CAP_ACK])
        parts = dict(whole)
        parts[DATA] = attr(DATA, attr(1, 5))
        ask(f'type {kind}, a nest that does not say so',
            timeout(kind, REQUEST | ACK, *parts.values()))
    ask('all', dump())
    for name in (b'', b'm', b'x' * 33):
        ask(f'name {name}', timeout(GET, REQUEST, attr(NAME, name)),
            options=[EXT_ACK])
        ask(f'deleted {name}', timeout(DELETE, REQUEST | ACK,
                                       attr(NAME, name)), options=[EXT_ACK])
    ask('no such type', timeout(5, REQUEST | ACK))
    ask('too short for nfgenmsg', message(TIMEOUT << 8 | GET, REQUEST | ACK,
                                          b'\0\0'))
    ask('a family', timeout(GET, REQUEST | ACK, attr(NAME, 'm'), family=10))
    ask('in a batch', cases.begin(), new('m'), cases.end())
    ask('in a batch of its own', cases.begin(res_id=TIMEOUT), new('m'),
        cases.end())
    ask('all deleted', timeout(DELETE, REQUEST | ACK))


def defaults():
    """What timeouts are without a policy."""
    for number, count in VALUES.items():
        ask(f'protocol {number}', default_get(number))
        for which in range(0, count + 2):
            ask(f'{which} is set', default_set(number, (which,
                                                        100 * number + which)))
        ask('then', default_get(number))
    for number in (0, 2, 33, 50, 254):
        ask(f'protocol {number}', default_get(number), default_set(number))
    for family in (0, 10, 65535):
        ask(f'family {family}', default_get(17, family),
            default_set(17, (2, family), l3proto=family))
    ask('seconds that are too many', default_set(255, (1, 0xffffffff)))
    ask('then', default_get(255))
    ask('as a dump', timeout(DEFAULT_GET, REQUEST | ACK | DUMP, l3(2), l4(6)))
    ask('what is not given', new('d', 6, (3, 3)))
    ask('is as it was set', get('d'))
    ask('that changes', default_set(6, (1, 11)))
    ask('and this does not', get('d'))
    ask('all deleted', timeout(DELETE, REQUEST | ACK))


def many():
    """More policies than one datagram has room for."""
    print('# a hundred')
    port = Port()
    port.bind()
    for i in range(100):
        port.fd.send(timeout(NEW, REQUEST | CREATE, attr(NAME, f'many{i}'),
                             l3(2), l4(6), nest(DATA, attr(1, i + 1))))
    port.drain()
    port.send(dump())
    while port.take():
        pass
    ask('one after all have gone', timeout(DELETE), new('z'), dump())
    print('# deleted while they are listed')
    for i in range(60):
        port.fd.send(timeout(NEW, REQUEST | CREATE, attr(NAME, f'more{i}'),
                             l3(2), l4(6), nest(DATA, attr(1, i + 1))))
    port.send(dump())
    port.take(4000)
    port.fd.send(timeout(NEW, REQUEST, attr(NAME, 'last'), l3(2), l4(17),
                         nest(DATA)))
    port.drain()
    ask('all deleted', timeout(DELETE, REQUEST | ACK))


CASES = [policies, malformed, defaults, many]

if __name__ == '__main__':
    cases.main(CASES)
