"""What `gansmith serve` stands: load, ten thousand bad requests, clients that stall, a stop.

    python benchmarks/serve.py [RUN]

Writes serve.json and serve.md beside itself; without RUN a minute of `quickstart` is trained first.
Server and clients share the machine. Takes about three minutes.
"""

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from gansmith.training.session.environment import processor

HERE = Path(__file__).parent
BAD, CLIENTS, SECONDS, STALLED = 10_000, 8, 20.0, 50
HEADERS = {"content-type": "application/json"}
GANSMITH = [sys.executable, "-m", "gansmith"]
NAMES = ("count", "seed", "label", "codes", "truncation", "directions", "format", "nope")
VALUES = (None, -1, 1e300, "x", [], {}, [[[]]], {"0": "x"}, True, "../../etc/passwd", 2**70)


class Server:
    """`gansmith serve` as a process of its own, on a free port.

    Args:
        run: the run folder.
    """

    def __init__(self, run: str) -> None:
        command = [*GANSMITH, "serve", run, "--port", "0", "--rate", "1e6"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        found = re.search(r"127\.0\.0\.1:(\d+)", self.process.stdout.readline())
        if found is None:
            raise SystemExit("the server did not start")
        self.port = int(found[1])

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def memory_mb(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return round(int(status.partition("VmRSS:")[2].split()[0]) / 1024)

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ask(connection: http.client.HTTPConnection, body: bytes) -> int:
    connection.request("POST", "/sample", body, HEADERS)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def load_held(server: Server, count: int) -> dict[str, Any]:
    """Ask with eight clients at once, each as soon as it is answered."""
    taken, end = list[float](), time.perf_counter() + SECONDS

    def client(number: int) -> None:
        connection, turn = server.connect(), 0
        while (begun := time.perf_counter()) < end:
            turn += 1
            body = json.dumps({"count": count, "seed": 10_000 * number + turn}).encode()
            assert ask(connection, body) == 200
            taken.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    begun, cpu = time.perf_counter(), server.cpu_seconds()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole, cpu, taken = time.perf_counter() - begun, server.cpu_seconds() - cpu, sorted(taken)
    return {
        "samples a request": count,
        "requests": len(taken),
        "requests a second": round(len(taken) / whole, 1),
        "CPU ms of the server a request": round(1000 * cpu / len(taken), 1),
        "median ms": round(1000 * taken[len(taken) // 2], 1),
        "99 % ms": round(1000 * taken[int(0.99 * len(taken))], 1),
    }


def bad_bodies() -> list[bytes]:
    """Wrong values, cut-off JSON, noise, deep nesting, too much; the same each time."""
    drawn, found = random.Random(0), list[bytes]()
    for _ in range(BAD):
        body = json.dumps({drawn.choice(NAMES): drawn.choice(VALUES)}).encode()
        if drawn.random() < 0.5:
            body = drawn.choice((body[:-1], drawn.randbytes(40), b"[" * 5000, b" " * 70_000))
        found.append(body)
    return found


def bad_requests(server: Server) -> dict[str, int]:
    """Return how often which status came; values that happen to be right are answered with 200."""
    found, connection = Counter[str](), server.connect()
    for body in bad_bodies():
        try:
            status = str(ask(connection, body))
        except (http.client.HTTPException, OSError):
            connection.close()
            connection, status = server.connect(), "connection closed"
        found[status] += 1
    return dict(found.most_common())


def with_stalled(server: Server) -> float:
    """Return the milliseconds of an answer while clients stall in the middle of a request."""
    stalled = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(STALLED)]
    for one in stalled:
        one.sendall(b"POST /sample HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n{")
    begun = time.perf_counter()
    assert ask(server.connect(), b'{"count": 1}') == 200
    taken = 1000 * (time.perf_counter() - begun)
    for one in stalled:
        one.close()
    return round(taken, 1)


def stopped(server: Server) -> dict[str, Any]:
    """End the server while a request is open; say whether that was answered, and the exit code."""
    answered = list[int]()
    asks = threading.Thread(
        target=lambda: answered.append(ask(server.connect(), b'{"count": 256}'))
    )
    asks.start()
    time.sleep(0.05)  # the request is on its way
    server.process.send_signal(signal.SIGTERM)
    asks.join(60)
    return {"open request": answered[0] if answered else None, "exit": server.process.wait(60)}


def measure(run: str) -> dict[str, Any]:
    server = Server(run)
    try:
        found: dict[str, Any] = {"processor": processor(), "cores": os.cpu_count()}
        found["load of others"] = round(os.getloadavg()[0], 1)
        found["load"] = [load_held(server, count) for count in (1, 16)]
        before = server.memory_mb()
        found["bad requests"] = bad_requests(server)
        found["memory MB"] = [before, server.memory_mb()]
        found["ms while clients stall"] = with_stalled(server)
        found["SIGTERM"] = stopped(server)
    finally:
        server.process.kill()
    return found


def page(found: dict[str, Any]) -> str:
    lines = [f"| {' | '.join(str(value) for value in row.values())} |" for row in found["load"]]
    names = list(found["load"][0])
    before, after = found["memory MB"]
    bad = ", ".join(f"{count:,} x {status}" for status, count in found["bad requests"].items())
    stop = found["SIGTERM"]
    return "\n".join(
        [
            "# gansmith serve under load",
            "",
            f"A minute of `quickstart` (32 pixels, grey), {CLIENTS} clients on the same machine: "
            f"{found['processor']}, {found['cores']} cores, load average of other programs "
            f"{found['load of others']}. By `benchmarks/serve.py`.",
            "",
            f"| {' | '.join(names)} |",
            "|" + "---|" * len(names),
            *lines,
            "",
            f"- {sum(found['bad requests'].values()):,} bad requests: {bad}. 200 are values that "
            "are right by chance, such as a seed of None.",
            f"- Memory: {before} MB before them, {after} MB after.",
            f"- While {STALLED} clients stall in the middle of a request another is answered in "
            f"{found['ms while clients stall']} ms.",
            f"- SIGTERM while a request is open: it is answered with {stop['open request']}, and "
            f"the exit code is {stop['exit']}.",
            "",
        ]
    )


def main(given: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run = given[0] if given else f"{folder}/run"
        if not given:
            subprocess.run([*GANSMITH, "train", "quickstart", "--budget", "60s", "--run", run])
        measured = measure(run)
    (HERE / "serve.json").write_text(json.dumps(measured, indent=1) + "\n")
    (HERE / "serve.md").write_text(page(measured))


if __name__ == "__main__":
    main(sys.argv[1:])
