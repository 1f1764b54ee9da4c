# SPDX-License-Identifier: BSD-2-Clause
"""programs.py - nft and others, unmodified, with an engine in the kernel's
place: what can be seen from outside of how the seam works.  What nft lists is
held against Linux by tests/nft."""
import json
import os
import random
import re
import signal
import socket
import struct
import subprocess
import time
import traceback

import handshakes
from engine import ENV, Engine

RULES = '''table inet t {
	chain c {
		type filter hook input priority filter; policy accept;
		counter packets 0 bytes 0 accept
	}
}
'''


class Failed(Exception):
    """A check that did not hold."""


def check(what, got, expected):
    if got != expected:
        raise Failed(f'{what}: {got!r} is not {expected!r}')


def check_in(what, got, expected):
    if expected not in got:
        raise Failed(f'{what}: {expected!r} is not in {got!r}')


def wait_for(condition):
    """=> Has it come true in time?"""
    for _ in range(500):
        if condition():
            return True
        time.sleep(0.01)
    return False


def wait_until_it_listens(process):
    """Until a program that has begun does nothing but wait."""
    quiet = 0

    def is_quiet():
        nonlocal quiet
        with open(f'/proc/{process.pid}/stat', encoding='utf-8') as file:
            name, rest = file.read().rsplit(')', 1)
        is_waiting = name.endswith('(nft') and rest.split()[0] == 'S'
        quiet = quiet + 1 if is_waiting else 0
        return quiet > 30
    if process.poll() is None:
        wait_for(is_quiet)


def ready(clew):
    """one line when it is ready; gone without a trace when told to go"""
    for how in (signal.SIGTERM, signal.SIGINT):
        with Engine(clew) as e:
            check('line', e.ready, f'clew engine: listening at {e.socket}\n')
            check('mode', os.stat(e.socket).st_mode & 0o777, 0o600)
            check('end', e.stop(how), (0, ''))
            check('socket', os.path.exists(e.socket), False)


def stale(clew):
    """a socket that was left behind is replaced, nothing else is"""
    with Engine(clew) as e:
        e.process.kill()
        e.process.wait()
        check('left', os.path.exists(e.socket), True)
        again = [clew, 'engine', '--socket', e.socket]
        with subprocess.Popen(again, stdout=subprocess.PIPE, env=ENV,
                              text=True) as second:
            check_in('second', second.stdout.readline(), 'listening')
            third = subprocess.run(again, capture_output=True, env=ENV,
                                   text=True, check=False)
            second.terminate()
        check('third', third.returncode, 1)
        check_in('third', third.stderr, 'Address already in use')
        with open(e.socket, 'w', encoding='utf-8') as file:
            file.write('precious')
        third = subprocess.run(again, capture_output=True, env=ENV,
                               text=True, check=False)
        check('a file', third.returncode, 1)
        check('a file', os.path.getsize(e.socket), 8)


def rules(clew):
    """load, list, list as JSON, refuse with nft's own words"""
    with Engine(clew) as e:
        check('load', e.nft('-f', '-', input=RULES), '')
        check('list', e.nft('list', 'ruleset'), RULES)
        what = json.loads(e.nft('-j', 'list', 'ruleset'))['nftables']
        check('JSON', [list(item)[0] for item in what],
              ['metainfo', 'table', 'chain', 'rule'])
        check('refused', e.nft('add', 'chain', 'ip', 'nowhere', 'c'),
              'Error: No such file or directory\n'
              'add chain ip nowhere c\n             ^^^^^^^\n')
        check('nothing half done', e.nft('-f', '-', input='''
            add table ip x
            add chain ip x y
            add rule ip nowhere y accept''').count('No such file'), 1)
        check('list', e.nft('list', 'ruleset'), RULES)
        check('check', e.nft('-c', 'add table ip x'), '')
        words = e.nft('-e', 'add table ip x').split()
        check('echo', ' '.join(words[:10] + words[11:]), 'add table ip x '
              '# new generation 3 by process (nft)')
        check('only checked', e.nft('list', 'tables'),
              'table inet t\ntable ip x\n')


