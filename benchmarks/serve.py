"""What `gansmith serve` stands: load, ten thousand bad requests, a client that stalls.

    python benchmarks/serve.py RUN

Writes serve.json and serve.md beside itself. Server and clients share the machine.
"""

import http.client
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

HERE, PORT = Path(__file__).parent, 8799
BAD, REQUESTS, CLIENTS = 10_000, 400, 8
HEADERS = {"content-type": "application/json"}


def ask(
    connection: http.client.HTTPConnection, body: bytes, path: str = "/sample", method: str = "POST"
) -> int:
    connection.request(method, path, body, HEADERS)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def connect() -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)


def load_held(count: int) -> dict[str, Any]:
    taken = list[float]()

    def client(number: int) -> None:
        connection = connect()
        for turn in range(REQUESTS // CLIENTS):
            body = json.dumps({"count": count, "seed": 1000 * number + turn}).encode()
            begun = time.perf_counter()
            assert ask(connection, body) == 200
            taken.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole, taken = time.perf_counter() - begun, sorted(taken)
    return {
        "samples a request": count,
        "requests a second": round(len(taken) / whole, 1),
        "median ms": round(1000 * taken[len(taken) // 2], 1),
        "99 % ms": round(1000 * taken[int(0.99 * len(taken))], 1),
    }


def bad_requests() -> dict[str, int]:
    drawn, found = random.Random(0), dict[str, int]()
    names = ("count", "seed", "label", "codes", "truncation", "directions", "format", "nope")
    values = (None, -1, 1e300, "x", [], {}, [[[]]], {"0": "x"}, True, "../../etc/passwd", 2**70)
    connection = connect()
    for _ in range(BAD):
        told: Any = {drawn.choice(names): drawn.choice(values)}
        body = json.dumps(told).encode()
        if drawn.random() < 0.5:
            body = drawn.choice((body[:-1], drawn.randbytes(40), b"[" * 5000, b" " * 70_000))
        try:
            status = str(ask(connection, body))
        except (http.client.HTTPException, OSError):
            connection.close()
            connection, status = connect(), "connection closed"
        found[status] = found.get(status, 0) + 1
    return found


def with_stalled() -> float:
    """Return the milliseconds of an answer while 50 clients stall."""
    stalled = [socket.create_connection(("127.0.0.1", PORT)) for _ in range(50)]
    for one in stalled:
        one.sendall(b"POST /sample HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n{")
    begun = time.perf_counter()
    assert ask(connect(), b'{"count": 1}') == 200
    taken = 1000 * (time.perf_counter() - begun)
    for one in stalled:
        one.close()
    return round(taken, 1)


def memory_mb(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(line.partition(": ")[2] for line in lines if line.startswith("model name"))


def wait() -> None:
    for _ in range(240):
        try:
            if ask(connect(), b"", "/health", "GET") == 200:
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the server did not start")


def measure(run: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "gansmith", "serve", run, "--port", str(PORT)]
    server = subprocess.Popen([*command, "--rate", "1e6"], stdout=subprocess.DEVNULL)
    try:
        wait()
        found: dict[str, Any] = {"processor": processor(), "cores": os.cpu_count()}
        found["busy cores of others"] = round(os.getloadavg()[0], 1)
        found["load"] = [load_held(count) for count in (1, 16)]
        before = memory_mb(server.pid)
        found["bad requests"] = bad_requests()
        found["memory MB"] = [round(before), round(memory_mb(server.pid))]
        found["ms while 50 clients stall"] = with_stalled()
    finally:
        server.terminate()
    found["exit code after SIGTERM"] = server.wait(60)
    return found


def page(found: dict[str, Any]) -> str:
    lines = [f"| {' | '.join(str(value) for value in row.values())} |" for row in found["load"]]
    names = list(found["load"][0])
    before, after = found["memory MB"]
    bad = ", ".join(f"{count} x {status}" for status, count in found["bad requests"].items())
    return "\n".join(
        [
            "# gansmith serve under load",
            "",
            f"{CLIENTS} clients on {found['processor']}, {found['cores']} cores, with a load of "
            f"{found['busy cores of others']} by other programs. By `benchmarks/serve.py`.",
            "",
            f"| {' | '.join(names)} |",
            "|" + "---|" * len(names),
            *lines,
            "",
            f"- {BAD:,} bad requests: {bad}; memory {before} MB before, {after} MB after.",
            f"- While 50 clients stall an answer takes {found['ms while 50 clients stall']} ms.",
            f"- Exit code after SIGTERM: {found['exit code after SIGTERM']}.",
            "",
        ]
    )


if __name__ == "__main__":
    measured = measure(sys.argv[1])
    (HERE / "serve.json").write_text(json.dumps(measured, indent=1) + "\n")
    (HERE / "serve.md").write_text(page(measured))
