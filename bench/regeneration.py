# SPDX-License-Identifier: Apache-2.0
"""bench/run --regeneration: regenerations of 10, 100 and 1,000 files of 1 KB at the stand-in, by requests and seconds.

Beside them the least that GitHub's Git data API allows, and a client that writes one commit a file as the Contents API
has it: one request to look at it, one to write. Neither makes the pause between writes that GitHub asks for.
"""
import subprocess

WHAT = {"unchanged": "nothing changed", "one-changed": "one changed", "all-changed": "all changed"}


def measure(bench):
    bench.say("regenerations")
    done = subprocess.run([bench.BIN / "regeneration_rounds"], check=True, stdout=subprocess.PIPE, text=True)
    for line in done.stdout.splitlines():
        name, files, requests, least, seconds, peer_requests, peer_seconds = line.split()
        what = f"{WHAT[name]}, of {int(files):,} files"
        bench.row(f"requests, {what}", requests, f"{least}, the least", int(requests) / int(least), "the least")
        if int(peer_requests):
            bench.row(f"requests, {what}", requests, f"{peer_requests}, one commit a file",
                      int(requests) / int(peer_requests))
            bench.row(f"time, {what}", f"{float(seconds):.2f} s", f"{float(peer_seconds):.2f} s, one commit a file",
                      float(seconds) / float(peer_seconds))