def interactive(clew):
    """nft -i: one socket for many requests"""
    with Engine(clew) as e:
        out = e.run('nft', '-i', input='add table ip x\nlist tables\n'
                    'add chain ip x y\nlist ruleset\nquit\n').stdout
        check_in('tables', out, 'table ip x\n')
        check_in('chain', out, 'chain y {')


def start_options(clew):
    """--rules as text and JSON; --interface; what is refused"""
    with Engine(clew) as first:
        text = os.path.join(first.folder, 'text')
        as_json = os.path.join(first.folder, 'json')
        with open(text, 'w', encoding='utf-8') as file:
            file.write(RULES)
        first.nft('-f', text)
        with open(as_json, 'w', encoding='utf-8') as file:
            file.write(first.nft('-j', 'list', 'ruleset'))
        for path in (text, as_json):
            with Engine(clew, '--rules', path, '--interface',
                        'lan0=192.168.1.1/24') as e:
                check('list', e.nft('list', 'ruleset'), RULES)
                check_in('link', e.run('ip', 'link', 'show', 'lan0').stdout,
                         '2: lan0: <BROADCAST,MULTICAST,UP,LOWER_UP>')
        with open(text, 'w', encoding='utf-8') as file:
            file.write('add chain ip nowhere c\n')
        with Engine(clew, '--rules', text) as e:
            check('no line', e.ready, '')
            _, err = e.process.communicate()
            check('status', e.process.returncode, 1)
            check_in('message', err, f'{text}:1:14-20: Error: No such file')


def interfaces(clew):
    """names and numbers are the engine's"""
    code = ('import socket\n'
            'print(socket.if_nametoindex("lan0"), socket.if_indextoname(3))\n'
            'for ask in (lambda: socket.if_nametoindex("eth77"),\n'
            '            lambda: socket.if_indextoname(77)):\n'
            '    try: ask()\n'
            '    except OSError as e: print(str(e))\n')
    with Engine(clew, '--interface', 'lan0=192.168.1.1/24', '--interface',
                'wan0=203.0.113.2/24', '--route', 'default=wan0') as e:
        check('names', e.run('python3', '-c', code).stdout,
              '2 wan0\nno interface with this name\n'
              '[Errno 6] No such device or address\n')
        check_in('route', e.run('ip', 'route', 'get', '8.8.8.8').stdout,
                 '8.8.8.8 dev wan0 src 203.0.113.2')
        check_in('address', e.run('ip', 'addr', 'show', 'dev', 'lan0').stdout,
                 'inet 192.168.1.1/24 scope global lan0')
        err = e.run('ip', 'link', 'add', 'x', 'type', 'dummy').stderr
        check_in('read only', err, 'Operation not permitted')


def monitor(clew):
    """nft monitor tells what changes"""
    with Engine(clew) as e:
        listener = e.start('nft', 'monitor')
        wait_until_it_listens(listener)
        check('add', e.nft('-f', '-', input=RULES), '')
        check('delete', e.nft('delete', 'table', 'inet', 't'), '')
        wait_until_it_listens(listener)
        listener.send_signal(signal.SIGINT)
        out, _ = listener.communicate(timeout=10)
        for line in ('add table inet t\n', 'add chain inet t c ',
                     'delete table inet t\n', '# new generation 2 by process'):
            check_in('monitor', out, line)


TRACED = '''table inet t {
	chain side {
		udp dport 80 return
	}

	chain pre {
		type filter hook prerouting priority raw; policy accept;
		iifname "lan0" meta nftrace set 1
	}

	chain fwd {
		type filter hook forward priority filter; policy drop;
		jump side
		udp dport 80 ct state new log prefix "seen: " accept
	}
}
'''.replace('fwd', 'forth')

