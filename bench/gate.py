#!/usr/bin/env python3
"""Hold the work that `preauth` does against what it did, where noise cannot fool: user instructions, by callgrind.

    gate.py [--preauth target/release/preauth] [--bless]

bench/instructions.json has the figures; one that is more than 5 % above them fails. After a change that is worth
what it costs, or one that saves, `--bless` writes the new figures.
"""
import argparse
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
FIGURES = os.path.join(HERE, "instructions.json")
MARGIN = 1.05


def instructions(command):
    """User instructions of a command, on one thread."""
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
    run = subprocess.run(valgrind, env={**os.environ, "RAYON_NUM_THREADS": "1"}, stdout=subprocess.DEVNULL,
                         stderr=subprocess.PIPE, text=True)
    collected = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode > 1 or not collected:
        sys.exit(f"{' '.join(command)} failed:\n{run.stderr}")
    return int(collected[1])


def measured(preauth, tree):
    with open(tree + ".facts.json") as file:
        size = json.load(file)["relevant_bytes"]
    start = instructions([preauth, "--version"])
    rules = instructions([preauth, "explain", "scope-full", "--no-config"])
    check = instructions([preauth, "check", tree, "--no-config", "--no-progress", "--format", "concise",
                          "--as-of", "2026-01-01"])
    return {
        "start, in millions": round(start / 1e6, 3),
        "loading the built-in policies and explaining one, in millions": round((rules - start) / 1e6, 3),
        "checking, per byte": round(check / size, 3),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preauth", default=os.path.join(ROOT, "target/release/preauth"))
    parser.add_argument("--bless", action="store_true")
    args = parser.parse_args()
    tree = os.path.join(ROOT, "target/bench/gate")
    if not os.path.exists(tree):
        os.makedirs(os.path.dirname(tree), exist_ok=True)
        make = [sys.executable, os.path.join(HERE, "tree.py"), tree, "--preset", "gate"]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
    now = measured(args.preauth, tree)
    if args.bless:
        with open(FIGURES, "w") as file:
            json.dump(now, file, indent=2)
            file.write("\n")
    with open(FIGURES) as file:
        known = json.load(file)
    failed = False
    for name, value in now.items():
        more = value > known[name] * MARGIN
        failed |= more
        print(f"{name}: {value} user instructions, {known[name]} before{': more than 5 % more' if more else ''}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
