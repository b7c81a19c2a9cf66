#!/usr/bin/env python3
"""Checks that archives call no clock, socket, thread, entropy or stream: their undefined symbols say what they need."""
import argparse
import re
import subprocess
import sys

FORBIDDEN = {
    "clock": r"clock_gettime|gettimeofday|time|clock|nanosleep|usleep|sleep|timerfd_\w+|std::chrono::.*::now\(\)",
    "socket": r"socket|bind|connect|listen|accept4?|send(to|msg|mmsg)?|recv(from|msg|mmsg)?|getaddrinfo|getnameinfo|"
              r"poll|ppoll|select|epoll_\w+|[gs]etsockopt",
    "thread": r"pthread_(create|join|mutex_\w+|cond_\w+|rwlock_\w+)|sem_\w+|std::(jthread|thread|mutex|"
              r"condition_variable|__condvar)\b.*|std::this_thread.*|std::__atomic_wait.*",
    "entropy": r"getrandom|getentropy|rand|random|srand|drand48|arc4random\w*|randombytes\w*|std::random_device.*|"
               r"crypto_(box|sign|kx)_keypair|crypto_\w+_keygen",
    "stream": r"std::(cout|cerr|clog|cin|wcout)|.*std::(__cxx11::)?basic_\w*stream.*|"
              r"std::[io]?stream.*|std::ios_base.*|.*std::filesystem.*|"
              r"(__)?v?f?printf(_chk)?|puts|fputs|putchar|fwrite|fread|fopen(64)?|open(64)?|read|write|perror",
}


def undefined_symbols(archive):
    """Pairs of (object file, symbol) that the archive leaves for others to define, versions (@GLIBC…) cut off."""
    listing = subprocess.run(["nm", "--undefined-only", "--demangle", archive],
                             check=True, capture_output=True, text=True).stdout
    member = "?"
    for line in listing.splitlines():
        if line.endswith(":"):
            member = line[:-1]
        elif line.strip():
            yield member, line.split(maxsplit=1)[1].split("@")[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archives", nargs="+")
    kinds = {kind: re.compile(rf"({names})\Z") for kind, names in FORBIDDEN.items()}
    symbols = failures = 0
    for archive in parser.parse_args().archives:
        for member, symbol in undefined_symbols(archive):
            symbols += 1
            for kind, names in kinds.items():
                if names.match(symbol):
                    failures += 1
                    print(f"{archive}: {member} needs a {kind}: {symbol}")
    print(f"purity: {symbols} undefined symbols, {failures} forbidden")
    return 1 if failures or not symbols else 0


if __name__ == "__main__":
    sys.exit(main())