# What Linux 6.18 and nft 1.0.6 print, but for the trace's number.
TRACE = '''trace id N inet t pre packet: iif "lan0" ether saddr \
02:00:00:00:00:12 ether daddr 02:00:00:00:00:11 ip saddr 192.168.1.10 \
ip daddr 203.0.113.9 ip dscp cs0 ip ecn not-ect ip ttl 64 ip id 7 \
ip protocol udp ip length 32 udp sport 4080 udp dport 80 udp length 12 \
@th,64,32 0x78787878 
trace id N inet t pre rule iifname "lan0" meta nftrace set 1 (verdict continue)
trace id N inet t pre policy accept 
trace id N inet t forth packet: iif "lan0" oif "wan0" ether saddr \
02:00:00:00:00:12 ether daddr 02:00:00:00:00:11 ip saddr 192.168.1.10 \
ip daddr 203.0.113.9 ip dscp cs0 ip ecn not-ect ip ttl 63 ip id 7 \
ip protocol udp ip length 32 udp sport 4080 udp dport 80 udp length 12 \
@th,64,32 0x78787878 
trace id N inet t forth rule jump side (verdict jump side)
trace id N inet t side rule udp dport 80 return (verdict return)
trace id N inet t forth rule udp dport 80 ct state new log prefix "seen: " \
accept (verdict accept)
'''.replace('\\\n', '')


def capture(*packets):
    """A pcap file of Ethernet frames, a second apart."""
    out = struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)
    for n, packet in enumerate(packets):
        out += struct.pack('<IIII', 1700000000 + n, 0, len(packet),
                           len(packet)) + packet
    return out


def datagram():
    head = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 32, 7, 0, 64, 17, 0,
                       socket.inet_aton('192.168.1.10'),
                       socket.inet_aton('203.0.113.9'))
    total = sum(struct.unpack('>10H', head))
    head = head[:10] + struct.pack('>H', 0xffff - total % 0xffff) + head[12:]
    return bytes.fromhex('020000000011' '020000000012' '0800') + head + \
        struct.pack('>HHHH', 4080, 80, 12, 0) + b'xxxx'


def trace(clew):
    """nft monitor trace, of packets through a pipe"""
    with Engine(clew, '--interface', 'lan0=192.168.1.1/24', '--interface',
                'wan0=203.0.113.2/24', '--feed', '-', feed=True) as e:
        check('load', e.nft('-f', '-', input=TRACED), '')
        listener = e.start('nft', 'monitor', 'trace')
        wait_until_it_listens(listener)
        whole = capture(datagram())
        for part in (whole[:10], whole[10:]):
            e.process.stdin.buffer.write(part)
            e.process.stdin.flush()
            time.sleep(0.2)
        check('list', e.nft('list', 'ruleset'), TRACED)
        listener.send_signal(signal.SIGINT)
        out, _ = listener.communicate(timeout=10)
        check('trace', re.sub('trace id [0-9a-f]+', 'trace id N', out), TRACE)
        e.process.stdin.close()
        e.process.stdin = None
        check('end', e.process.stderr.readline(),
              'clew engine: 1 packets, all judged\n')
        check('end', e.stop(), (0, ''))
        check_in('log', e.said, 'seen: IN=lan0 OUT=wan0 ')


def speed(clew):
    """time passes as it is told to"""
    with Engine(clew, '--feed', '-', '--speed', '50', feed=True) as e:
        begun = time.monotonic()
        e.process.stdin.buffer.write(capture(*[datagram()] * 51))
        e.process.stdin.close()
        e.process.stdin = None
        check('end', e.process.stderr.readline(),
              'clew engine: 51 packets, all judged\n')
        took = time.monotonic() - begun
        check('seconds', 0.95 < took < 5, True)


def users(clew):
    """an engine of nobody's: nobody and root may, others may not"""
    if os.geteuid() != 0:
        return 'needs root'
    reach = subprocess.run(['setpriv', '--reuid=nobody', '--clear-groups',
                            'test', '-r', os.path.abspath(clew)],
                           capture_output=True, check=False)
    if reach.returncode != 0:
        return 'nobody may not come to where clew was built'
    with Engine(clew, user='nobody') as e:
        check('line', e.ready[:26], 'clew engine: listening at ')
        check('mode', oct(os.stat(e.socket).st_mode & 0o777), '0o600')
        os.chmod(e.folder, 0o777)
        os.chmod(e.socket, 0o777)       # so that its own check is seen
        check('nobody', e.nft('-f', '-', input=RULES), '')
        check('root', e.run('nft', 'list', 'ruleset', user='root').stdout,
              RULES)
        other = e.run('nft', 'list', 'ruleset', user='daemon')
        check('another', (other.returncode != 0, other.stdout), (True, ''))
        check('still there', e.nft('list', 'ruleset'), RULES)
    return None


