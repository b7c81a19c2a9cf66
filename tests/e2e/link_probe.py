"""The two ends of a measurement over a link: numbered, time-stamped datagrams one way.

  link_probe.py receive FILE                       at the far end; makes FILE.ready when it listens, and writes what came to
                                                   FILE when it is told to end
  link_probe.py send HOST COUNT INTERVAL SIZE      from inside; INTERVAL in seconds, SIZE in octets of IP packet
  link_probe.py echo                               at the far end: UDP and TCP, both on PORT
  link_probe.py ask HOST udp|tcp SECONDS           from inside: prints `yes` or `no`

Both ends read the same monotonic clock, so that the delay of one direction can be seen.
"""
import json
import selectors
import signal
import socket
import struct
import sys
import time

PORT = 7100  # of namespaces that nobody else is in
HEADERS = 28  # IPv4 and UDP
STAMP = struct.Struct("!QQ")


def receive(path):
    records = []
    heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    heard.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    heard.bind(("0.0.0.0", PORT))
    open(path + ".ready", "w", encoding="ascii").close()

    def finish(*_):
        with open(path, "w", encoding="ascii") as file:
            json.dump(records, file)
        sys.exit(0)

    signal.signal(signal.SIGTERM, finish)
    while True:
        data, source = heard.recvfrom(65535)
        now = time.monotonic_ns()
        number, sent = STAMP.unpack_from(data)
        records.append({"number": number, "delay": (now - sent) / 1e9, "at": now / 1e9, "source": list(source),
                        "size": len(data) + HEADERS})


def send(host, count, interval, size):
    outgoing = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    outgoing.connect((host, PORT))
    padding = bytes(size - HEADERS - STAMP.size)
    begin = time.monotonic()
    for number in range(count):
        wait = begin + number * interval - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        try:
            outgoing.send(STAMP.pack(number, time.monotonic_ns()) + padding)
        except OSError:
            pass  # an ICMP error of an earlier one


def echo():
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(("0.0.0.0", PORT))
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("0.0.0.0", PORT))
    listener.listen()
    ready = selectors.DefaultSelector()
    for each in (datagrams, listener):
        each.setblocking(False)
        ready.register(each, selectors.EVENT_READ)
    while True:
        for key, _ in ready.select():
            if key.fileobj is datagrams:
                echo_datagram(datagrams)
            elif key.fileobj is listener:
                accept(ready, listener)
            elif not echo_stream(key.fileobj):
                ready.unregister(key.fileobj)
                key.fileobj.close()


def echo_datagram(datagrams):
    """A link that is being taken down, or moved, may refuse the answer."""
    try:
        data, source = datagrams.recvfrom(65535)
        datagrams.sendto(data, source)
    except OSError:
        pass


def accept(ready, listener):
    try:
        stream, _ = listener.accept()
    except OSError:
        return
    stream.settimeout(5)
    ready.register(stream, selectors.EVENT_READ)


def echo_stream(stream):
    """False when it is over: whoever asks may have lost patience."""
    try:
        data = stream.recv(65536)
        stream.sendall(data)
        return bool(data)
    except OSError:
        return False


def ask(host, kind, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM) as talk:
            talk.settimeout(0.25)
            try:
                talk.connect((host, PORT))
                talk.send(b"anyone?")
                if talk.recv(100) == b"anyone?":
                    print("yes")
                    return
            except OSError:
                time.sleep(0.02)
    print("no")


def main():
    what, *words = sys.argv[1:]
    if what == "receive":
        receive(words[0])
    elif what == "send":
        send(words[0], int(words[1]), float(words[2]), int(words[3]))
    elif what == "echo":
        echo()
    else:
        ask(words[0], words[1], float(words[2]))


if __name__ == "__main__":
    main()
