#!/usr/bin/env python3
"""Measure `preauth check` beside what else reads such trees, in turn, and print ratios.

    run.py [S] [M] [L] [--runs 7] [--preauth target/dist/preauth] [--folder target/bench]

Trees are made by tree.py once, with the truth about them beside them. Each program runs in turn (A B C A B C …), and
the ratio is the median of the ratios of one turn, so that a machine that gets slower for a while does not matter.
Beside each time is what the program found: fast and wrong is no result. What is not installed is left out, by name.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
RELEVANT = ("profile permissionset permissionsetgroup mutingpermissionset connectedApp eca ecaOauth ecaGlblOauth "
            "ecaOauthPlcy ecaPlcy settings").split()


def relevant(tree):
    """The files that are read, NUL-separated: for programs that do not know which."""
    found = []
    for folder, folders, files in os.walk(tree):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
        for name in files:
            if name.removesuffix("-meta.xml").rpartition(".")[2] in RELEVANT:
                found.append(os.path.join(folder, name))
    return "\0".join(sorted(found)).encode()


def run(command, given=None, environment=None):
    """Wall and CPU seconds, and what was printed."""
    begun = time.perf_counter()
    child = subprocess.Popen(command, stdin=subprocess.PIPE if given else subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})})
    if given:
        child.stdin.write(given)
        child.stdin.close()
    out = child.stdout.read()
    _, _, used = os.wait4(child.pid, 0)
    child.returncode = 0
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime, out


def peak(command, given):
    """Peak kB; a child of this program would count what this program takes."""
    if not os.path.exists("/usr/bin/time"):
        return 0
    out = subprocess.run(["/usr/bin/time", "-f", "%M", *command], input=given, stdout=subprocess.DEVNULL,
                         stderr=subprocess.PIPE).stderr
    return int(out.split()[-1])


def lines(out):
    return f"{out.count(bytes([10]))} lines"


def judged(truth):
    """Whether the findings are those that were planted: says so, or what is missing."""
    def verdict(out):
        findings = [json.loads(line) for line in out.splitlines()]
        named = lambda code: {found["subject"] for found in findings if found["code"] == code}
        wrong = []
        unassigned = named("preauthorized-unassigned")
        if unassigned != set(truth["unassigned"]):
            wrong.append(f"unassigned: {sorted(unassigned ^ set(truth['unassigned']))}")
        broken = {(found["file"], found["line"]) for found in findings if found["code"] == "xml-malformed"}
        for defect in truth["defects"]:
            if (defect["file"], defect["line"]) not in broken:
                wrong.append(f"{defect['file']}:{defect['line']}: {defect['kind']} not found")
        return f"{len(findings)} findings, " + ("; ".join(wrong) or "all that was planted among them")
    return verdict


def findings_of(out):
    """The findings of a report in JSON, one a line, as `judged` wants them."""
    rows = [{"code": code, "subject": (found["subject"] or {}).get("name"), "file": found["file"],
             "line": found["line"]}
            for found in json.loads(out)["findings"] for code in [found["code"], *found["subsumes"]]]
    return "\n".join(map(json.dumps, rows)).encode()


def hello(folder):
    """A program that prints one line, to know what starting a program costs."""
    source, program = os.path.join(folder, "hello.rs"), os.path.join(folder, "hello")
    if not os.path.exists(program):
        with open(source, "w") as file:
            file.write('fn main() { println!("hello"); }\n')
        subprocess.run(["rustc", "-O", source, "-o", program], check=True)
    return program


def yardstick(folder):
    """A program that walks the tree, reads every byte and does nothing with it."""
    program = os.path.join(folder, "read_floor")
    if not os.path.exists(program):
        source = os.path.join(HERE, "read_floor.rs")
        subprocess.run(["rustc", "-O", "--edition", "2021", source, "-o", program], check=True)
    return program


def has_lxml():
    return subprocess.run([sys.executable, "-c", "import lxml"], stderr=subprocess.DEVNULL).returncode == 0


def programs(args, tree, given):
    """Name, command, what it is given, and what its output comes to. The first is what others are compared with."""
    check = [args.preauth, "check", tree, "--no-config", "--no-progress", "--format", "concise"]
    found, missing = [("preauth check", check, None, lines)], []
    found.append(("preauth check, one thread", ["env", "RAYON_NUM_THREADS=1", *check], None, lines))
    found.append(("read every byte (yardstick)", [yardstick(args.folder), tree, "2"], None, lambda out: "nothing"))
    found.append(("hello world", [hello(args.folder)], None, lambda out: "nothing"))

    def peer(name, needs, command, given=None):
        if needs:
            found.append((name, command, given, lines))
        else:
            missing.append(name)

    types = [word for kind in RELEVANT for word in ("-g", f"*.{kind}-meta.xml")]
    peer("rg -c userPermissions", shutil.which("rg"), ["rg", "-c", *types, "userPermissions", tree])
    peer("xmllint --noout", shutil.which("xmllint"), ["xargs", "-0", "xmllint", "--noout"], given)
    peer("script with ripgrep", shutil.which("rg"), ["bash", os.path.join(HERE, "peers/rule_rg.sh"), tree])
    peer("script with lxml", has_lxml(), [sys.executable, os.path.join(HERE, "peers/rule_lxml.py"), tree])
    return found, missing


def measure(args, size):
    tree = os.path.join(args.folder, size)
    if not os.path.exists(tree):
        subprocess.run([sys.executable, os.path.join(HERE, "tree.py"), tree, "--preset", size.split("-")[0],
                        *(["--malformed", "16"] if size.endswith("-broken") else [])], check=True)
    with open(tree + ".facts.json") as file:
        truth = json.load(file)
    print(f"\n## {size}: {truth['relevant_bytes'] / 1e6:.1f} MB in {truth['relevant_files']} files to read of "
          f"{truth['files']}\n")
    report = run([args.preauth, "check", tree, "--no-config", "--no-progress", "--format", "json"])[2]
    print(f"`preauth check`: {judged(truth)(findings_of(report))}.\n")
    if size.endswith("-broken"):
        return
    found, missing = programs(args, tree, relevant(tree))
    turns = []
    for turn in range(args.runs + 1):
        measured = [run(command, given) for _, command, given, _ in found]
        if turn > 0:
            turns.append(measured)
    print("| program | CPU s | wall s | CPU ÷ preauth | wall ÷ preauth | peak MB | found |")
    print("|---|---|---|---|---|---|---|")
    for index, (name, command, given, verdict) in enumerate(found):
        median = lambda of: statistics.median(of(turn) for turn in turns)
        cpu, wall = (median(lambda turn, part=part: turn[index][part]) for part in (1, 0))
        by_cpu = median(lambda turn: turn[index][1] / max(turn[0][1], 1e-4))
        by_wall = median(lambda turn: turn[index][0] / turn[0][0])
        print(f"| {name} | {cpu:.3f} | {wall:.3f} | {by_cpu:.2f} | {by_wall:.2f} | "
              f"{peak(command, given) / 1024:.0f} | "
              f"{verdict(turns[0][index][2])} |")
    if missing:
        print(f"\nNot installed, and left out: {', '.join(missing)}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", default=["S", "M", "L", "M-broken"])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--preauth", default=os.path.join(ROOT, "target/dist/preauth"))
    parser.add_argument("--folder", default=os.path.join(ROOT, "target/bench"))
    args = parser.parse_args()
    os.makedirs(args.folder, exist_ok=True)
    for size in args.sizes:
        measure(args, size)


if __name__ == "__main__":
    main()
