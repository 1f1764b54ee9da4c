#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""ulogd.py [--feed FD] - what Debian's ulogd writes of packets that rules
log: on Linux, in a namespace of its own, or with an engine in its place
('clew exec'), whose packets go into the descriptor FD."""
import os
import re
import subprocess
import sys
import tempfile
import time

from nflog import RULES, frame, ping, tcp, udp, wire_of

PLUGINS = '/usr/lib/x86_64-linux-gnu/ulogd'
CONFIG = '''[global]
logfile="{0}/log"
loglevel=3
plugin="{1}/ulogd_inppkt_NFLOG.so"
plugin="{1}/ulogd_raw2packet_BASE.so"
plugin="{1}/ulogd_filter_IFINDEX.so"
plugin="{1}/ulogd_filter_IP2STR.so"
plugin="{1}/ulogd_filter_HWHDR.so"
plugin="{1}/ulogd_filter_PRINTPKT.so"
plugin="{1}/ulogd_output_LOGEMU.so"
plugin="{1}/ulogd_output_GPRINT.so"
stack=log1:NFLOG,base1:BASE,ifi1:IFINDEX,ip2str1:IP2STR,mac1:HWHDR,\
print1:PRINTPKT,emu1:LOGEMU
stack=log2:NFLOG,base1:BASE,ifi1:IFINDEX,ip2str1:IP2STR,mac1:HWHDR,\
gp1:GPRINT
[log1]
group=1
netlink_qthreshold=3
netlink_qtimeout=20
[log2]
group=6
numeric_label=1
netlink_socket_buffer_size=400000
netlink_socket_buffer_maxsize=800000
bind=1
seq_local=1
seq_global=1
[emu1]
file="{0}/emu"
sync=1
[gp1]
file="{0}/gprint"
sync=1
timestamp=0
'''


def masked(text):
    """Without times and owners: Linux's taps own their packets."""
    text = re.sub(r'^\w+ +\d+ \d\d:\d\d:\d\d \S+', 'TIME HOST', text,
                  flags=re.M)
    text = re.sub(r'^\w+ \w+ +\d+ \d\d:\d\d:\d\d \d+ ', 'TIME ', text,
                  flags=re.M)
    text = re.sub(r'(timestamp|oob\.time\.\w+)=[^,\n]+', r'\1=TIME', text)
    text = re.sub(r'UID=\d+ GID=\d+ ', '', text)
    return re.sub(r'oob\.[ug]id=\d+,?', '', text)


def ulogd(wire):
    """what it writes"""
    subprocess.run(['nft', '-f', '-'], input=RULES, text=True, check=True)
    folder = tempfile.mkdtemp(prefix='clew-ulogd-')
    with open(f'{folder}/conf', 'w', encoding='utf-8') as file:
        file.write(CONFIG.format(folder, PLUGINS))
    with subprocess.Popen(['ulogd', '-c', f'{folder}/conf'],
                          stderr=subprocess.PIPE, text=True) as process:
        time.sleep(1.5)
        for packet in (udp(1), udp(2), udp(3), udp(4), tcp(4), ping(),
                       udp(5, dst='192.168.1.1'), udp(8), udp(6), udp(6, 900),
                       udp(6), udp(1)):
            wire.send(frame(packet))
        time.sleep(1.5)
        process.terminate()
        _, err = process.communicate(timeout=20)
    print(err, end='')
    for name in ('log', 'emu', 'gprint'):
        print('#', name)
        try:
            with open(f'{folder}/{name}', encoding='utf-8') as file:
                print(masked(file.read()), end='')
        except FileNotFoundError:
            print('there is none')
    subprocess.run(['rm', '-r', folder], check=True)


CASES = [ulogd]

if __name__ == '__main__':
    print('##', ulogd.__name__, '-', ulogd.__doc__)
    sys.stdout.flush()
    ulogd(wire_of(sys.argv))
