# SPDX-License-Identifier: Apache-2.0
"""Removes one guard of the lock at a time and lets the faults run until they break it.

usage: lock_guards.py [--build FOLDER] [--runs N] [--seconds N] [--seed N] [--guard TEXT] [--write]: in the repository,
after `cmake --build FOLDER --target lock_faults`, with GHBOOT_NATS_SERVER naming the server. A guard is removed in a
copy of the file that has it; what is built of that is linked before the library, in a temporary folder. Of a fixed
schedule each of its runs must break it. The table goes to standard output, and with --write into docs/lock_faults.md.
Exit 1 when a guard's removal was found otherwise than said here.
"""
import argparse
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

PAGE = pathlib.Path("docs/lock_faults.md")
BEGIN, END = "<!-- seen by scripts/lock_guards.py -->", "<!-- end -->"
SEQUENCE = '{"Nats-Expected-Last-Sequence", std::to_string(append.expected_last)},'
LAST_ID = "if (!append.expected_last_id.empty())"
STREAM, LEASE, SIGHT = "nats/jetstream_lock_stream.cpp", "nats/lease.cpp", "nats/lock_sight.cpp"
WRITER, HAND = "nats/lock_writer.cpp", "nats/lock_hand.cpp"
READY = "nanoseconds(0) : seen_->message.lease;"
TRUST = "message.lease - trust_margin(message.lease)"
RUN = ["run"]
PLAYS = 3  # Runs of a fixed schedule.
# Guard, file, [(text, what stands in its place)], what is run, whether it is found.
GUARDS = [
    ("the lease of the last message is waited out", SIGHT, [(READY, "nanoseconds(0) : nanoseconds(0);")], RUN, True),
    ("all of it: here half", SIGHT, [(READY, "nanoseconds(0) : nanoseconds(seen_->message.lease) / 2;")], RUN,
     True),
    ("trust ends with the lease: here after two", LEASE, [(TRUST, "message.lease * 2")], RUN, True),
    ("each append has a header, of sequence or id", STREAM, [(SEQUENCE, ""), (LAST_ID, "if (append.id.empty())")],
     RUN, True),
    ("of the two the sequence", STREAM, [(SEQUENCE, "")], RUN, False),
    ("of the two the id, `prev`", STREAM, [(LAST_ID, "if (append.id.empty())")], ["play", "restored"], True),
    ("trust ends a margin before the lease", LEASE, [(TRUST, "message.lease")], ["play", "margin"], True),
    ("no answer is no success", WRITER, [
        ("  return read_back(draft, appended.text",
         "  if (appended.fate == Fate::unknown) return Settled{.verdict = Verdict::mine};\n"
         "  return read_back(draft, appended.text")], RUN, True),
    ("trust counts from the first sending", WRITER, [("if (!draft.first_sent) draft", "draft")],
     ["play", "first-sending"], True),
    ("the lease is waited from the first sight of that very message", SIGHT, [
        ("  first_seen_ = clock_.read().boot;\n  seen_ = ",
         "  if (!seen_ || contender_of(seen_->message.nonce) != contender_of(next.message.nonce))\n"
         "    first_seen_ = clock_.read().boot;\n  seen_ = ")], ["play", "first-sight"], True),
    ("a forced release copies the lease", HAND, [
        ("  message->state = LockState::revoked;\n  return",
         "  message->state = LockState::revoked;\n  message->lease = std::chrono::milliseconds(1);\n  return")],
     ["play", "revoked"], True),
]


def commands(build):
    """How each file is compiled, and how lock_faults is linked."""
    compiled = {}
    for one in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        compiled.setdefault(str(pathlib.Path(one["file"]).resolve()), one["command"])
    last = subprocess.run(["ninja", "-C", build, "-t", "commands", "lock_faults"], capture_output=True, text=True,
                          check=True).stdout.strip().splitlines()[-1]
    return compiled, shlex.split(last.removeprefix(": && ").removesuffix(" && :"))


