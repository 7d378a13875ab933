# SPDX-License-Identifier: Apache-2.0
"""bench/run --accounts: accounts with ten users each, on one server and on a cluster of three.

Seconds of apply and refresh, the messages that the provider sent for them as the servers counted them, and both beside
the bare push and read-back of as many accounts, answered by every server; the seconds beside terraform's own for as
many terraform_data as well. Also how each grows with the count.
"""
import json
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request

USERS = 10
START_MAX = 30  # Seconds.
RESOURCES = """resource "ghboot_nats_account" "a" {{
  count = {count}
  name  = "bench-${{count.index}}"
}}
resource "ghboot_nats_user" "u" {{
  count   = {users}
  account = ghboot_nats_account.a[floor(count.index / {per_account})].public_key
  name    = "user-${{count.index}}"
}}
"""


def free_ports(count):
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Cluster:
    """SIZE nats-servers with an operator that `ghboot up` made in a folder of its own; environment() leads there."""

    def __init__(self, bench, folder, size):
        self.folder = folder
        self.size = size
        self.ghboot = [bench.BIN / "ghboot", "--data-dir", folder / "operator-of"]
        self.servers = []
        ports = free_ports(3 * size)
        self.clients, self.routes, self.monitoring = ports[:size], ports[size:2 * size], ports[2 * size:]

    def __enter__(self):
        subprocess.run([*self.ghboot, "up", "--port", "0", "--monitoring-port", "0"], check=True,
                       stdout=subprocess.DEVNULL)
        subprocess.run([*self.ghboot, "down"], check=True, stdout=subprocess.DEVNULL)
        operator = self.folder / "operator-of/operator"
        try:
            for index in range(self.size):
                self.start(index, operator)
            for index in range(self.size):
                self.wait_until_whole(index)
        except BaseException:
            self.__exit__()
            raise
        return {"NATS_URL": f"nats://127.0.0.1:{self.clients[0]}",
                "GHBOOT_OPERATOR_SEED_FILE": str(operator / "signing.nk"),
                "GHBOOT_SYSTEM_CREDS_FILE": str(operator / "system.creds"),
                "GHBOOT_STORE_DIR": str(self.folder / "store")}

    def __exit__(self, *_):
        for server in self.servers:
            server.terminate()
        for server in self.servers:
            server.wait()

    def start(self, index, operator):
        others = [port for port in self.routes if port != self.routes[index]]
        account, jwt = ((operator / f"system-account.{kind}").read_text() for kind in ("id", "jwt"))
        config = self.folder / f"n{index + 1}.conf"
        config.write_text(f"""server_name: "n{index + 1}"
listen: "127.0.0.1:{self.clients[index]}"
http: "127.0.0.1:{self.monitoring[index]}"
operator: "{(operator / 'operator.jwt').read_text()}"
system_account: {account}
resolver {{ type: full, dir: "{self.folder}/n{index + 1}/jwt", allow_delete: true }}
resolver_preload {{ {account}: "{jwt}" }}
jetstream {{ store_dir: "{self.folder}/n{index + 1}/js" }}
""" + (f"""cluster {{
  name: c, listen: "127.0.0.1:{self.routes[index]}"
  routes: [{', '.join(f'"nats-route://127.0.0.1:{port}"' for port in others)}]
}}
""" if others else ""))
        with open(self.folder / f"n{index + 1}.log", "wb") as log:
            self.servers.append(subprocess.Popen([shutil.which("nats-server"), "-c", config], stdout=log, stderr=log))

    def told(self, index, what):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.monitoring[index]}/{what}", timeout=5) as answer:
            return json.load(answer)

    def wait_until_whole(self, index):
        until = time.monotonic() + START_MAX
        while True:
            try:
                if len({route["remote_id"] for route in self.told(index, "routez")["routes"] or []}) == self.size - 1:
                    return
            except OSError:
                pass  # It does not listen yet.
            if time.monotonic() > until:
                sys.exit(f"bench: no cluster came together: {self.folder}/n{index + 1}.log")
            time.sleep(0.05)

    def sent(self):
        """Messages that clients sent, by connection, of those that live and those that have closed."""
        found = {}
        for index in range(self.size):
            for connection in self.told(index, "connz?state=any&limit=20000")["connections"]:
                found[index, connection["cid"]] = connection["in_msgs"]
        return found


def sent_since(cluster, before):
    return sum(count - before.get(connection, 0) for connection, count in cluster.sent().items())


def measure_on(bench, folder, size, counts):
    seen = {}
    folder.mkdir(parents=True)
    cluster = Cluster(bench, folder, size)
    with cluster as variables:
        environment = {**bench.os.environ, **variables}
        for count in counts:
            text = RESOURCES.format(count=count, users=count * USERS, per_account=USERS)
            working = bench.Working(folder, bench.terraform_program(), "ghboot_nats_account", count, environment,
                                    bench.PROVIDERS, text)
            peer = bench.Working(folder, bench.terraform_program(), "terraform_data", count * (1 + USERS), environment,
                                 bench.PROVIDERS)
            took = {f"{whose}{step}": [] for step in ("apply", "plan") for whose in ("", "bare ", "peer ")}
            messages = {}
            for turn in range(bench.ROUNDS):
                bench.say(f"applies and refreshes {count} accounts with {USERS} users each on {size} server(s), round "
                          f"{turn + 1} of {bench.ROUNDS}")
                for step, command in (("apply", working.apply), ("plan", working.plan)):
                    before = cluster.sent()
                    took[step].append(command())
                    messages[step] = sent_since(cluster, before)
                took["peer apply"].append(peer.apply())
                took["peer plan"].append(peer.plan())
                peer.destroy()
                working.destroy()
                for step, seconds in bench.bare_requests(count, environment).items():
                    took[f"bare {step}"].append(seconds)
            seen[count] = {step: statistics.median(all_turns) for step, all_turns in took.items()}, messages
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