def many(clew):
    """many sockets, some of which never read"""
    code = ('import socket, time\n'
            's = [socket.socket(16, 3, 12) for i in range(60)]\n'
            'for x in s: x.bind((0, 0x40))\n'
            'print("up", flush=True)\n'
            'time.sleep(60)\n')
    with Engine(clew) as e:
        idle = [e.start('python3', '-c', code) for _ in range(3)]
        for process in idle:
            check('up', process.stdout.readline(), 'up\n')
        begun = time.monotonic()
        for n in range(50):
            check('add', e.nft(f'add table ip t{n}'), '')
        check('count', e.nft('list', 'tables').count('\n'), 50)
        slow = e.start('python3', '-c', code)
        check('one too many', slow.stdout.readline(), '')
        check_in('one too many', slow.stderr.read(), 'Error')
        check('quickly', time.monotonic() - begun < 30, True)
        for process in idle + [slow]:
            process.kill()
            process.communicate()
        check('gone', wait_for(lambda: e.nft('list', 'tables').count('\n') ==
                               50), True)


def hostile(clew):
    """nonsense, and calls that never end"""
    with Engine(clew) as e:
        def connect():
            s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            s.connect(e.socket)
            return s

        waiting = []
        for data, descriptors in ((b'', 0), (b'x', 0), (b'x' * 24, 0),
                                  (b'x' * 24, 1), (b'x' * 24, 3),
                                  (b'x' * 60000, 1)):
            s = connect()
            files = [open('/dev/null', 'rb') for _ in range(descriptors)]
            socket.send_fds(s, [data], [f.fileno() for f in files])
            waiting += [s] + files
        for _ in range(20):
            s = connect()
            for _ in range(5):          # a call whose data never come
                ours, theirs = socket.socketpair()
                head = b''.join(n.to_bytes(4, 'little') for n in
                                (0x636c6501, 1, 12, 0, 0, 10))
                socket.send_fds(s, [head], [theirs.fileno()])
                theirs.close()
                waiting.append(ours)
            waiting.append(s)
        check('load', e.nft('-f', '-', input=RULES), '')
        check('list', e.nft('list', 'ruleset'), RULES)
        for s in waiting:
            s.close()
        check('list', e.nft('list', 'ruleset'), RULES)
        check('alive', e.process.poll(), None)


def random_calls(clew):
    """whatever the library could say, at random"""
    rng = random.Random(1)
    with Engine(clew) as e:
        def connect():
            s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            s.connect(e.socket)
            return s

        def call(s, op, a, b, data, size, is_whole):
            ours, theirs = socket.socketpair()
            ours.settimeout(10)
            head = struct.pack('=6I', 0x636c6501, op, a, b,
                               rng.choice((0, 100, 70000)), size)
            with ours, theirs:
                try:
                    socket.send_fds(s, [head], [theirs.fileno()])
                    theirs.close()
                    ours.sendall(data)
                    if is_whole:
                        ours.recv(4096)
                except (BrokenPipeError, ConnectionResetError):
                    return

        sockets = []
        for _ in range(3000):
            if len(sockets) < 20 and rng.random() < 0.2:
                sockets.append(connect())
                call(sockets[-1], 1, rng.choice((0, 12, 12, 12, 5)),
                     rng.randrange(100), b'', 0, True)
            if not sockets:
                continue
            s = rng.choice(sockets)
            size = rng.choice((0, 0, 16, 20, 20, 60, 300000))
            kind = rng.choice((10 << 8 | rng.randrange(40), 16, 18, 22, 26))
            data = struct.pack('=IHHII', size, kind,
                               rng.choice((1, 5, 0x301)), 1, 0)
            data = (data + rng.randbytes(40) + bytes(size))[:size]
            is_whole = rng.random() < 0.95
            call(s, rng.choice((1, 2, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 77)),
                 rng.choice((0, 1, 2, 4, 7, 9, 11, 1 << 31)),
                 rng.choice((0, 1, 0x40, 1 << 20)), data,
                 size if is_whole else size + 1, is_whole)
            if rng.random() < 0.3:
                s.setblocking(False)
                try:
                    s.recv(rng.choice((1, 100, 100000)))
                except (BlockingIOError, ConnectionResetError):
                    pass
                s.setblocking(True)
            if rng.random() < 0.02 or not is_whole:
                sockets.remove(s)
                s.close()
        for s in sockets:
            s.close()
        check('load', e.nft('-f', '-', input=RULES), '')
        check('list', e.nft('list', 'ruleset'), RULES)
        check('end', e.stop(), (0, ''))


