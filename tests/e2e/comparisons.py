"""What the tests of tern compare have in common."""
import json
import math
import os

from programs import BIN, run

COMPARE = os.path.join(BIN, "tern-compare")
Z = 4.42  # two-sided, 1 in 100,000


def binomial_bounds(count, share):
    spread = Z * math.sqrt(count * share * (1 - share)) + 1 if 0 < share < 1 else 0
    return count * share - spread, count * share + spread


def compare(*words, seconds=300):
    """Runs to the end: (exit status, stdout, stderr), as text."""
    status, out, err = run(COMPARE, *words, seconds=seconds)
    return status, out.decode(), err.decode()


def summary_of(output):
    """The final record of --json."""
    summary = json.loads(output.splitlines()[-1])
    assert summary["record"] == "summary" and summary["schema"] == "tern-compare/1", summary
    return summary


def summarise(case, *words, seconds=300):
    """The summary of a comparison without failures; what it ran with is printed."""
    status, out, err = compare(*words, "--json", seconds=seconds)
    case.assertEqual(status, 0, f"{words}: {err}{out}")
    summary = summary_of(out)
    print(f"{summary['command']}: seed {summary['seed']}, {summary['link']['kind']}", flush=True)
    return summary
