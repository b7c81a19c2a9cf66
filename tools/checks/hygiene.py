#!/usr/bin/env python3
"""Small promises about every file of the repository that no compiler keeps."""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys

PURE = ("proto/", "relay/hub/", "tools/link/model/")
MACHINE_PATH = re.compile("/wo" + "rk/")  # in two pieces, or this file would be the first to be reported
BARE_TODO = re.compile(r"\bTO" + r"DO(?!\([^)]+\))")
STANDARD_RANDOM = re.compile(r"std::(\w+_distribution|mt19937|default_random_engine|random_device|shuffle)\b")
THROWING = re.compile(r"^\s*(throw\b|try\s*\{|.*\}\s*catch\s*\()", re.MULTILINE)
MARKDOWN_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
CODE_BLOCK = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def tracked_files(root):
    """What git tracks; without git, or outside a checkout, every file that is not built."""
    if shutil.which("git"):
        listing = subprocess.run(["git", "-C", root, "ls-files", "-z"], capture_output=True, text=True, check=False)
        if listing.returncode == 0 and listing.stdout:
            return [root / name for name in listing.stdout.split("\0") if name and (root / name).is_file()]
    folders = [path for path in root.iterdir() if path.name not in (".git", ".cache", "build")]
    return [path for folder in folders for path in (folder, *folder.rglob("*")) if path.is_file()]


def problems(root, path, text):
    if MACHINE_PATH.search(text):
        yield "names a path of one machine"
    if BARE_TODO.search(text):
        yield "has a to-do without the condition under which it is due: write it as " + "TO" + "DO(condition)"
    if path.endswith(".hpp") and "#pragma once" not in text:
        yield "lacks #pragma once"
    if path.startswith(PURE) and path.endswith((".hpp", ".cpp")):
        if STANDARD_RANDOM.search(text):
            yield "uses the standard library's randomness, which differs between libraries"
        if THROWING.search(text):
            yield "throws or catches in a part without exceptions"
    if path.endswith(".md"):
        for link in MARKDOWN_LINK.findall(CODE_BLOCK.sub("", text)):
            if "://" not in link and not ((root / path).parent / link).exists():
                yield f"links to {link}, which is not there"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=pathlib.Path)
    root = parser.parse_args().root
    files = failures = 0
    for file in tracked_files(root):
        path = file.relative_to(root).as_posix()
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a corpus or a captured packet
        files += 1
        for problem in problems(root, path, text):
            failures += 1
            print(f"{path}: {problem}")
    print(f"hygiene: {files} files, {failures} problems")
    return 1 if failures or not files else 0


if __name__ == "__main__":
    sys.exit(main())