def without(guard, build, folder):
    """lock_faults without the guard."""
    name, file, changes, _, _ = guard
    text = pathlib.Path(file).read_text(encoding="utf-8")
    for old, new in changes:
        if text.count(old) != 1:
            sys.exit(f"{name}: {file} has {text.count(old)} times what is to be removed, not once: {old}")
        text = text.replace(old, new)
    changed = folder / pathlib.Path(file).name
    changed.write_text(text, encoding="utf-8")
    compiled, link = commands(build)
    source = str(pathlib.Path(file).resolve())
    words, made = shlex.split(compiled[source]), changed.with_suffix(".o")
    words = words[:words.index("-o")] + ["-Wno-error", "-o", str(made), "-c", str(changed)]
    subprocess.run(words, cwd=build, check=True, capture_output=True)
    program = folder / "lock_faults"
    place = link.index("-o")
    link = link[:place] + [str(made), "-o", str(program)] + link[place + 2:]
    subprocess.run(link, cwd=build, check=True)
    return program


def ran(guard, command):
    """What lock_faults printed, if a rule was broken."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{guard[0]}: {done.stdout}{done.stderr}")
    return done.stdout if done.returncode == 1 else None


def first_of(text):
    """Of the first that was broken: seconds, the rule, and what had been done before."""
    found = re.search(r"first broken after (\S+) s: ([^;\n]+)(?:; before it: ([^,\n]+))?", text)
    return found.groups() if found else (None, "replicas are equal", None)


def hunt(guard, program, folder, options):
    """By drawn schedules: the row's cells, of the first run that found it, and whether one did."""
    for run in range(1, options.runs + 1):
        text = ran(guard, [str(program)] + RUN + ["--seed", str(options.seed + run - 1), "--seconds",
                                                  str(options.seconds), "--histories", str(folder / "histories")])
        if text:
            seconds, rule, before = first_of(text)
            after = f", after {seconds} s" if seconds else ""
            return f"run {run}{after} | {rule} | {before or 'none needed'}", True
    return f"not in {options.runs} runs | |", False


def play(guard, program):
    """By a fixed schedule, likewise, and whether each run found it."""
    texts = [ran(guard, [str(program)] + guard[3]) for _ in range(PLAYS)]
    found = [first_of(text) for text in texts if text]
    if not found:
        return f"not in {PLAYS} plays | | fixed: `{guard[3][1]}`", False
    longest = max(float(seconds) for seconds, _, _ in found)
    cells = f"{len(found)} of {PLAYS} plays, within {longest} s | {found[0][1]} | fixed: `{guard[3][1]}`"
    return cells, len(found) == PLAYS


def row_of(guard, options):
    """The row, and whether it is as said here."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        program = without(guard, options.build.resolve(), folder)
        cells, found = hunt(guard, program, folder, options) if guard[3] == RUN else play(guard, program)
    return f"| {guard[0]} | {cells} |", found == guard[4]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build", type=pathlib.Path)
    parser.add_argument("--runs", default=10, type=int)
    parser.add_argument("--seconds", default=30, type=int)
    parser.add_argument("--seed", default=1, type=int)
    parser.add_argument("--guard", default="")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows, wrong = ["| guard | broken in | rule | last fault before it |", "| --- | --- | --- | --- |"], False
    print("\n".join(rows), flush=True)
    for guard in GUARDS:
        if options.guard not in guard[0]:
            continue
        row, is_as_said = row_of(guard, options)
        rows.append(row)
        print(row, flush=True)
        wrong = wrong or not is_as_said
    if options.write:
        text = PAGE.read_text(encoding="utf-8")
        before, after = text.split(BEGIN)[0], text.split(BEGIN)[1].split(END)[1]
        PAGE.write_text(before + BEGIN + "\n" + "\n".join(rows) + "\n" + END + after, encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
