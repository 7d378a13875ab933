# SPDX-License-Identifier: Apache-2.0
"""The C++ of docs/sdk.md is the code itself. Each block follows a line that says where it stands:

<!-- FILE -->                          the whole file
<!-- FILE, N from "TEXT" -->           N lines, from the first that begins so (indentation apart)

Of the table of what the example shows, each row names files of tfplugin/example/ and tests in acceptance/.

usage: sdk_page.py [--write]: compares, or writes the blocks anew. Exit 1 when something differs.
"""
import pathlib
import re
import sys
import textwrap

PAGE = pathlib.Path("docs/sdk.md")
PLACE = re.compile(r'<!-- (\S+?)(?:, (\d+) from "([^\n]+)")? -->\n```cpp\n(.*?)```\n', re.S)
problems = []


def block(found):
    name, count, text, shown = found.groups()
    lines = pathlib.Path(name).read_text().split("\n")[:-1]
    if count:
        start = next((i for i, line in enumerate(lines) if line.strip().startswith(text)), None)
        if start is None:
            problems.append(f"{PAGE}: no line of {name} begins with `{text}`: say where the block stands now")
            return found.group(0)
        lines = lines[start:start + int(count)]
    elif len(lines) > 100:
        problems.append(f"{name}: {len(lines)} lines: the page promises at most 100")
    code = textwrap.dedent("\n".join(lines)) + "\n"
    if shown != code:
        differs.append(f"{PAGE}: differs from {name}{f', from `{text}`' if text else ''}: "
                       "run `python3 lint/sdk_page.py --write`")
    return found.group(0).replace("```cpp\n" + shown, "```cpp\n" + code)


def check_table(page):
    rows = re.findall(r"^\| .+ \| (`.+`) \| (`.+`) \|$", page.split("## What the example provider shows")[-1], re.M)
    known = {f"{suite}.{test}" for path in pathlib.Path("acceptance").glob("plugin_*_test.cpp")
             for suite, test in re.findall(r"^TEST_F\((\w+),\s+(\w+)\)", path.read_text(), re.M)}
    for places, tests in rows:
        for place in re.findall(r"`(.+?)`", places):
            if not (pathlib.Path("tfplugin/example") / place).is_file():
                problems.append(f"{PAGE}: there is no tfplugin/example/{place}: say where the feature stands now")
        for test in re.findall(r"`(.+?)`", tests):
            if test not in known:
                problems.append(f"{PAGE}: there is no test {test} in acceptance/plugin_*: name the one that shows it")
    if not rows:
        problems.append(f"{PAGE}: has no table of what the example provider shows: write it")
    return len(rows)


differs = []
page = PAGE.read_text()
new = PLACE.sub(block, page)
if page.count("```cpp\n") != len(PLACE.findall(page)):
    problems.append(f"{PAGE}: a block of C++ without the line that says where it stands: add one")
shown_count = check_table(page)
if "--write" in sys.argv[1:]:
    PAGE.write_text(new)
    differs = []
print("\n".join(problems + differs + [f"{len(PLACE.findall(page))} blocks, {shown_count} features"]))
sys.exit(1 if problems or differs else 0)
