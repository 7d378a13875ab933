# SPDX-License-Identifier: Apache-2.0
"""bench/run --accounts: accounts with ten users each, on one server and on a cluster of three.

A state holds a hundred accounts at most, as teams would have it: terraform's own time grows with the square of what is
in one (bench/run --growth shows that), and it is the servers' accounts that are many here.
Seconds of apply and refresh, the messages that the provider sent for them as the servers counted them, and both beside
the bare push and read-back of as many accounts, answered by every server; the seconds beside terraform's own for as
many terraform_data as well. Also how each grows with the count.
"""
import json
import pathlib
import shlex
import statistics
import subprocess
import urllib.request

USERS = 10
ACCOUNTS_OF_STATE_MAX = 100
RESOURCES = """resource "ghboot_nats_account" "a" {{
  count = {count}
  name  = "bench-{state}-${{count.index}}"
}}
resource "ghboot_nats_user" "u" {{
  count   = {users}
  account = ghboot_nats_account.a[floor(count.index / {per_account})].public_key
  name    = "user-${{count.index}}"
}}
"""


class Cluster:
    """SIZE servers of `ghboot up` in a folder of their own; entering it gives the environment that leads there."""

    def __init__(self, bench, folder, size):
        self.ghboot = [bench.BIN / "ghboot", "--data-dir", folder / "dev"]
        self.type = "self_hosted" if size == 1 else "self_hosted_cluster"
        self.monitoring = []

    def run(self, *words):
        return subprocess.run([*self.ghboot, *words], check=True, stdout=subprocess.PIPE, text=True).stdout

    def __enter__(self):
        self.run("up", "--nats-type", self.type, "--port", "0", "--monitoring-port", "0", "--github-port", "0")
        self.monitoring = [server["monitoring_url"] for server in json.loads(self.run("status", "--json"))["servers"]]
        exports = dict(line.removeprefix("export ").split("=", 1) for line in self.run("env").splitlines()
                       if line.startswith("export "))
        return {name: shlex.split(value)[0] for name, value in exports.items() if name != "TF_CLI_CONFIG_FILE"}

    def __exit__(self, *_):
        self.run("down")

    def told(self, index, what):
        with urllib.request.urlopen(f"{self.monitoring[index]}/{what}", timeout=5) as answer:
            return json.load(answer)

    def sent(self):
        """Messages that clients sent, by connection, of those that live and those that have closed."""
        found = {}
        for index in range(len(self.monitoring)):
            for connection in self.told(index, "connz?state=any&limit=20000")["connections"]:
                found[index, connection["cid"]] = connection["in_msgs"]
        return found


def sent_since(cluster, before):
    return sum(count - before.get(connection, 0) for connection, count in cluster.sent().items())


class States:
    """COUNT accounts with their users, and as many terraform_data, in as few states as they fit into."""

    def __init__(self, bench, folder, count, environment):
        held = min(count, ACCOUNTS_OF_STATE_MAX)
        self.ours, self.peers = [], []
        for state in range(count // held):
            place = folder / f"{count}-{state}"
            place.mkdir()
            text = RESOURCES.format(state=state, count=held, users=held * USERS, per_account=USERS)
            self.ours.append(bench.Working(place, bench.terraform_program(), "ghboot_nats_account", held, environment,
                                           bench.PROVIDERS, text))
            self.peers.append(bench.Working(place, bench.terraform_program(), "terraform_data", held * (1 + USERS),
                                            environment, bench.PROVIDERS))


def measure_round(bench, folder, size, count):
    """Seconds and messages by step, on servers that hold nothing else: so nothing need be destroyed."""
    folder.mkdir(parents=True)
    cluster = Cluster(bench, folder, size)
    with cluster as variables:
        environment = {**bench.os.environ, **variables}
        took = {f"bare {step}": seconds for step, seconds in bench.bare_requests(count, environment).items()}
        states = States(bench, folder, count, environment)
        messages = {}
        for step in ("apply", "plan"):
            before = cluster.sent()
            took[step] = sum(getattr(one, step)() for one in states.ours)
            messages[step] = sent_since(cluster, before)
            took[f"peer {step}"] = sum(getattr(one, step)() for one in states.peers)
    return took, messages


def measure_on(bench, folder, size, counts):
    seen = {}
    for count in counts:
        rounds = bench.ROUNDS if count <= ACCOUNTS_OF_STATE_MAX else 1
        turns = []
        for turn in range(rounds):
            bench.say(f"applies and refreshes {count} accounts with {USERS} users each on {size} server(s), round "
                      f"{turn + 1} of {rounds}")
            turns.append(measure_round(bench, folder / f"{count}-{turn}", size, count))
        seen[count] = {step: statistics.median(took[step] for took, _ in turns) for step in turns[0][0]}, turns[-1][1]
    return seen


def measure(bench, folder: pathlib.Path):
    counts = (1, 20) if bench.QUICK else (1, 100, 1000)
    for size in (1, 3):
        seen = measure_on(bench, folder / f"accounts-{size}", size, counts)
        where = f"{size} server{'s' if size > 1 else ''}"
        for step, label, bare_messages in (("apply", "apply", 2), ("plan", "refresh", 1)):
            for before, count in zip((None, *counts), counts):
                took, messages = seen[count]
                ours, bare, peer = took[step], took[f"bare {step}"], took[f"peer {step}"]
                what = f"{label}, {count:,} accounts of {USERS} users, {where}"
                bench.row(what, f"{ours:.2f} s", f"{bare:.3f} s, bare push and read-back" if step == "apply" else
                          f"{bare:.3f} s, bare lookup", ours / bare)
                bench.row(what, f"{ours:.2f} s", f"{peer + bare:.2f} s, that and as many of terraform_data",
                          ours / (peer + bare))
                bench.row(f"messages of that {label}", f"{messages[step]:,}", f"{bare_messages * count:,}, bare",
                          messages[step] / (bare_messages * count))
                if before:
                    bench.row(f"growth: {label}, {count:,} to {before:,}, {where}",
                              f"{ours / seen[before][0][step]:.1f} times", f"{count / before:.0f} times as many",
                              ours / seen[before][0][step] / (count / before))
