# SPDX-License-Identifier: Apache-2.0
"""Every attribute that docs/ names is set or read by an acceptance test.

usage: attributes.py [--list]: names those that none does, or lists each attribute with a test. Exit 1: one has none.
"""
import pathlib
import re
import sys

ATTRIBUTE = re.compile(r"^\s*- `([a-z_0-9]+)`", re.M)
WORDS = re.compile(r"TEST(?:_F|_P)?\((\w+), (\w+)\)|([A-Za-z_0-9]+)")

tests = {}  # By word, the tests in which it stands.
for file in sorted(pathlib.Path("acceptance").glob("*_test.cpp")):
    test = None
    for suite, name, word in WORDS.findall(file.read_text()):
        if suite:
            test = f"{suite}.{name}"
        elif test:
            tests.setdefault(word, {})[test] = None

untested = 0
pages = [page for of in ("nats_*", "webhook*", "event_bus*", "regeneration*")
         for page in pathlib.Path("docs").glob(f"*s/{of}.md")]
for page in sorted(pages):
    attributes = dict.fromkeys(ATTRIBUTE.findall(page.read_text()))
    # Of several tests one of the thing's own suites, which begin with its name.
    own = page.stem.removeprefix("nats_").removeprefix("regeneration_").title().replace("_", "")
    for attribute in attributes:
        found = sorted(tests.get(attribute, {}), key=lambda test: not test.startswith(own))
        if not found:
            untested += 1
            print(f"{page}: no acceptance test knows `{attribute}`")
        elif "--list" in sys.argv[1:]:
            print(f"{page.parent.name}/{page.stem} {attribute}: {found[0]}")
sys.exit(1 if untested else 0)
