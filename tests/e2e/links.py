"""What the tests over emulated links have in common."""
import os
import subprocess
import sys
import unittest

from programs import BIN, run

LINK = os.path.join(BIN, "tern-link")
NOBODY = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")


def why_impossible():
    """Why links cannot be made here; empty where they can."""
    words = ["unshare", "-n", "true"]
    if os.geteuid() != 0:
        words.insert(1, "-r")
    made = subprocess.run(words, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        return f"no network namespaces here: {made.stderr.strip()}"
    status, _, err = run(LINK, "-q", "--", "true")
    return err.decode().strip() if status == 1 and b"cannot take its place" in err else ""


def reason_against_ordinary_users():
    """Why one cannot become an ordinary user who makes namespaces; empty where one can."""
    if os.geteuid() != 0:
        return "already an ordinary user"
    made = subprocess.run([*NOBODY, "unshare", "-Urn", "true"], capture_output=True, text=True, check=False)
    return f"ordinary users cannot make namespaces here: {made.stderr.strip()}" if made.returncode != 0 else ""


def main():
    reason = why_impossible()
    if reason:
        print(reason)
        sys.exit(77)
    unittest.main(verbosity=2)
