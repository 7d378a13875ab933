# SPDX-License-Identifier: Apache-2.0
"""bench/run --lock: the lock of an organisation beside bare appends to another stream, and beside a herd that polls.

What lock_rounds prints, as rows. A million renewals take some ten minutes; --quick has 20,000.
"""
import os
import subprocess

APPENDS = {"free-followed": ("acquire and release, free and followed", "2 bare appends"),
           "free-cold": ("acquire and release, free, from cold", "3 bare appends"),
           "handover": ("from release to a waiter's acquire", "1 bare append")}
CONTESTS = {"tries": ("tries an acquisition", ""), "reads": ("reads an acquisition", ""),
            "longest-wait": ("longest wait", " ms"), "each": ("time an acquisition", " ms")}


def measure(bench):
    server = os.path.join(bench.PARTS, "bin", "nats-server")
    environment = dict(os.environ)
    if "GHBOOT_NATS_SERVER" not in environment and os.path.exists(server):
        environment["GHBOOT_NATS_SERVER"] = server
    renewals = 20_000 if bench.QUICK else 1_000_000
    bench.say(f"lock, {renewals:,} renewals")
    done = subprocess.run([bench.BIN / "lock_rounds", "--renewals", str(renewals)], env=environment, check=True,
                          stdout=subprocess.PIPE, text=True)
    for line in done.stdout.splitlines():
        name, ours, peer = line.split()
        ours, peer = float(ours), float(peer)
        if name in APPENDS:
            what, beside = APPENDS[name]
            bench.row(what, f"{ours:.0f} µs", f"{peer:.0f} µs, {beside}", ours / peer)
        elif name == "renewals-resident":
            bench.row(f"resident after {renewals:,} renewals", f"{ours / 1000:.1f} MB",
                      f"{peer / 1000:.1f} MB, the same after 1,000", ours / peer)
        elif name == "renewals-messages":
            bench.row(f"messages of the stream after {renewals:,} renewals", f"{ours:.0f}", f"{peer:.0f}, the most",
                      ours / peer)
        elif name == "renewals-each":
            bench.row("a renewal", f"{ours:.0f} µs", f"{peer:.0f} µs, 1 bare append", ours / peer)
        else:
            kind, count = name.rsplit("-", 1)
            what, unit = CONTESTS[kind]
            bench.row(f"{what}, {count} at once", f"{ours:.2f}{unit}", f"{peer:.2f}{unit}, a herd that polls",
                      ours / peer)
