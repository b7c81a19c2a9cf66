"""A real relay with data of its own, for tests that talk to one."""
import os

from programs import BIN, Program, environment


class Relay:
    """tern-relay on a loopback port; `address` has its key, `bare` has not. `words` go before its own."""

    def __init__(self, folder, port=0, *more, words=()):
        self.folder = folder
        self.program = Program(*words, os.path.join(BIN, "tern-relay"), "--listen", f"127.0.0.1:{port}", *more,
                               env=environment(folder))
        found = self.program.wait_for(rb"(tern://127\.0\.0\.1:(\d+))/lobby#([\w-]{43})", "out")
        self.bare = found.group(1).decode()
        self.port = int(found.group(2))
        self.key = found.group(3).decode()
        self.address = found.group(0).decode()

    def cpu_seconds(self):
        """What it has used so far, of user and system time."""
        with open(f"/proc/{self.program.process.pid}/stat", encoding="ascii") as stat:
            after_name = stat.read().rsplit(")", 1)[1].split()
        return sum(map(int, after_name[11:13])) / os.sysconf("SC_CLK_TCK")

    def kill(self):
        self.program.process.kill()
        self.program.__exit__()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.program.__exit__()
