# SPDX-License-Identifier: BSD-2-Clause
"""handshakes.py - both handshakes of synproxy, packet by packet.

A client and a server that answer to what the gateway says: each step replays
all that came before it and what the last answer asked for.  EXPECTED is what
Linux 6.18 sends between two taps, every number relative to what its cookie
and its clock chose."""
import os
import shutil
import socket
import struct
import subprocess
import tempfile

from engine import ENV, TIMEOUT
from nflog import total

RULES = '''table ip t {
	chain pre {
		type filter hook prerouting priority raw
		tcp dport 80 tcp flags syn notrack
	}
	chain forth {
		type filter hook forward priority filter
		tcp dport 80 ct state invalid,untracked synproxy mss 1400 wscale 7 \
timestamp sack-perm
		ct state invalid drop
	}
}
'''
CLIENT, SERVER = '192.168.1.10', '203.0.113.9'
THEIRS = 777777             # the server's first number, and timestamp
STAMP = 9000
SYN, ACK, PUSH = 2, 16, 8

EXPECTED = [
    'server > client SYN ACK seq cookie+0 ack 1001 win 0 '
    'mss 1400 sack stamp T+0 555 scale 7',
    'client > server SYN seq 1000 ack cookie+0 win 300 '
    'mss 1460 sack stamp 556 T+0 scale 5',
    'client > server ACK seq 1001 ack theirs+1 win 300 stamp T+0 2S-T',
    'server > client ACK seq cookie+1 ack 1001 win 500 stamp T+0 T+0',
    'client > server ACK seq 1001 ack theirs+1 win 300 stamp 600 S+50 GET',
    'server > client ACK seq cookie+1 ack 1004 win 500 stamp T+100 600 hello',
]


