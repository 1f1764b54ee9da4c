#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""nflog.py [--feed FD] - packets that rules log for groups, datagram by
datagram, as text.

Asks whatever answers netlink here: Linux, in a network namespace of its own
that this makes into a router, or an engine ('clew exec'), whose packets go
as a capture into the descriptor FD; tests/netlink/run compares the two."""
import fcntl
import os
import select
import socket
import struct
import subprocess
import sys
import time

from cases import ACK, REQUEST, Port, attr, message, nfgen

ULOG = 4
PACKET, CONFIG = 0, 1
CMD, MODE, NLBUFSIZ, TIMEOUT, QTHRESH, FLAGS = range(1, 7)
BIND, UNBIND, PF_BIND, PF_UNBIND = range(1, 5)
SEQ, SEQ_GLOBAL = 1, 2
NAMES = {1: 'hdr', 2: 'mark', 3: 'timestamp', 4: 'indev', 5: 'outdev',
         8: 'hwaddr', 9: 'payload', 10: 'prefix', 12: 'seq', 13: 'seq-global',
         15: 'hwtype', 16: 'hwheader', 17: 'hwlen', 18: 'ct', 19: 'ct-info',
         20: 'vlan', 21: 'l2hdr'}
OWNER = struct.pack('=HHIHHI', 8, 11, 0, 8, 14, 0)  # uid and gid of root
MAC = '020000000011'                    # lan0's

RULES = '''table inet t {
	chain pre {
		type filter hook prerouting priority raw
		udp dport 1 log group 1
		udp dport 2 log prefix "two: " group 1 snaplen 30
		udp dport 3 meta mark set 7 log prefix "three" group 1 queue-threshold 2
		udp dport 6 log group 6
		udp dport 7 log group 7 prefix "0123456789012345678901234567890123456789"
	}
	chain after {
		type filter hook prerouting priority filter
		meta l4proto { udp, tcp } th dport 4 log group 1 prefix "tracked"
		icmp type echo-request log group 1 prefix "ping"
	}
	chain forth {
		type filter hook forward priority filter
		meta l4proto { udp, tcp } th dport 4 ct mark set 5 log group 1 prefix "forward"
	}
	chain post {
		type filter hook postrouting priority filter
		meta l4proto { udp, tcp } th dport 4 log group 1 prefix "post"
	}
	chain to_host {
		type filter hook input priority filter
		udp dport 5 log group 1 prefix "input"
		udp dport 5 drop
	}
}
table netdev n {
	chain ing {
		type filter hook ingress device "lan0" priority 0
		udp dport 8 log group 1 prefix "ingress"
	}
}
table inet i {
	chain ing {
		type filter hook ingress device "lan0" priority 0
		udp dport 9 log group 1 prefix "inet ingress"
	}
}
'''


def config(group, *attrs, flags=REQUEST | ACK, family=0, seq=7):
    return message(ULOG << 8 | CONFIG, flags, nfgen(family, group) +
                   b''.join(attrs), seq)


def be32(kind, value):
    return attr(kind, struct.pack('>I', value))


def cmd(command):
    return attr(CMD, bytes([command]))


def mode(copy, size):
    return attr(MODE, struct.pack('>IBB', size, copy, 0))


def flags(value):
    return attr(FLAGS, struct.pack('>H', value))


def total(data):
    value = sum(struct.unpack(f'>{len(data) // 2}H', data))
    while value >> 16:
        value = (value & 0xffff) + (value >> 16)
    return 0xffff - value


def ipv4(protocol, payload, dst='203.0.113.9', ident=7):
    head = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(payload), ident, 0,
                       64, protocol, 0, socket.inet_aton('192.168.1.10'),
                       socket.inet_aton(dst))
    return head[:10] + struct.pack('>H', total(head)) + head[12:] + payload


def udp(port, size=4, **options):
    return ipv4(17, struct.pack('>HHHH', 4000 + port, port, 8 + size, 0) +
                b'x' * size, **options)


def tcp(port):
    data = struct.pack('>HHIIBBHHH', 4000, port, 1000, 0, 0x50, 2, 8192, 0, 0)
    pseudo = socket.inet_aton('192.168.1.10') + \
        socket.inet_aton('203.0.113.9') + struct.pack('>HH', 6, 20)
    return ipv4(6, data[:16] + struct.pack('>H', total(pseudo + data)) +
                data[18:])


def ping():
    data = struct.pack('>BBHHH', 8, 0, 0, 9, 1)
    return ipv4(1, data[:2] + struct.pack('>H', total(data)) + data[4:])


class Kernel:
    """A router with lan0 and wan0, and their cables' other ends."""

    def __init__(self):
        self.tap = [self.interface(name) for name in (b'lan0', b'wan0')]
        for line in ('link set lan0 address 02:00:00:00:00:11',
                     'addr add 192.168.1.1/24 dev lan0',
                     'addr add 203.0.113.2/24 dev wan0',
                     'link set lo up', 'link set lan0 up', 'link set wan0 up',
                     'neigh add 203.0.113.9 lladdr 02:00:00:00:00:29 dev wan0'
                     ' nud permanent'):
            subprocess.run(['ip', *line.split()], check=True)
        with open('/proc/sys/net/ipv4/ip_forward', 'w',
                  encoding='utf-8') as file:
            file.write('1')

    @staticmethod
    def interface(name):
        fd = os.open('/dev/net/tun', os.O_RDWR)
        fcntl.ioctl(fd, 0x400454ca, struct.pack('16sH22x', name, 0x1002))
        return fd

    def send(self, frame):
        os.write(self.tap[0], frame)


