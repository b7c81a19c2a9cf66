#!/usr/bin/env python3
"""Checks every #include against the allowed edges between the folders.

Dependencies point one way: proto <- udp <- {relay server, cli, tools}; proto <- relay hub. The pure parts also may
not include what gives them a clock, a socket, a thread, entropy or a stream. Includes are rooted at the repository.
"""
import argparse
import pathlib
import re
import sys

# A folder's part is the longest of these that is a prefix of its path; the value is what it may include besides itself.
ALLOWED = {
    "proto": set(),
    "tools/link/model": {"proto"},
    "relay/hub": {"proto", "relay/store/types.hpp"},
    "relay/store": {"proto", "relay/store/types.hpp"},
    "relay/store/types.hpp": {"proto", "relay/store/rules.hpp"},  # the values that hub and store exchange
    "relay/store/rules.hpp": {"proto"},
    "udp": {"proto"},
    "cli/units": set(),
    "cli/screen_safety": {"cli/units"},
    "relay/text": {"proto", "cli/screen_safety"},
    "relay": {"proto", "udp", "relay/hub", "relay/store", "relay/store/types.hpp", "relay/text"},
    "cli": {"proto", "udp", "cli/units", "cli/screen_safety"},
    "tools/compare/analysis": {"proto"},
    "tools": {"proto", "udp", "cli/units", "tools/link/model", "tools/compare/analysis"},
}
ALLOWED["tests"] = set(ALLOWED)
PURE = {"proto", "relay/hub", "relay/text", "relay/store/types.hpp", "relay/store/rules.hpp", "tools/link/model",
        "tools/compare/analysis"}
IMPURE_HEADER = re.compile(
    r"asio|boost/|spdlog|fmt/|sqlite3|iostream|fstream|sstream|ostream|istream|random$|thread|mutex|"
    r"shared_mutex|condition_variable|future|semaphore|latch|barrier|coroutine|filesystem|ctime|time\.h|unistd\.h|"
    r"sys/|netinet/|arpa/|net/|netdb\.h|poll\.h|pthread\.h|fcntl\.h")
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
SUFFIXES = {".hpp", ".cpp", ".h", ".cc"}


def part_of(path):
    candidates = [part for part in ALLOWED if path == part or path.startswith(part + "/")]
    return max(candidates, key=len, default=None)


def complaint(path, quoted, system):
    part = part_of(path)
    if system:
        if part in PURE and IMPURE_HEADER.match(system):
            return f"{part} is pure and must not include <{system}>"
        return None
    target = part_of(quoted)
    if target is None:
        return f'"{quoted}" is not written from the root of the repository'
    if target != part and target not in ALLOWED[part]:
        return f'{part} must not include {target} ("{quoted}")'
    return None


def sources(root):
    for part in sorted({name.split("/")[0] for name in ALLOWED}):
        yield from sorted(p for p in (root / part).rglob("*") if p.suffix in SUFFIXES)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=pathlib.Path)
    root = parser.parse_args().root
    files = failures = 0
    for file in sources(root):
        files += 1
        path = file.relative_to(root).as_posix()
        text = file.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            problem = complaint(path, *match.groups())
            if problem:
                failures += 1
                print(f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {problem}")
    print(f"layers: {files} files, {failures} forbidden includes")
    return 1 if failures or not files else 0


if __name__ == "__main__":
    sys.exit(main())
