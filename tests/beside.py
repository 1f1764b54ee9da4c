# SPDX-License-Identifier: BSD-2-Clause
"""Foreign programs on Linux and on clew, side by side, in TAP.

A case has a transcript on each side.  The one on Linux 6.18 is recorded in
NAME.ok; where Linux can be asked it is asked again, and clew is held against
its live answer, else against the record.  Where clew deliberately answers
something else (docs/deviations.md), its own answer is in NAME.clew."""
import difflib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ENV = dict(os.environ, TZ='UTC', LC_ALL='C')
# meson's test of memory is for our programs: foreign ones have their own bugs.
ENV.pop('MALLOC_PERTURB_', None)
ENV['PATH'] += ':/usr/sbin:/sbin'
TIMEOUT = 60        # seconds for one command: a hang is an answer, too
INTERFACES = (('lan0', '192.168.1.1/24'), ('wan0', '203.0.113.2/24'))


class Missing(Exception):
    """This machine can not do it."""


class Side:
    """Somewhere to run programs."""

    def __init__(self, prefix):
        self.prefix = prefix

    def command(self, args, text=None):
        """=> status, output, messages"""
        try:
            result = subprocess.run(
                self.prefix + args, env=ENV, check=False,
                input=(text or '').encode(), timeout=TIMEOUT,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except subprocess.TimeoutExpired:
            return 'timeout', '', 'no answer\n'
        return (result.returncode, result.stdout.decode(errors='replace'),
                result.stderr.decode(errors='replace'))

    def close(self):
        pass


class Kernel(Side):
    """A namespace of its own, alive as long as its process."""

    def __init__(self):
        script = ' && '.join(
            [f'ip tuntap add {name} mode tap' for name, _ in INTERFACES] +
            ['echo ready', 'read end'])
        own = ['unshare', '-n'] if os.geteuid() == 0 else ['unshare', '-rn']
        self.process = subprocess.Popen(
            own + ['sh', '-c', script], env=ENV, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if self.process.stdout.readline() != b'ready\n':
            error = self.process.stderr.read().decode().strip()
            self.close()
            raise Missing('no network namespace: ' + error)
        pid = str(self.process.pid)
        user = [] if os.geteuid() == 0 else ['-U', '--preserve-credentials']
        super().__init__(['nsenter', '-t', pid, '-n'] + user + ['--'])

    def close(self):
        self.process.communicate(timeout=TIMEOUT)


def answers(path):
    """Is an engine there already?"""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as probe:
        try:
            probe.connect(path)
        except OSError:
            return False
        return True


class Engine(Side):
    """A clew engine with the same interfaces."""

    def __init__(self, clew, where):
        path = os.path.join(where, 'engine')
        command = [clew, 'engine', '--socket', path]
        for name, address in INTERFACES:
            command += ['--interface', f'{name}={address}']
        self.process = subprocess.Popen(
            command, env=ENV, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.path = path
        for _ in range(500):
            if answers(path) or self.process.poll() is not None:
                break
            time.sleep(0.01)
        super().__init__([clew, 'exec', '--engine', path, '--'])

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        error = self.process.communicate(timeout=TIMEOUT)[1].decode()
        if os.path.exists(self.path):
            os.unlink(self.path)
        status = self.process.returncode
        if status not in (0, -15, 143) or 'Sanitizer' in error:
            raise AssertionError(f'the engine ended: {status}\n{error}')


class Case:
    """One transcript; 'run' is a function of a side."""

    def __init__(self, name, base, run):
        self.name = name
        self.golden = base + '.ok'
        self.differs = base + '.clew'
        self.run = run

    def recorded(self, path=None):
        path = path or self.golden
        if not os.path.exists(path):
            return ''
        with open(path, encoding='utf-8') as source:
            return source.read()

    def on(self, side):
        try:
            text = self.run(side)
        finally:
            side.close()
        return text


def difference(expected, got, limit=60):
    lines = list(difflib.unified_diff(expected.splitlines(), got.splitlines(),
                                      'linux', 'clew', lineterm='', n=3))
    more = [f'... and {len(lines) - limit} lines more'] * (len(lines) > limit)
    return '\n'.join(lines[:limit] + more)


def live_kernel(program, args):
    """=> None, or why Linux can not be asked here, by a command that works."""
    release = os.uname().release
    if not re.match(r'6\.18\D', release):
        return f'Linux {release} is not 6.18'
    for tool in (program, 'ip', 'unshare', 'nsenter'):
        if not shutil.which(tool, path=ENV['PATH']):
            return f'no {tool}'
    try:
        side = Kernel()
        status, _, error = side.command([program] + args)
        side.close()
    except Missing as why:
        return str(why)
    return error.strip() if status else None


def has_engine(clew):
    """=> None, or why clew can not be asked."""
    for command in ('engine', 'exec'):
        result = subprocess.run([clew, command, '--help'], env=ENV,
                                check=False, capture_output=True)
        if result.returncode:
            return f'no clew {command}'
    return None


class Tap:
    def __init__(self):
        self.count = self.failed = self.skipped = 0

    def line(self, name, problem=None, skip=None):
        self.count += 1
        if skip:
            self.skipped += 1
            print(f'ok {self.count} - {name} # SKIP {skip}')
        else:
            print(f'{"not ok" if problem else "ok"} {self.count} - {name}')
        if problem:
            self.failed += 1
            for line in problem.splitlines():
                print('# ' + line)
        sys.stdout.flush()


def compare(tap, case, clew, update, no_kernel, no_engine, other):
    """Both of a case; 'other': why the record is not what this version of
    the program says."""
    truth = case.recorded()
    if no_kernel:
        tap.line(case.name + ': Linux as recorded', skip=no_kernel)
    else:
        live = case.on(Kernel())
        if update:
            with open(case.golden, 'w', encoding='utf-8') as out:
                out.write(live)
            truth = live
        tap.line(case.name + ': Linux as recorded',
                 difference(truth, live) if not other else None, other)
        truth = live
    name = case.name + ': clew'
    if no_engine or (other and no_kernel):
        tap.line(name, skip=no_engine or other)
        return
    with tempfile.TemporaryDirectory(prefix='clew-beside-') as where:
        try:
            answer = case.on(Engine(clew, where))
            if os.path.exists(case.differs):
                if update:
                    with open(case.differs, 'w', encoding='utf-8') as out:
                        out.write(answer)
                truth = case.recorded(case.differs)
            problem = difference(truth, answer)
        except Exception as error:      # whatever it is: not ok
            problem = repr(error)
    tap.line(name, problem)


def compare_all(cases, args, program, probe, version):
    """Everything; 'probe' are arguments of the program that always work,
    'version' is the one that was recorded.  => exit status"""
    if not shutil.which(program, path=ENV['PATH']):
        print(f'1..0 # SKIP no {program}')
        return 77 if os.environ.get('CI') != 'true' else 1
    if args.names:
        cases = [case for case in cases
                 if case.name in args.names or
                 os.path.basename(case.name) in args.names]
    tap = Tap()
    this = subprocess.run([program, '--version'], env=ENV, check=False,
                          capture_output=True).stdout.decode().split()[1]
    other = None
    if this != version:
        other = f'recorded with {program} {version}, this is {this}'
    no_kernel = live_kernel(program, probe)
    no_engine = has_engine(args.clew)
    print(f'1..{2 * len(cases)}')
    for case in cases:
        compare(tap, case, args.clew, args.update, no_kernel, no_engine,
                other)
    for why in (no_kernel, no_engine, other):
        if why:
            print(f'# SKIPPED: {why}', file=sys.stderr)
    # Where all of it has to run, a missing part is a failure.
    must = os.environ.get('CI') == 'true' and os.geteuid() == 0
    if must and no_kernel and 'is not 6.18' not in no_kernel:
        return 1
    return 1 if tap.failed else 0