class Feed:
    """A capture for an engine, written packet by packet."""

    def __init__(self, fd):
        self.fd = fd
        self.head = struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)
        self.began = 0

    def send(self, frame):
        if not self.began:
            self.began = time.monotonic()
        now = int((time.monotonic() - self.began) * 1e6)
        os.write(self.fd, self.head + struct.pack(
            '<IIII', 1700000000 + now // 1000000, now % 1000000, len(frame),
            len(frame)) + frame)
        self.head = b''


class Listener(Port):
    """A port that prints the packets it is told of."""

    def show(self, data):
        # Linux's taps own their packets; nobody owns ours
        if OWNER in data:
            data = struct.pack('=I', len(data) - len(OWNER)) + \
                data.replace(OWNER, b'')[4:]
        super().show(data)

    def body(self, kind, flags, body):
        if kind != ULOG << 8 | PACKET:
            if kind == 3:
                print('    of', body.hex())
                return
            super().body(kind, flags, body)
            return
        print('    family', body[0], 'version', body[1], 'group',
              struct.unpack('>H', body[2:4])[0])
        for number, value in attributes(body[4:]):
            name = NAMES.get(number & 0x7fff, number)
            print(f'    {name}:', self.value(name, number, value))

    @staticmethod
    def value(name, number, value):
        if name == 'timestamp':
            return f'{len(value)} bytes, a time: {value[4:8] != bytes(4)}'
        if name == 'payload' and len(value) > 100:
            return f'{len(value)} bytes'
        return f'{"nest " if number & 0x8000 else ""}{value.hex()}'

    def wait(self, seconds=0.12):
        """Print what comes, until nothing does."""
        while select.select([self.fd], [], [], seconds)[0]:
            self.take(1 << 18)

    def ask(self, *parts):
        self.send(*parts)
        self.wait(0.02)


def attributes(data):
    while len(data) >= 4:
        length, kind = struct.unpack('=HH', data[:4])
        yield kind, data[4:length]
        data = data[(length + 3) & ~3:]


def frame(packet, tag=b''):
    return bytes.fromhex(MAC + '020000000012') + tag + b'\x08\0' + packet


def requests(port, other):
    print('# nobody is bound')
    port.ask(config(1))
    port.ask(config(1, cmd(UNBIND)))
    port.ask(config(1, mode(2, 0)))
    port.ask(config(1, cmd(0)))
    port.ask(config(1, cmd(9)))
    port.ask(message(ULOG << 8 | PACKET, REQUEST | ACK, nfgen()))
    port.ask(message(ULOG << 8 | 2, REQUEST | ACK, nfgen()))
    print('# families')
    for family in (0, 2, 3, 5, 7, 10, 11, 12, 13, 200):
        print('family', family)
        port.ask(config(0, cmd(PF_UNBIND), family=family))
        port.ask(config(0, cmd(PF_BIND), family=family))
    print('# bound')
    port.ask(config(1, cmd(BIND)))
    port.ask(config(1, cmd(BIND)))
    other.ask(config(1, cmd(BIND)))
    other.ask(config(1, cmd(UNBIND)))
    other.ask(config(1, mode(2, 0)))
    port.ask(config(1, cmd(0)))
    port.ask(config(1))
    print('# attributes')
    port.ask(config(1, attr(CMD, b'')))
    port.ask(config(1, attr(MODE, b'\0\0\0\0\2')))
    port.ask(config(1, mode(7, 0)))
    port.ask(config(1, attr(TIMEOUT, b'\0\0')))
    port.ask(config(1, attr(FLAGS, b'\0')))
    port.ask(config(1, flags(8)))
    port.ask(config(1, be32(NLBUFSIZ, 5)))
    port.ask(config(1, be32(NLBUFSIZ, 1 << 30)))
    port.ask(config(1, be32(QTHRESH, 1)))
    port.ask(config(1, attr(9, b'')))
    port.ask(config(1, cmd(UNBIND)))
    port.ask(config(1, cmd(UNBIND)))


