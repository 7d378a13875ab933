# SPDX-License-Identifier: Apache-2.0
"""Makefile and Taskfile.yml name the same targets with the same commands, and all that the documentation promises."""
import pathlib
import re
import sys

PROMISED = set("bootstrap-dev bootstrap-docker bootstrap-kubernetes bootstrap-synadia nats-test-connection "
               "verify-github setup check status clean test bench".split())

make = dict(re.findall(r"^([\w-]+): ; (.+)$", pathlib.Path("Makefile").read_text(), re.M))
task = dict(re.findall(r"^  ([\w-]+): (.+)$", pathlib.Path("Taskfile.yml").read_text(), re.M))
phony = set(re.findall(r"[\w-]+", " ".join(re.findall(r"^\.PHONY: (.*)$", pathlib.Path("Makefile").read_text(), re.M))))
if make != task or set(make) != PROMISED or phony != PROMISED:
    sys.exit(f"Makefile: {make}\nTaskfile.yml: {task}\n.PHONY: {sorted(phony)}\n"
             f"promised: {sorted(PROMISED)}\nmake the four agree")
print(f"{len(make)} targets, the same in both")