def inherited(clew):
    """a socket lives on over dup, fork and exec; poll, select, epoll wait"""
    code = '''
import os, select, socket, struct, sys
GETGEN = struct.pack('=IHHIIBBH', 20, 10 << 8 | 16, 1, 7, 0, 0, 0, 0)
def ask(s, how):
    s.send(GETGEN)
    print(how, len(s.recv(4096)), flush=True)
if len(sys.argv) > 1:
    ask(socket.socket(16, 3, 12, fileno=int(sys.argv[1])), 'after exec')
    sys.exit()
s = socket.socket(16, 3, 12)
ask(s, 'at first')
ask(s.dup(), 'a duplicate')
os.dup2(s.fileno(), 99)
ask(socket.socket(16, 3, 12, fileno=99), 'a numbered one')
if os.fork() == 0:
    ask(s, 'a child')
    os._exit(0)
os.wait()
poll = select.poll()
poll.register(s, select.POLLIN)
epoll = select.epoll()
epoll.register(s, select.EPOLLIN)
print(poll.poll(0), select.select([s], [], [], 0)[0], epoll.poll(0))
s.send(GETGEN)
print(len(poll.poll(0)), len(select.select([s], [], [], 0)[0]),
      len(epoll.poll(0)))
s.recv(4096)
print(poll.poll(0), select.select([s], [], [], 0)[0], epoll.poll(0))
s.settimeout(0.05)
try: s.recv(4096)
except TimeoutError: print('timeout')
os.set_inheritable(s.fileno(), True)
sys.stdout.flush()
os.execv(sys.executable, ['python3', sys.argv[0], str(s.fileno())])
'''
    with Engine(clew) as e:
        script = os.path.join(e.folder, 'script')
        with open(script, 'w', encoding='utf-8') as file:
            file.write(code)
        result = e.run('python3', script)
        check('said', result.stdout + result.stderr,
              'at first 48\na duplicate 48\na numbered one 48\na child 48\n'
              '[] [] []\n1 1 1\n[] [] []\ntimeout\nafter exec 48\n')


def engine_dies(clew):
    """what a program sees when its engine goes"""
    with Engine(clew) as e:
        listener = e.start('nft', 'monitor')
        wait_until_it_listens(listener)
        check('alive', listener.poll(), None)
        e.process.kill()
        e.process.wait()
        try:
            listener.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            listener.kill()
            raise Failed('nft waits for ever') from None
        check_in('refused', e.nft('list', 'ruleset'), 'refused')


def large(clew):
    """a batch of many megabytes, and its listing"""
    count = 20000
    text = 'table ip t {\nchain c {\n' + ''.join(
        f'ip saddr 10.{n >> 16}.{n >> 8 & 255}.{n & 255} counter accept\n'
        for n in range(count)) + '}\n}\n'
    with Engine(clew) as e:
        check('load', e.nft('-f', '-', input=text), '')
        check('list', e.nft('list', 'ruleset').count('counter'), count)


TESTS = [ready, stale, rules, interactive, start_options, interfaces, monitor,
         trace, speed, users, many, hostile, random_calls, inherited, engine_dies, large,
         handshakes.synproxy]


def run(number, test, clew):
    """Print one line of TAP. => Has it failed?"""
    title = f'{test.__name__}: {test.__doc__}'
    try:
        skip = test(clew)
        print(f'ok {number} - {title}' + (f' # SKIP {skip}' if skip else ''))
        return False
    except Exception:
        print(f'not ok {number} - {title}')
        for line in traceback.format_exc().splitlines():
            print('#', line)
        return True
