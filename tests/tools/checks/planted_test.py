"""The checks of tools/checks can fail: each is run on something planted that it must find, and on its clean twin."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]


def run_check(name, *arguments):
    return subprocess.run([sys.executable, ROOT / "tools/checks" / f"{name}.py", *arguments],
                          capture_output=True, text=True, check=False)


class Planted(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def plant(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def expect(self, result, found):
        """`found` is a piece of the report, or None for a clean run."""
        self.assertEqual(result.returncode, 0 if found is None else 1, result.stdout + result.stderr)
        self.assertIn(found or "", result.stdout)


class Layers(Planted):
    def includes(self, path, line, found):
        for header in ("proto/time.hpp", "udp/socket.hpp", "relay/hub/hub.hpp", "relay/server/main.hpp",
                       "tools/link/model/link.hpp", "tests/sim/world.hpp"):
            self.plant(header, "#pragma once\n")
        self.plant(path, f"#include {line}\n")
        self.expect(run_check("layers", self.root), found)

    def test_allows_what_the_architecture_allows(self):
        for path, line in (("proto/a.cpp", '"proto/time.hpp"'), ("udp/a.cpp", '"proto/time.hpp"'),
                           ("relay/server/a.cpp", '"udp/socket.hpp"'), ("relay/server/b.cpp", '"relay/hub/hub.hpp"'),
                           ("cli/a.cpp", '"udp/socket.hpp"'), ("tests/a.cpp", '"relay/hub/hub.hpp"'),
                           ("udp/b.cpp", "<asio.hpp>"), ("proto/b.cpp", "<chrono>")):
            with self.subTest(path):
                self.includes(path, line, None)

    def test_finds_forbidden_edges(self):
        for path, line in (("proto/bad.cpp", '"udp/socket.hpp"'), ("relay/hub/bad.cpp", '"udp/socket.hpp"'),
                           ("relay/hub/bad.cpp", '"relay/server/main.hpp"'), ("cli/bad.cpp", '"relay/hub/hub.hpp"'),
                           ("tools/link/model/bad.cpp", '"udp/socket.hpp"'), ("udp/bad.cpp", '"relay/hub/hub.hpp"'),
                           ("udp/bad.cpp", '"tests/sim/world.hpp"')):
            with self.subTest(path + line):
                self.includes(path, line, f"{path}:1: ")
                (self.root / path).unlink()

    def test_finds_impure_headers_in_pure_parts(self):
        for path, line in (("proto/bad.cpp", "<asio.hpp>"), ("proto/bad.cpp", "<iostream>"),
                           ("relay/hub/bad.cpp", "<thread>"), ("tools/link/model/bad.cpp", "<sys/socket.h>")):
            with self.subTest(path + line):
                self.includes(path, line, "is pure and must not include")
                (self.root / path).unlink()

    def test_finds_includes_that_are_not_rooted(self):
        self.includes("proto/bad.cpp", '"time.hpp"', "not written from the root")


class Purity(Planted):
    def archive(self, source):
        self.plant("planted.cpp", source)
        subprocess.run([*os.environ.get("CXX", "c++").split(), "-std=c++20", "-c", "planted.cpp", "-o", "planted.o"],
                       cwd=self.root, check=True)
        subprocess.run(["ar", "rcs", "planted.a", "planted.o"], cwd=self.root, check=True)
        return self.root / "planted.a"

    def test_passes_what_is_pure(self):
        pure = "#include <cstdio>\n#include <vector>\n" \
               "int f(char* b) { return std::vector<int>(3).size() ? std::snprintf(b, 2, \"x\") : 0; }\n"
        self.expect(run_check("purity", self.archive(pure)), None)

    def test_finds_each_kind(self):
        for kind, source in {
            "clock": "#include <chrono>\nauto f() { return std::chrono::steady_clock::now(); }\n",
            "socket": "#include <sys/socket.h>\nlong f() { return sendto(0, nullptr, 0, 0, nullptr, 0); }\n",
            "thread": "#include <thread>\nvoid f() { std::thread([] {}).join(); }\n",
            "entropy": "#include <random>\nunsigned f() { return std::random_device()(); }\n",
            "stream": "#include <iostream>\nvoid f() { std::cerr << 1; }\n",
        }.items():
            with self.subTest(kind):
                self.expect(run_check("purity", self.archive(source)), f"planted.o needs a {kind}: ")

    def test_finds_keys_that_libsodium_draws_itself(self):
        source = "extern \"C\" int crypto_sign_keypair(unsigned char*, unsigned char*);\n" \
                 "int f() { return crypto_sign_keypair(nullptr, nullptr); }\n"
        self.expect(run_check("purity", self.archive(source)), "needs a entropy: crypto_sign_keypair")


class Hygiene(Planted):
    def test_passes_what_is_clean(self):
        self.plant("proto/a.hpp", "#pragma once\n// " + "TO" + "DO(asio >= 1.24): use cancel_after\n")
        self.plant("README.md", "[here](proto/a.hpp) [there](https://example.org) `[not](a link)`\n")
        self.expect(run_check("hygiene", self.root), None)

    def test_finds_each_problem(self):
        for path, text, found in (
            ("a.sh", "cd /wo" + "rk/main\n", "a path of one machine"),
            ("a.cpp", "// TO" + "DO: later\n", "without the condition"),
            ("a.hpp", "int x;\n", "lacks #pragma once"),
            ("proto/a.cpp", "std::uniform_int_distribution<int> d;\n", "randomness"),
            ("proto/a.cpp", "  throw 1;\n", "without exceptions"),
            ("a.md", "[gone](nowhere.md#part)\n", "links to nowhere.md"),
        ):
            with self.subTest(found):
                file = self.plant(path, text)
                self.expect(run_check("hygiene", self.root), f"{path}: ")
                self.assertIn(found, run_check("hygiene", self.root).stdout)
                file.unlink()


if __name__ == "__main__":
    unittest.main()
