# SPDX-License-Identifier: Apache-2.0
"""Checks over the text of every tracked file. Each message says what to do instead.

usage: text.py [FOLDER]: a git work tree, else the current folder. Exit 1 when something was found.
"""
import pathlib
import re
import subprocess
import sys

COLUMNS = 110  # of C++, as clang-format has it
SCRIPT_COLUMNS = 120
FUNCTION_LINES = 70
CODE = {".cpp", ".h"}
SPDX = "SPDX-License-Identifier: Apache-2.0"
SPDX_FILES = CODE | {".cmake", ".sh", ".py", ".proto", ".tf"}
THROWING = r"\bstd::(stoi|stol|stoll|stoul|stoull|stod)\b"  # In a test the exception is the failure.
BANNED = [  # pattern, what to use instead
    (r"\bsleep_for\b|\bsleep_until\b|\busleep\(", "wait for a notification with a deadline"),
    (r"\bstd::endl\b", "'\\n'"),
    (r"\bNULL\b", "nullptr"),
    (r"\busing namespace std;", "the names themselves, qualified"),
    (THROWING, "std::from_chars, which throws nothing"),
    (r"\b(strcpy|strcat|sprintf|strtok|gets)\(", "std::string and fmt::format"),
    (r"\bstd::(system|tmpnam)\b|(?<![\w:.])system\(", "a child process with an argument list"),
    (r"\bstd::regex\b", "a parser by hand: std::regex overflows the stack on long input"),
    (r"\b(rand|srand)\(\)", "libsodium's randombytes, or the generator that is handed in"),
    (r"#include <(format|print)>", "<fmt/format.h>: g++ 12 has neither"),
    (r"\b(TODO|FIXME|XXX)\b", "finish it, or write down in docs/ what is missing"),
]
# What may stand in one file all the same: file, pattern.
ALLOWED = {
    ("nats/file_system.cpp", BANNED[0][0]),  # Linux has no flock with a deadline, nor a notice of its end.
}
# The plugin SDK is anyone's: no unit above it, and no service that a provider is for.
SDK_INCLUDE = re.compile(r'^\s*#\s*include\s*["<](nats|provider|helper|github|regen|acceptance)/')
SDK_WORD = re.compile(r"nats|github", re.I)
MACHINE = re.compile(r"(?<![\w.$}])/(work|root|home/\w+|Users)/")
OPENING = re.compile(r"^(\s*)(?!.*\b(namespace|class|struct|enum|union)\b[^()]*\{$)"
                     r"(?!\s*(if|for|while|switch|else|do|catch|try|\})\b)(.*\)[^;]*\{)$")


def tracked(root):
    names = subprocess.run(["git", "-c", f"safe.directory={root}", "-C", root, "ls-files", "-z"],
                           capture_output=True, text=True, check=True).stdout
    return [pathlib.Path(n) for n in names.split("\0") if n and (root / n).is_file()]


def long_functions(lines):
    """(line, length) of each function of more than FUNCTION_LINES, by its opening line's indentation: clang-format,
    which is checked as well, makes that exact."""
    for start, line in enumerate(lines):
        opened = OPENING.match(line)
        if not opened:
            continue
        closing = opened.group(1) + "}"
        for end in range(start + 1, len(lines)):
            if lines[end] and not lines[end].startswith(opened.group(1)):
                break  # The second line of a condition, not the first of a function.
            if lines[end].startswith(closing):
                if end - start + 1 > FUNCTION_LINES:
                    yield start + 1, end - start + 1
                break


def check_lines(name, lines):
    is_code = name.suffix in CODE
    is_test = name.stem.endswith("_test")
    columns = COLUMNS if is_code else SCRIPT_COLUMNS if name.suffix in {".py", ".sh", ".cmake", ".proto"} else None
    for number, line in enumerate(lines, 1):
        where = f"{name}:{number}"
        if columns and len(line) > columns and 'R"' not in line:
            yield f"{where}: {len(line)} columns: break the line before column {columns + 1}"
        if line.rstrip() != line and name.suffix != ".md":
            yield f"{where}: space at the end of the line: remove it"
        if MACHINE.search(line):
            yield f"{where}: names a path of one machine: take the path from the environment or a temporary folder"
        for pattern, instead in BANNED if is_code else []:
            found = re.search(pattern, line)
            if found and not (pattern is THROWING and is_test) and (str(name), pattern) not in ALLOWED:
                yield f"{where}: `{found.group(0)}`: use instead: {instead}"


def check_sdk(name, lines):
    for number, line in enumerate(lines, 1):
        found = SDK_INCLUDE.search(line) or SDK_WORD.search(line)
        if found:
            yield (f"{name}:{number}: `{found.group(0).strip()}` in the SDK, which knows no provider: move it to the unit "
                   "that it is about, or say it with the example's words")


def needs_spdx(name):
    return name.suffix in SPDX_FILES or name.name in {"CMakeLists.txt", "Makefile", "Taskfile.yml"}


def check_file(root, name):
    try:
        lines = (root / name).read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError:
        return
    if needs_spdx(name) and SPDX not in lines[0] and not (lines[0].startswith("#!") and SPDX in lines[1]):
        yield f"{name}:1: no licence line: begin the file with `{SPDX}` in a comment"
    is_data = name.parts[:2] == ("fuzz", "corpus")
    if not is_data and name != pathlib.Path("lint/text.py") and name != pathlib.Path("lint/text_test.py"):
        yield from check_lines(name, lines)
    if name.parts[0] == "tfplugin":
        yield from check_sdk(name, lines)
    if name.suffix in CODE:
        for number, length in long_functions(lines):
            yield f"{name}:{number}: a function of {length} lines: split it, {FUNCTION_LINES} is the most"


def unused_headers(root, names):
    """A header counts as used when a file other than its own .cpp and test includes it."""
    included = {}
    for name in names:
        if name.suffix in CODE:
            for found in re.findall(r'^#include "([^"]+)"', (root / name).read_text(encoding="utf-8"), re.M):
                included.setdefault(found, set()).add(name)
    for name in names:
        if name.suffix != ".h":
            continue
        stem = name.with_suffix("")
        own = {stem.with_suffix(".cpp"), stem.parent / (stem.name + "_test.cpp")}
        users = included.get(str(name), set())
        if not users or (users <= own and (stem.with_suffix(".cpp") not in users)):
            yield f"{name}: nobody includes it: delete it, or include it where it is meant"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    names = tracked(root)
    found = [message for name in names for message in check_file(root, name)]
    found += unused_headers(root, names)
    print("\n".join(found + [f"{len(names)} files, {len(found)} findings"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
