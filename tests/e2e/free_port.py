"""A port that nobody has, neither for UDP nor for TCP."""
import socket


def free_port():
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as streams, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            streams.bind(("127.0.0.1", 0))
            try:
                datagrams.bind(streams.getsockname())
            except OSError:
                continue
            return streams.getsockname()[1]
