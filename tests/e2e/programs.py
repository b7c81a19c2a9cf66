"""Starting and watching real programs: tern, nc, telnet. Nothing here knows what is tested."""
import os
import pty
import re
import select
import selectors
import signal
import subprocess
import tempfile
import time

BIN = os.environ["TERN_BIN_DIR"]
TERN = os.path.join(BIN, "tern")
PATIENCE = 20  # seconds until something that must happen counts as missing


def environment(folder, **more):
    """The environment of a user of their own, without anything of the caller's."""
    own = {"PATH": os.environ["PATH"], "HOME": folder, "XDG_DATA_HOME": folder + "/data",
           "XDG_CONFIG_HOME": folder + "/config", "USER": "tester", "LC_ALL": "C.UTF-8"}
    own.update(more)
    return own


class Program:
    """A running program whose output is read as it comes."""

    def __init__(self, *words, env=None, stdin=subprocess.PIPE, pass_fds=()):
        self.words = words
        self.process = subprocess.Popen(words, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env,
                                        pass_fds=pass_fds)
        self.out = b""
        self.err = b""
        self.selector = selectors.DefaultSelector()
        for name in ("stdout", "stderr"):
            stream = getattr(self.process, name)
            os.set_blocking(stream.fileno(), False)
            self.selector.register(stream, selectors.EVENT_READ, "out" if name == "stdout" else "err")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass

    def _pump(self, seconds):
        for key, _ in self.selector.select(seconds):
            data = key.fileobj.read()
            if data:
                setattr(self, key.data, getattr(self, key.data) + data)
            elif data == b"":
                self.selector.unregister(key.fileobj)

    def wait_for(self, pattern, stream="err"):
        """The match of `pattern` in what the program has written to that stream."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = re.search(pattern, getattr(self, stream))
            if found:
                return found
            if not self.selector.get_map():
                break
            self._pump(0.1)
        raise AssertionError(f"{self.words}: no {pattern!r} in {stream}; out={self.out!r} err={self.err!r}")

    def port(self):
        """The port of its `listening` line."""
        return int(self.wait_for(rb"listening \w+ \S+:(\d+)\n").group(1))

    def write(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def end_input(self):
        self.process.stdin.close()

    def signal(self, number):
        self.process.send_signal(number)

    def finish(self, seconds=PATIENCE):
        """Waits for its end; the exit status, with everything it wrote in out and err."""
        end = time.monotonic() + seconds
        while self.selector.get_map():
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError(f"{self.words} did not end; out={self.out!r} err={self.err!r}")
            self._pump(min(left, 0.1))
        return self.process.wait(max(0.1, end - time.monotonic()))


class Terminal(Program):
    """A running program with a terminal of its own, by which all three standard streams go: `out` is its screen."""

    def __init__(self, *words, env=None):
        self.words = words
        self.screen, side = pty.openpty()
        self.process = subprocess.Popen(["setsid", "--ctty", *words], stdin=side, stdout=side, stderr=side, env=env)
        os.close(side)
        self.out = self.err = b""

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.screen is not None:
            os.close(self.screen)
            self.screen = None

    def _pump(self, seconds):
        if not select.select([self.screen], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.screen, 65536)
        except OSError:  # EIO: the last user of the terminal has gone
            data = b""
        self.out += data
        return bool(data)

    def wait_for(self, pattern, stream="out"):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = re.search(pattern, self.out)
            if found:
                return found
            if not self._pump(0.1):
                break
        raise AssertionError(f"{self.words}: no {pattern!r} on the screen; {self.out!r}")

    def write(self, data):
        os.write(self.screen, data)

    def finish(self, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while self._pump(0.1):
            if time.monotonic() > end:
                raise AssertionError(f"{self.words} did not end; {self.out!r}")
        return self.process.wait(max(0.1, end - time.monotonic()))


def run(*words, env=None, stdin=b"", seconds=PATIENCE):
    """Runs to the end: (exit status, stdout, stderr)."""
    done = subprocess.run(words, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env,
                          timeout=seconds, check=False)
    return done.returncode, done.stdout, done.stderr


def socket_state(port, protocol):
    """Whether something of this machine is bound to the port, by /proc."""
    for version in ("", "6"):
        with open(f"/proc/net/{protocol}{version}", encoding="ascii") as table:
            for line in list(table)[1:]:
                if int(line.split()[1].rsplit(":", 1)[1], 16) == port:
                    return True
    return False


def wait_until_bound(port, protocol):
    end = time.monotonic() + PATIENCE
    while not socket_state(port, protocol):
        if time.monotonic() > end:
            raise AssertionError(f"nothing came to listen on {protocol} {port}")
        time.sleep(0.02)


def temporary_user():
    return tempfile.TemporaryDirectory(prefix="tern-e2e.")


INTERRUPT = signal.SIGINT
