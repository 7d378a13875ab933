# SPDX-License-Identifier: Apache-2.0
"""bench/run --webhooks: refreshes of webhooks, one on each of as many repositories, at `ghboot github-standin`.

Seconds, requests, and requests that GitHub counts against the hourly limit, beside the same listings made by curl one
after another on one connection. The webhooks are made by bare requests and taken over by the apply, as writes of the
provider are a second apart (GitHub asks for that).
"""
import json
import pathlib
import statistics
import subprocess
import time
import urllib.request

TOKEN = "bench-token-of-nobody"
RESOURCES = """resource "ghboot_webhook" "h" {{
  count      = {count}
  owner      = "acme"
  repository = "r${{count.index}}"
  url        = "https://hooks.example.com/"
  events     = ["push"]
}}
"""


class Standin:
    """A stand-in with the organisation acme; entering it gives the environment that leads there."""

    def __init__(self, bench, folder):
        folder.mkdir(parents=True)
        (folder / "token").write_text(TOKEN + "\n")
        self.command = [bench.BIN / "ghboot", "github-standin", "--token-file", folder / "token"]
        self.process, self.address = None, ""

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().removeprefix("http: ").strip()
        self.ask("POST", "/_standin/owners", {"login": "acme"})
        self.ask("PATCH", "/_standin/limits", {"user": 1_000_000})
        return {"GITHUB_BASE_URL": self.address, "GITHUB_TOKEN": TOKEN}

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def ask(self, method, path, body=None):
        request = urllib.request.Request(self.address + path, method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Authorization": f"Bearer {TOKEN}", "User-Agent": "bench"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def make(self, count):
        for index in range(count):
            self.ask("POST", "/_standin/repositories", {"full_name": f"acme/r{index}", "private": True})
            self.ask("POST", f"/repos/acme/r{index}/hooks", {"events": ["push"], "config": {
                "url": "https://hooks.example.com/", "content_type": "json"}})
        for index in range(count):  # What became of its ping is in the listing, and changes the ETag.
            while self.ask("GET", f"/repos/acme/r{index}/hooks")[0]["last_response"]["status"] == "unused":
                time.sleep(0.05)

    def requests(self):
        """Those since the last call of this, as (all, counted)."""
        log = [one for one in self.ask("GET", "/_standin/requests") if not one["target"].startswith("/_standin")]
        self.ask("DELETE", "/_standin/requests")
        return len(log), sum(one["counted"] for one in log)


def curl_seconds(bench, folder, standin, count):
    """One curl, one connection, one request after another: no ETag, so each is counted."""
    (folder / "curl").write_text("".join(f'url = "{standin.address}/repos/acme/r{index}/hooks?per_page=100"\n'
                                         'output = "/dev/null"\n' for index in range(count)))
    begin = bench.time.perf_counter()
    subprocess.run(["curl", "--silent", "--fail", "--config", folder / "curl", "--header", "@-"], check=True, text=True,
                   input=f"Authorization: Bearer {TOKEN}\n")
    return bench.time.perf_counter() - begin


def measure_of(bench, folder, count):
    standin = Standin(bench, folder)
    with standin as variables:
        standin.make(count)
        working = bench.Working(folder, bench.terraform_program(), "ghboot_webhook", count,
                                {**bench.os.environ, **variables}, bench.PROVIDERS, RESOURCES.format(count=count))
        peer = bench.Working(folder, bench.terraform_program(), "terraform_data", count, dict(bench.os.environ), {})
        bench.say(f"takes over {count} webhooks")
        working.apply()
        working.apply()  # A refresh whose state is kept: it remembers the ETags.
        peer.apply()
        took = {"ours": [], "curl": [], "peer": []}
        standin.requests()
        for turn in range(bench.ROUNDS):
            bench.say(f"refreshes {count} webhooks, round {turn + 1} of {bench.ROUNDS}")
            took["ours"].append(working.plan())
            asked, counted = standin.requests()
            took["curl"].append(curl_seconds(bench, folder, standin, count))
            standin.requests()
            took["peer"].append(peer.plan())
    return {name: statistics.median(all_turns) for name, all_turns in took.items()}, asked, counted


def measure(bench, folder: pathlib.Path):
    for count in (1, 20) if bench.QUICK else (1, 100, 1000):
        took, asked, counted = measure_of(bench, folder / f"webhooks-{count}", count)
        what = f"refresh, {count:,} webhook{'s' if count > 1 else ''} of as many repositories"
        bench.row(what, f"{took['ours']:.2f} s", f"{took['curl']:.2f} s, curl", took["ours"] / took["curl"])
        floor = took["curl"] + took["peer"]
        bench.row(what, f"{took['ours']:.2f} s", f"{floor:.2f} s, curl and as many of terraform_data",
                  took["ours"] / floor)
        bench.row("requests of that refresh", f"{asked:,}", f"{count:,}, curl", asked / count, "one a repository")
        bench.row("requests of it that are counted", f"{counted:,}", f"{count:,}, curl", counted / count, "none")