def segment(src, dst, ports, numbers, flags, win, options, data=b''):
    tcp = struct.pack('>HHIIBBHHH', *ports, *(n & 0xffffffff for n in numbers),
                      (20 + len(options)) // 4 << 4, flags, win, 0, 0) + \
        options + data
    ends = socket.inet_aton(src) + socket.inet_aton(dst)
    check = total(ends + struct.pack('>HH', 6, len(tcp)) + tcp +
                  bytes(len(tcp) % 2))
    tcp = tcp[:16] + struct.pack('>H', check) + tcp[18:]
    head = struct.pack('>BBHHHBBH', 0x45, 0, 20 + len(tcp), 7, 0x4000, 64, 6,
                       0) + ends
    return head[:10] + struct.pack('>H', total(head)) + head[12:] + tcp


def from_client(*rest):
    return segment(CLIENT, SERVER, (4000, 80), *rest)


def from_server(*rest):
    return segment(SERVER, CLIENT, (80, 4000), *rest)


def stamps(*values):
    return b'\x01\x01\x08\x0a' + struct.pack('>II', *values)


def all_options(mss, scale, *values):
    return struct.pack('>BBH', 2, 4, mss) + b'\x04\x02' + \
        stamps(*values)[2:] + b'\x01\x03\x03' + bytes([scale])


class Segment:
    """A packet that left."""

    def __init__(self, packet):
        size = struct.unpack('>H', packet[2:4])[0]
        tcp = packet[20:size]
        self.is_good = total(packet[:20]) == 0 and total(
            packet[12:20] + struct.pack('>HH', 6, len(tcp)) + tcp +
            bytes(len(tcp) % 2)) == 0
        self.is_clients = socket.inet_ntoa(packet[12:16]) == CLIENT
        self.seq, self.ack = struct.unpack('>II', tcp[4:12])
        self.flags, self.win = tcp[13], struct.unpack('>H', tcp[14:16])[0]
        end = (tcp[12] >> 4) * 4
        self.options, self.data = tcp[20:end], tcp[end:]

    def stamps(self):
        at = self.options.index(b'\x08\x0a') + 2
        return struct.unpack('>II', self.options[at:at + 8])

    def words(self, cookie, stamp):
        def number(n):
            for name, base in (('cookie', cookie), ('theirs', THEIRS)):
                if n - base & 0xffffffff < 1000:
                    return f'{name}+{n - base & 0xffffffff}'
            return str(n)

        def time(n):
            if n == 2 * STAMP - stamp & 0xffffffff:
                return '2S-T'
            for name, base in (('T', stamp), ('S', STAMP)):
                if n - base & 0xffffffff < 1000:
                    return f'{name}+{n - base & 0xffffffff}'
            return str(n)

        out = 'client > server' if self.is_clients else 'server > client'
        out += (' SYN' if self.flags & SYN else '') + \
            (' ACK' if self.flags & ACK else '')
        out += f' seq {number(self.seq)} ack {number(self.ack)} win {self.win}'
        at = self.options
        while at:
            if at[0] == 1:
                at = at[1:]
                continue
            value = at[2:at[1]]
            out += {2: lambda v: f' mss {int.from_bytes(v, "big")}',
                    3: lambda v: f' scale {v[0]}', 4: lambda v: ' sack',
                    8: lambda v: ' stamp ' + ' '.join(
                        time(n) for n in struct.unpack('>II', v)),
                    }[at[0]](value)
            at = at[at[1]:]
        if self.data:
            out += ' ' + self.data.decode()
        return out if self.is_good else out + ' BAD CHECKSUM'


def left(path):
    """The packets in a pcapng file."""
    with open(path, 'rb') as file:
        data = file.read()
    while len(data) >= 12:
        kind, size = struct.unpack('<II', data[:8])
        if kind == 6:
            length = struct.unpack('<I', data[20:24])[0]
            frame = data[28:28 + length]
            yield Segment(frame[14:] if frame[0] != 0x45 else frame)
        data = data[size:]


def replay(clew, folder, packets):
    """=> What leaves."""
    capture = struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)
    for n, packet in enumerate(packets):
        frame = bytes.fromhex('020000000011' '020000000012' '0800') + packet
        capture += struct.pack('<IIII', 1700000000 + n, 0, len(frame),
                               len(frame)) + frame
    names = [os.path.join(folder, name) for name in ('c', 'r.nft', 'o')]
    with open(names[0], 'wb') as file:
        file.write(capture)
    with open(names[1], 'w', encoding='utf-8') as file:
        file.write(RULES)
    subprocess.run([clew, 'replay', '--rules', names[1], '--interface',
                    'lan0=192.168.1.1/24', '--interface',
                    'wan0=203.0.113.2/24', '--set',
                    'nf_conntrack_tcp_loose=0', '--write', names[2],
                    names[0]], env=ENV, capture_output=True, check=True,
                   timeout=TIMEOUT)
    return list(left(names[2]))


def talk(clew, folder):
    """=> All that left, in words."""
    said = [from_client((1000, 0), SYN, 8192, all_options(1460, 5, 555, 0))]
    out = replay(clew, folder, said)
    cookie, (stamp, _) = out[0].seq, out[0].stamps()
    for packet in (
            from_client((1001, cookie + 1), ACK, 300, stamps(556, stamp)),
            from_server((THEIRS, 1001), SYN | ACK, 64000,
                        all_options(1460, 7, STAMP, stamp)),
            from_client((1001, cookie + 1), ACK | PUSH, 300,
                        stamps(600, stamp + 50), b'GET'),
            from_server((THEIRS + 1, 1004), ACK | PUSH, 500,
                        stamps(STAMP + 100, 600), b'hello')):
        said.append(packet)
        out = replay(clew, folder, said)
    return [segment.words(cookie, stamp) for segment in out]


def synproxy(clew):
    """both handshakes of a synproxy, and what is said after them"""
    folder = tempfile.mkdtemp(prefix='clew-test-')
    try:
        got = talk(clew, folder)
        if got != EXPECTED:
            raise AssertionError('\n'.join(got))
    finally:
        shutil.rmtree(folder)
