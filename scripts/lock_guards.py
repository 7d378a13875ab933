# SPDX-License-Identifier: Apache-2.0
"""Removes one guard of the lock at a time and lets the faults run until they break it.

usage: lock_guards.py [--build FOLDER] [--runs N] [--seconds N] [--seed N] [--guard TEXT] [--write]: in the repository,
after `cmake --build FOLDER --target lock_faults`, with GHBOOT_NATS_SERVER naming the server. A guard is removed in a
copy of the file that has it; what is built of that is linked before the library, in a temporary folder. The table goes
to standard output, and with --write into docs/lock_faults.md. Exit 1 when a guard's removal was found otherwise than
said here.
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
# Guard, file, [(text, what stands in its place)], what is run, whether it is found.
GUARDS = [
    ("the lease of the last message is waited out", SIGHT, [(READY, "nanoseconds(0) : nanoseconds(0);")], RUN, True),
    ("all of it: here half", SIGHT, [(READY, "nanoseconds(0) : nanoseconds(seen_->message.lease) / 2;")], RUN,
     True),
    ("trust ends with the lease: here after two", LEASE, [(TRUST, "message.lease * 2")], RUN, True),
    ("each append has a header, of sequence or id", STREAM, [(SEQUENCE, ""), (LAST_ID, "if (append.id.empty())")],
     RUN, True),
    ("of the two the sequence", STREAM, [(SEQUENCE, "")], RUN, False),
    ("of the two the id, `prev`", STREAM, [(LAST_ID, "if (append.id.empty())")], ["restored"], True),
    ("trust ends a margin before the lease", LEASE, [(TRUST, "message.lease")], RUN, True),
    ("no answer is no success", WRITER, [
        ("  return read_back(draft, appended.text",
         "  if (appended.fate == Fate::unknown) return Settled{.verdict = Verdict::mine};\n"
         "  return read_back(draft, appended.text")], RUN, True),
    ("trust counts from the first sending", WRITER, [("if (!draft.first_sent) draft", "draft")], RUN, True),
    ("the lease is waited from the first sight of that very message", SIGHT, [
        ("  first_seen_ = clock_.read().boot;\n  seen_ = ",
         "  if (!seen_ || contender_of(seen_->message.nonce) != contender_of(next.message.nonce))\n"
         "    first_seen_ = clock_.read().boot;\n  seen_ = ")], RUN, True),
    ("a forced release copies the lease", HAND, [
        ("  message->state = LockState::revoked;\n  return",
         "  message->state = LockState::revoked;\n  message->lease = std::chrono::milliseconds(1);\n  return")], RUN,
     True),
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


def hunt(guard, build, options):
    """Of the first run that found it: its number, seconds, what was broken, and what had been done before."""
    with tempfile.TemporaryDirectory() as name:
        program = without(guard, build, pathlib.Path(name))
        for run in range(1, options.runs + 1):
            command = [str(program)] + guard[3]
            if guard[3] == RUN:
                command += ["--seed", str(options.seed + run - 1), "--seconds", str(options.seconds), "--histories",
                            str(pathlib.Path(name) / "histories")]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode not in (0, 1):
                sys.exit(f"{guard[0]}: {done.stdout}{done.stderr}")
            if done.returncode == 1:
                first = re.search(r"first broken after (\S+) s: ([^;\n]+)(?:; before it: ([^,\n]+))?", done.stdout)
                broken = re.search(r"broken, ([^:]+):", done.stdout).group(1)
                return (run, *first.groups()) if first else (run, None, broken, "a restored backup")
    return (options.runs, None, None, None)


def row_of(guard, seen):
    runs, seconds, broken, before = seen
    if not broken:
        return f"| {guard[0]} | not in {runs} runs | | |"
    when = f"run {runs}" + (f", after {seconds} s" if seconds else "")
    return f"| {guard[0]} | {when} | {broken} | {before or 'none needed'} |"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build", type=pathlib.Path)
    parser.add_argument("--runs", default=10, type=int)
    parser.add_argument("--seconds", default=30, type=int)
    parser.add_argument("--seed", default=1, type=int)
    parser.add_argument("--guard", default="")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows, found = ["| guard | broken in | rule | last fault before it |", "| --- | --- | --- | --- |"], 0
    print("\n".join(rows), flush=True)
    for guard in GUARDS:
        if options.guard not in guard[0]:
            continue
        seen = hunt(guard, options.build.resolve(), options)
        rows.append(row_of(guard, seen))
        print(rows[-1], flush=True)
        found += bool(seen[2]) != guard[4]
    if options.write:
        text = PAGE.read_text(encoding="utf-8")
        before, after = text.split(BEGIN)[0], text.split(BEGIN)[1].split(END)[1]
        PAGE.write_text(before + BEGIN + "\n" + "\n".join(rows) + "\n" + END + after, encoding="utf-8")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
