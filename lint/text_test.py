# SPDX-License-Identifier: Apache-2.0
"""text.py finds each kind of fault, once and in its place, and nothing in a file without faults."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

LINT = pathlib.Path(__file__).with_name("text.py")
SPDX = "// SPDX-License-Identifier: Apache-2.0\n"


def lint(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            pathlib.Path(folder, name).parent.mkdir(exist_ok=True)
            pathlib.Path(folder, name).write_text(text, encoding="utf-8")
        subprocess.run(["git", "init", "-q", folder], check=True)
        subprocess.run(["git", "-C", folder, "add", "."], check=True)
        run = subprocess.run([sys.executable, LINT, folder], capture_output=True, text=True)
        return run.returncode, run.stdout.splitlines()[:-1]


class Text(unittest.TestCase):
    def finds(self, text, message, name="a.cpp"):
        code, found = lint({name: text})
        self.assertEqual((code, len(found)), (1, 1), found)
        self.assertIn(message, found[0])

    def test_a_clean_file_has_no_findings(self):
        self.assertEqual(lint({"a.cpp": SPDX + "int f() {\n  return 1;\n}\n"}), (0, []))

    def test_a_long_line(self):
        self.finds(SPDX + "// " + "x" * 108 + "\n", "a.cpp:2: 111 columns")

    def test_a_long_function_and_not_one_of_the_limit(self):
        body = "  g();\n"
        self.finds(SPDX + "int f() {\n" + body * 69 + "}\n", "a.cpp:2: a function of 71 lines")
        self.assertEqual(lint({"a.cpp": SPDX + "int f() {\n" + body * 68 + "}\n"})[0], 0)

    def test_a_long_namespace_or_class_is_no_function(self):
        self.assertEqual(lint({"a.cpp": SPDX + "namespace a {\n" + "int g();\n" * 80 + "}\n"})[0], 0)

    def test_a_condition_of_two_lines_is_no_function(self):
        code = SPDX + "void f() {\n  if (a &&\n      (b)) {\n    c();\n  }\n}\n" + "int g();\n" * 80
        self.assertEqual(lint({"a.cpp": code + "void h() {\n  for (;;) {\n      }\n}\n"})[0], 0)

    def test_a_banned_word_and_its_replacement(self):
        self.finds(SPDX + "char* p = NULL;\n", "use instead: nullptr")

    def test_no_licence_line(self):
        self.finds("int f();\n", "no licence line")

    def test_a_path_of_one_machine(self):
        self.finds(SPDX + 'auto p = "/home/me/x";\n', "names a path of one machine")

    def test_the_sdk_knows_no_provider(self):
        self.finds(SPDX + '#include "provider/account.h"\n', "in the SDK, which knows no provider", "tfplugin/a.cpp")
        self.finds(SPDX + "// As NATS does.\n", "a.cpp:2: `NATS`", "tfplugin/a.cpp")
        self.assertEqual(lint({"nats/a.cpp": SPDX + "// As NATS does.\n"})[0], 0)

    def test_a_header_that_nobody_includes(self):
        self.finds(SPDX, "nobody includes it", name="a.h")


if __name__ == "__main__":
    unittest.main()
