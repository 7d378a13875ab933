# SPDX-License-Identifier: Apache-2.0
"""Checks the models of docs/*.pml by Spin, and that each fails once a guard of it is removed.

usage: model.py [--write]: in the repository. Exit 1 when something was found, 77 when spin is not installed.
A model says in comments what is to be run:
  // Run WORDS: -DNAME=VALUE ...            must hold, and reach every line
  // Guard SWITCH [-DNAME ...]: WORDS       without this guard it must fail
  // Limit SWITCH [-DNAME ...]: WORDS       what is not promised: it must fail too, or the documentation is too modest
  // Reached SWITCH [-DNAME ...]: WORDS     a state that the model must be able to reach
What was seen must be what docs/lock.md says; --write puts it there.
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PAGE = pathlib.Path("docs/lock.md")
MEMORY_MAX_MB = 2500
SECONDS_MAX = 600
ROLE = re.compile(r"^// (Run|Guard|Limit|Reached) (.+?): (.+)$", re.M)
SWITCH = re.compile(r"^#\s*(?:ifdef|ifndef|elif defined|if defined)\b\W*([A-Z]\w+)", re.M)
DEFAULT = re.compile(r"^#ifndef (\w+)\n#define \1 ", re.M)
DONE = re.compile(r"depth reached (\d+), errors: (\d+)\s+(\d+) states, stored", re.S)
# Of pan's words: the process that the lines after it are about; a state that was not reached; a step, in `pan -d`.
PROCESS = re.compile(r"^(?:unreached in )?(?:proctype|claim|init) (\S+)")
UNREACHED = re.compile(r"\s+\S+\.pml:\d+, state (\d+),")
STEP = re.compile(r"\s+state\s+(\d+) -.*?\S+\.pml:(\d+)\s*=>")
# Spin does not count what is reached within a d_step; here each is deterministic and never blocks: as good as atomic.
COUNTED = ["-o3", "-Dd_step=atomic"]


class Run:
    def __init__(self, model, role, name, words):
        self.model, self.role = model, role
        if role == "Run":
            self.name, self.words, self.defines = name, name, words.split()
        else:
            self.name, *self.defines = name.split()
            self.words = words
            self.defines.append("-D" + self.name)
        self.errors, self.states, self.depth, self.steps, self.found = 0, 0, 0, 0, []

    def must_fail(self):
        return self.role != "Run"


def call(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    return done.returncode, done.stdout + done.stderr


def check(run):
    """Breadth first where it must fail, so that the counterexample is a shortest one, unless it is about a cycle."""
    liveness = "-DLIVENESS" in run.defines
    options = ["-DMEMLIM=%d" % MEMORY_MAX_MB, "-DCOLLAPSE"] + (["-DNFAIR=3"] if liveness else ["-DSAFETY"])
    if run.must_fail() and not liveness:
        options.append("-DBFS")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(run.model, folder)
        name = run.model.name
        counted = [] if run.must_fail() else COUNTED
        for command in (["spin", "-a", *counted, *run.defines, name],
                        ["gcc", "-O1" if run.must_fail() else "-O2", "-w", *options, "-o", "pan", "pan.c"]):
            code, text = call(command, folder)
            if code != 0:
                run.found.append(f"{' '.join(command)} ended with {code}: {text}")
                return run
        _, text = call(["./pan", "-m1000000"] + (["-a", "-f"] if liveness else []), folder)
        judge(run, text)
        if not run.must_fail():
            run.found += never_reached(text, call(["./pan", "-d"], folder)[1], run.model)
        if run.errors:
            run.steps = int(re.search(r"trail ends after (\d+) steps", call(["spin", "-t", *run.defines, name],
                                                                            folder)[1]).group(1))
    return run


def judge(run, text):
    done = DONE.search(text)
    if not done or "out of memory" in text or "max search depth too small" in text:
        run.found.append("the search was not completed: make the model smaller: " + text)
        return
    run.depth, run.errors, run.states = (int(number) for number in done.groups())
    if run.must_fail() and not run.errors:
        run.found.append({"Guard": "holds without this guard: the model does not show what it is for",
                          "Limit": "holds: it can be promised",
                          "Reached": "is never reached: the model holds for want of behaviour"}[run.role])
    if run.errors and not run.must_fail():
        run.found.append("fails: " + "\n".join(re.findall(r"^pan:\d+: .*$", text, re.M)))


def states_of(text, pattern):
    process = ""
    for line in text.splitlines():
        if found := PROCESS.match(line):
            process = found.group(1)
        elif found := pattern.match(line):
            yield (process, found.group(1)), found.groups()[-1]


def never_reached(text, steps, model):
    """A line counts as reached when one of its states is: inlines and macros have many."""
    unreached = {state for state, _ in states_of(text, UNREACHED)}
    lines = {}
    for state, line in states_of(steps, STEP):
        lines.setdefault(int(line), set()).add(state)
    code = model.read_text(encoding="utf-8").splitlines()
    return [f"line {line} is never reached: {code[line - 1].strip()}" for line in sorted(lines)
            if lines[line] <= unreached]


def runs_of(model):
    text = model.read_text(encoding="utf-8")
    runs = [Run(model, *found) for found in ROLE.findall(text)]
    known = {run.name for run in runs} | set(DEFAULT.findall(text))
    known |= {define[2:].split("=")[0] for run in runs for define in run.defines}
    unknown = sorted(set(SWITCH.findall(text)) - known)
    unused = sorted(run.name for run in runs if run.must_fail() and run.name not in SWITCH.findall(text))
    return runs, [f"{model}: nothing runs with {name}: say in a comment what it is" for name in unknown] + \
        [f"{model}: {name} is no switch" for name in unused]


def table(runs, role, head, row):
    rows = [row(run) for run in runs if run.role == role]
    return [head, re.sub(r"[^|]+", " --- ", head), *rows, ""] if rows else []


def page_of(runs):
    lines = table(runs, "Run", "| model | what holds in it | states | depth |", lambda run:
                  f"| [{run.model.name}]({run.model.name}) | {run.words} | {run.states:,} | {run.depth} |")
    lines += table(runs, "Guard", "| guard | removed by | steps to the failure |", lambda run:
                   f"| {run.words} | `{run.name}` | {run.steps} |")
    lines += table(runs, "Limit", "| not promised | shown by | steps to the failure |", lambda run:
                   f"| {run.words} | `{run.name}` | {run.steps} |")
    lines += table(runs, "Reached", "| what can happen | shown by | steps to it |", lambda run:
                   f"| {run.words} | `{run.name}` | {run.steps} |")
    return "\n".join(lines)


def page_differs(said, write):
    text = PAGE.read_text(encoding="utf-8")
    begin, end = "<!-- seen by scripts/model.py -->\n", "<!-- end -->"
    before, rest = text.split(begin)
    was, after = rest.split(end)
    if was == said:
        return []
    if not write:
        return [f"{PAGE} says something else: run scripts/model.py --write"]
    PAGE.write_text(before + begin + said + end + after, encoding="utf-8")
    return []


def main():
    if not shutil.which("spin"):
        print("spin is not installed")
        return 77
    runs, found = [], []
    for model in sorted(pathlib.Path("docs").glob("*.pml")):
        more, wrong = runs_of(model)
        runs += more
        found += wrong
    with concurrent.futures.ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        runs = list(pool.map(check, runs))
    found += [f"{run.model} {' '.join(run.defines)}: {message}" for run in runs for message in run.found]
    said = page_of(runs)
    print(said)
    if not found:
        found = page_differs(said, "--write" in sys.argv[1:])
    print("\n".join(found + [f"{len(runs)} runs, {len(found)} findings"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
