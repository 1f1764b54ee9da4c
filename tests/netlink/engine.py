# SPDX-License-Identifier: BSD-2-Clause
"""engine.py - an engine to be talked to, and how answers are compared."""
import difflib
import os
import shutil
import signal
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TIMEOUT = 60        # seconds: a hang is an answer, too
ENV = dict(os.environ, TZ='UTC', LC_ALL='C')
# meson's test of memory is for our programs: foreign ones have their own bugs.
ENV.pop('MALLOC_PERTURB_', None)
ENV['PATH'] += ':/usr/sbin:/sbin'
# Of a clew that is built with sanitizers, on an engine the preloaded library
# comes first.
ENV['ASAN_OPTIONS'] = ':'.join(filter(None, (ENV.get('ASAN_OPTIONS'),
                                             'verify_asan_link_order=0')))


class Engine:
    """'clew engine' at a socket of its own."""

    def __init__(self, clew, *options, user=None, feed=False):
        self.clew = clew
        self.folder = tempfile.mkdtemp(prefix='clew-test-')
        self.socket = os.path.join(self.folder, 'socket')
        self.user = user
        if user:
            shutil.chown(self.folder, user)
        self.process = subprocess.Popen(
            self.as_user([clew, 'engine', '--socket', self.socket, *options]),
            env=ENV, stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.ready = self.process.stdout.readline()
        self.said = ''

    def as_user(self, argv, user=None):
        user = user or self.user
        return ['setpriv', '--reuid', user, '--clear-groups', *argv] if user \
            else argv

    def argv(self, *argv):
        return [self.clew, 'exec', '--engine', self.socket, '--', *argv]

    def start(self, *argv, user=None, **options):
        return subprocess.Popen(self.as_user(self.argv(*argv), user), env=ENV,
                                text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, **options)

    def run(self, *argv, user=None, **options):
        return subprocess.run(self.as_user(self.argv(*argv), user), env=ENV,
                              text=True, capture_output=True, check=False,
                              timeout=TIMEOUT, **options)

    def nft(self, *arguments, **options):
        """Output, messages and all of one 'nft'."""
        result = self.run('nft', *arguments, **options)
        return result.stdout + result.stderr

    def stop(self, how=signal.SIGTERM):
        """=> Exit status and what it said on standard error."""
        self.process.send_signal(how)
        self.said, err = self.process.communicate(timeout=TIMEOUT)
        return self.process.returncode, err

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)


def compare(number, title, expected, got):
    """Print one line of TAP, and the difference. => Is there one?"""
    if expected == got:
        print(f'ok {number} - {title}')
        return False
    print(f'not ok {number} - {title}')
    for line in list(difflib.unified_diff(
            expected.splitlines(), got.splitlines(), 'expected', 'got',
            lineterm=''))[:60]:
        print('#', line)
    return True
