# SPDX-License-Identifier: Apache-2.0
"""The C++ of docs/sdk.md is the code itself. Each block follows a line that says where it stands:

<!-- FILE -->                          the whole file
<!-- FILE, N from "TEXT" -->           N lines, from the first that begins so (indentation apart)

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


differs = []
page = PAGE.read_text()
new = PLACE.sub(block, page)
if page.count("```cpp\n") != len(PLACE.findall(page)):
    problems.append(f"{PAGE}: a block of C++ without the line that says where it stands: add one")
if "--write" in sys.argv[1:]:
    PAGE.write_text(new)
    differs = []
print("\n".join(problems + differs + [f"{len(PLACE.findall(page))} blocks"]))
sys.exit(1 if problems or differs else 0)
