"""The site as it is served, in processes of its own, and what wrk and the processor's clock tell of it."""

import gzip
import http.client
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from database import BASE_DIR

from tests.ports import free_port

# The one place where a measurement has every page made: the setting by which the site keeps none. Where it keeps none
# anyway it changes nothing, and what is told of kept pages is then told of made ones.
EVERY_PAGE_MADE = {"PAGE_CACHE_MB": "0"}
PAGES_KEPT: dict[str, str] = {}

THREADS, CONNECTIONS = 2, 16
# Whatever is asked for one by one is asked for so long, in seconds, but so often at most.
ALONE_SECONDS, ALONE_MOST = 3.0, 300
START_SECONDS, STOP_SECONDS = 180, 15
MEGABYTE = 1024 * 1024

# Posts the bodies of a file, a line each, in turn; @@ID@@ in one becomes what no other request has. Every request comes
# from a network of its own, as those of readers do.
_POSTING = r"""
local bodies = {}
for body in io.lines(os.getenv("WRK_BODIES")) do bodies[#bodies + 1] = body end
local run = os.getenv("WRK_RUN")
local threads, sent = 0, 0
function setup(thread) thread:set("number", threads); threads = threads + 1 end
function request()
  sent = sent + 1
  local place = sent * 2 + number
  wrk.headers["X-Forwarded-For"] = string.format("10.%d.%d.7", math.floor(place / 250) % 250, place % 250)
  local body = bodies[place % #bodies + 1]:gsub("@@ID@@", run .. "-" .. number .. "-" .. sent)
  return wrk.format("POST", nil, nil, body)
end
"""
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1_000.0, "m": 60_000.0}


class NoPrograms(Exception):
    """What a measurement needs is not installed; the message says what to do."""