def packets(port, wire):
    print('# one by one')
    port.ask(config(1, cmd(BIND), be32(QTHRESH, 1)))
    for packet in (udp(1), udp(2), udp(3), udp(4), tcp(4), ping(),
                   udp(5, dst='192.168.1.1'), udp(8), udp(9), udp(100)):
        wire.send(frame(packet))
        port.wait()
    print('# with a tag')
    wire.send(frame(udp(8), b'\x81\0\x20\x05'))
    port.wait()
    print('# with numbers')
    port.ask(config(1, flags(SEQ | SEQ_GLOBAL)))
    for packet in (udp(1), udp(4), udp(4), tcp(4), udp(4, ident=8)):
        wire.send(frame(packet))
        port.wait()
    print('# less of them')
    for copy, size in ((1, 0), (1, 100), (2, 28), (0, 0), (2, 0),
                       (2, 0x10000)):
        port.ask(config(1, mode(copy, size), flags(0)))
        wire.send(frame(udp(1, 20)))
        port.wait()


def gathering(port, wire):
    print('# three at once, then the rule says two')
    port.ask(config(1, be32(QTHRESH, 3), flags(SEQ)))
    for _ in range(4):
        wire.send(frame(udp(1)))
    port.wait(0.3)
    wire.send(frame(udp(3)))
    port.wait(0.3)
    print('# after its time')
    port.ask(config(1, be32(TIMEOUT, 60)))
    wire.send(frame(udp(1)))
    print('soon:', bool(select.select([port.fd], [], [], 0.3)[0]))
    port.wait(1)
    wire.send(frame(udp(1)))
    wire.send(frame(udp(1)))
    port.wait(1)
    print('# when it is given up')
    wire.send(frame(udp(1)))
    time.sleep(0.2)
    port.ask(config(1, cmd(UNBIND)))
    wire.send(frame(udp(1)))
    port.wait()


def sizes(port):
    """How many messages there are in each datagram that comes."""
    while select.select([port.fd], [], [], 0.3)[0]:
        data = port.fd.recv(1 << 18)
        length, count = len(data), 0
        while len(data) >= 16:
            count += 1
            size = struct.unpack('=I', data[:4])[0]
            data = data[(size + 3) & ~3:]
        print('  ', count, 'messages', length, 'bytes')


def burst(wire, packet):
    for _ in range(60):
        wire.send(frame(packet))


def buffers(port, wire):
    print('# as many as there is room for')
    port.ask(config(6, cmd(BIND)))
    port.ask(config(7, cmd(BIND)))
    for group, size, extra in ((6, 3776, 0), (6, 3777, 0), (7, 9000, 0),
                               (7, 65536, 0), (6, 3776, SEQ),
                               (7, 3776, SEQ | SEQ_GLOBAL)):
        print('buffer of', size, 'flags', extra)
        port.ask(config(group, be32(NLBUFSIZ, size), flags(extra),
                        be32(QTHRESH, 1000), be32(TIMEOUT, 20)))
        for length in (10, 1400):
            burst(wire, udp(group, length))
            sizes(port)


def wire_of(argv):
    return Feed(int(argv[2])) if argv[1:2] == ['--feed'] else Kernel()


def nflog(wire):
    """packets logged for a group"""
    subprocess.run(['nft', '-f', '-'], input=RULES, text=True, check=True)
    port = Listener()
    port.bind()
    other = Listener(name='other: ')
    other.bind()
    requests(port, other)
    packets(port, wire)
    gathering(port, wire)
    buffers(port, wire)


CASES = [nflog]

if __name__ == '__main__':
    print('##', nflog.__name__, '-', nflog.__doc__)
    nflog(wire_of(sys.argv))
