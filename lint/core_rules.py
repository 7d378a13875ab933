# SPDX-License-Identifier: Apache-2.0
"""docs/core-rules.md has one row for each of core's rules, and each row has a test that exists, or says why not.

usage: core_rules.py [FOLDER]: a git work tree, else the current folder. Exit 1 when something was found.
"""
import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path("docs/core-rules.md")
# Prefix of the ids: how many there are, and the number of the first.
LETTERED = {
    "1.1-R": (10, 1), "1.1-A": (7, 1), "1.2-C": (6, 1), "1.4-P": (10, 1), "2.1-F": (7, 1), "2.2-L": (12, 0),
    "2.3-D": (4, 1), "2.4-Y": (10, 0), "2.5-Z": (7, 1), "2.6-I": (8, 1), "2.7-U": (6, 1), "2.8-K": (3, 1),
    "2.9-DS": (2, 1), "2.10-E": (6, 1), "2.12-X": (3, 1), "2.13-M": (3, 1), "2.14-S": (3, 1), "2.15-P": (2, 1),
    "2.16-V": (3, 1), "3-G": (19, 1), "3b-Q": (3, 1), "5-O": (13, 1), "7-W": (12, 1),
}
NUMBERED = {  # Sections whose rules have no letter.
    "4": 7, "4b": 3, "2.11": 1, "6.1": 2, "6.2": 5, "6.3": 4, "6.4": 3, "6.5": 1, "6.6": 1, "6.7": 1, "6.8": 4,
    "6.9": 1, "6.10": 1, "6.11": 4, "6.12": 2, "6.13": 6,
}
IDS = ([f"{prefix}{first + n}" for prefix, (count, first) in LETTERED.items() for n in range(count)] +
       [f"{section}-{n}" for section, count in NUMBERED.items() for n in range(1, count + 1)])
ROW = re.compile(r"^\| ([\w.]+-\w+) \|(.*)\|$", re.M)
TEST = re.compile(r"^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)", re.M)
LINT = re.compile(r"^ghboot_lint\((\w+)", re.M)
NAMED = re.compile(r"`(lint\.\w+|[A-Z]\w*\.[A-Z]\w*)`")
REASON_MIN = 20  # Letters: less is no reason.


def tests(root):
    names = subprocess.run(["git", "-c", f"safe.directory={root}", "-C", root, "ls-files", "-co", "--exclude-standard",
                            "*_test.cpp", "lint/CMakeLists.txt"], capture_output=True, text=True, check=True).stdout
    out = set()
    for name in names.splitlines():
        if (root / name).is_file():
            text = (root / name).read_text(encoding="utf-8")
            out |= {f"{suite}.{test}" for suite, test in TEST.findall(text)}
            out |= {f"lint.{lint}" for lint in LINT.findall(text)}
    return out


def check_row(rule, columns, known):
    if len(columns) != 3 or not all(columns[:2]):
        yield f"{rule}: a row has four columns: id, rule, what the SDK does, and the test or the reason"
        return
    named = NAMED.findall(columns[2])
    for test in named:
        if test not in known:
            yield f"{rule}: there is no test {test}: write it, or name the one that reads the rule"
    if not named and len(columns[2]) < REASON_MIN:
        yield f"{rule}: has neither test nor reason: name a test, `Suite.Name`, or say why no provider can break it"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    rows = ROW.findall((root / PAGE).read_text(encoding="utf-8"))
    known = tests(root)
    found = []
    for rule in IDS:
        count = sum(1 for row in rows if row[0] == rule)
        if count != 1:
            found.append(f"{rule}: has {count} rows in {PAGE}: " + ("remove all but one" if count else "write one"))
    for rule, rest in rows:
        if rule not in IDS:
            found.append(f"{rule}: is no rule's id: correct it in {PAGE}, or add it to lint/core_rules.py")
        found += check_row(rule, [column.strip() for column in rest.split(" | ")], known)
    tested = sum(1 for _, rest in rows if NAMED.search(rest.split(" | ")[-1]))
    print("\n".join(found + [f"{len(IDS)} rules, {len(rows)} rows, {tested} with tests, {len(found)} findings"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