@dataclass(frozen=True)
class Site:
    """A site that answers on 127.0.0.1; `processes` are its main processes by what they are."""

    port: int
    processes: dict[str, int] = field(default_factory=dict)

    def get(
        self, path: str, headers: Mapping[str, str] | None = None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        return self.ask("GET", path, headers=headers)

    def ask(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()


@contextmanager
def served(postgres: int, settings: Mapping[str, str], *, with_worker: bool = False) -> Iterator[Site]:
    """Serve the site of `database.site` by its own command, with further settings of the environment."""
    if shutil.which("wrk") is None:
        raise NoPrograms("wrk is missing; on Debian: apt-get install wrk")
    port = free_port()
    command = [sys.executable, BASE_DIR / "manage.py", "serve", "--no-demo"]
    if not with_worker:
        command.append("--no-worker")
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            command,
            env=os.environ | {"PORT": str(port)} | settings,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            site = Site(port, {"server": server.pid, "postgres": postgres})
            if not _answers(site, server):
                log.seek(0)
                raise RuntimeError(f"The site does not answer: {log.read().decode()}")
            yield site
        finally:
            server.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                server.wait(STOP_SECONDS)
            with suppress(ProcessLookupError):
                # Of a session of its own: whatever a hanging server left behind.
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _answers(site: Site, server: subprocess.Popen) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError):
            site.get("/healthz")
            return True
        time.sleep(0.01)
    return False


def answering(site: Site, wire: http.client.HTTPConnection) -> int:
    """The number of the process that has the other end of this connection, and so answers all that comes by it.

    Of the processes that share a port the system chooses one for each connection; a look at their open files tells
    which, so that the site need not.
    """
    own = wire.sock.getsockname()[1]
    for process in psutil.Process(site.processes["server"]).children(recursive=True):
        with suppress(psutil.Error):
            if any(end.raddr and end.raddr.port == own for end in process.net_connections("tcp")):
                return process.pid
    raise RuntimeError("A connection is answered by no process of the site")


def wires(site: Site, each: int, processes: int = 2) -> dict[int, list[http.client.HTTPConnection]]:
    """So many kept connections to each of the processes that answer, by their numbers."""
    found: dict[int, list[http.client.HTTPConnection]] = {}
    for _number in range(50 * each * processes):
        wire = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        wire.request("GET", "/healthz")
        wire.getresponse().read()
        kept = found.setdefault(answering(site, wire), [])
        if len(kept) < each:
            kept.append(wire)
        else:
            wire.close()
        if len(found) == processes and all(len(kept) == each for kept in found.values()):
            return found
    raise RuntimeError("The connections do not come to all processes")


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postmaster.pid").read_text().split()[0])


def processor_seconds(pid: int) -> float:
    """What a process and all below it have used so far, ended ones included."""
    total = 0.0
    with suppress(psutil.Error):
        top = psutil.Process(pid)
        for process in [top, *top.children(recursive=True)]:
            with suppress(psutil.Error):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
    return total


def memory(pid: int) -> float:
    """Proportional set size of a process and all below it, in megabytes of 2^20 bytes."""
    total = 0
    top = psutil.Process(pid)
    for process in [top, *top.children(recursive=True)]:
        with suppress(psutil.Error):
            total += process.memory_full_info().pss
    return round(total / MEGABYTE, 1)


def timed(
    site: Site, path: str, *, seconds: int, repeat: int, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """How fast a page is had: by wrk, and asked for one by one, for then what it costs the processor can be told."""
    answer, body = site.get(path, headers)
    if answer.status != 200:
        raise RuntimeError(f"{path} answers {answer.status}")
    alone = [_one_by_one(site, path, headers)]
    wrk(site, path, seconds=1, headers=headers)
    runs = []
    for _number in range(repeat):
        runs.append(wrk(site, path, seconds=seconds, headers=headers))
        if len(alone) < repeat:
            alone.append(_one_by_one(site, path, headers))
    alone.sort(key=lambda run: sum(run["cpu_ms"].values()))
    return {
        "rps": spread([run["rps"] for run in runs]),
        "p50_ms": spread([run["p50_ms"] for run in runs]),
        "p99_ms": spread([run["p99_ms"] for run in runs]),
        "bad": sum(run["bad"] for run in runs),
        "one_client": alone[len(alone) // 2],
        "bytes": len(body),
        "gzip_bytes": len(body) if answer.headers["Content-Encoding"] else len(gzip.compress(body, 6)),
    }


def _one_by_one(site: Site, path: str, headers: Mapping[str, str] | None) -> dict[str, Any]:
    settle(site)
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=120)

    def ask() -> float:
        begun = time.perf_counter()
        connection.request("GET", path, headers=dict(headers or {}))
        connection.getresponse().read()
        return 1_000 * (time.perf_counter() - begun)

    # Each thread of the server has seen the page then.
    for _number in range(8):
        ask()
    before = {name: processor_seconds(pid) for name, pid in site.processes.items()}
    took: list[float] = []
    while sum(took) < 1_000 * ALONE_SECONDS and len(took) < ALONE_MOST or len(took) < 5:
        took.append(ask())
    connection.close()
    time.sleep(0.1)
    return {
        "ms": spread(took),
        "requests": len(took),
        "cpu_ms": {
            name: round(1_000 * (processor_seconds(pid) - before[name]) / len(took), 3)
            for name, pid in site.processes.items()
        },
    }


def settle(site: Site) -> None:
    """Wait until nothing is at work any more, 30 seconds at most: what was asked for before must not count twice."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        before = sum(map(processor_seconds, site.processes.values()))
        time.sleep(0.4)
        if sum(map(processor_seconds, site.processes.values())) - before <= 0.03:
            return


def wrk(
    site: Site,
    path: str,
    *,
    seconds: int,
    headers: Mapping[str, str] | None = None,
    bodies: list[str] | None = None,
) -> dict[str, Any]:
    """Ask for a page as often as it is had, or post `bodies`, form-encoded, in turn."""
    command = ["wrk", f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "--timeout", "60s"]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ)
        if bodies is not None:
            script, texts = Path(folder, "posting.lua"), Path(folder, "bodies")
            script.write_text(_POSTING)
            texts.write_text("\n".join(bodies))
            environment |= {"WRK_BODIES": str(texts), "WRK_RUN": str(time.time_ns())}
            command += ["-s", str(script), "-H", "Content-Type: application/x-www-form-urlencoded"]
        asked = subprocess.run(
            [*command, f"http://127.0.0.1:{site.port}{path}"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    told = asked.stdout

    def number(pattern: str) -> float:
        found = re.search(pattern, told)
        return float(found[1]) if found else 0.0

    def milliseconds(share: int) -> float:
        found = re.search(rf"(?m)^\s+{share}%\s+([\d.]+)(us|ms|s|m)", told)
        return round(float(found[1]) * _UNITS[found[2]], 2) if found else 0.0

    errors = re.search(r"Socket errors: (.*)", told)
    return {
        "rps": number(r"Requests/sec:\s+([\d.]+)"),
        "requests": int(number(r"(\d+) requests in")),
        "p50_ms": milliseconds(50),
        "p99_ms": milliseconds(99),
        "bad": int(number(r"Non-2xx or 3xx responses: (\d+)"))
        + (sum(map(int, re.findall(r"\d+", errors[1]))) if errors else 0),
    }


def spread(values: list[float]) -> dict[str, float]:
    return {
        "min": round(min(values), 2),
        "median": round(statistics.median(values), 2),
        "max": round(max(values), 2),
    }
