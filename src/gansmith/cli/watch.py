"""``gansmith watch``: a live page over a folder of runs."""

from pathlib import Path

from gansmith.cli.output import say


def watch(runs: str = "runs", /, *, port: int = 8765, host: str = "127.0.0.1") -> None:
    """Show a folder of runs as a page in the browser, live, until Ctrl-C.

    Curves as they grow, samples over time, what the doctor finds and the autopilot does, knobs and
    throughput; several runs beside each other. It only reads run folders: runs under way, runs
    that are over, and loops under Monitor. Knobs can be set, a checkpoint kept and a run stopped
    from the page; the run does it at its next tick and writes it in its journal.

    Args:
        runs: a folder of runs, or one run.
        port: of the page; 0 takes a free one.
        host: address to listen on. Others than this machine need the token that is printed.

    Raises:
        GansmithError: the packages of the dashboard are missing, or the port is taken.
        RunError: there is no such folder.
    """
    from gansmith.web.needed import require_dashboard

    require_dashboard("watch")
    from gansmith.web.serving import serve_app
    from gansmith.web.watch.app import watch_app

    app = watch_app(Path(runs))
    serve_app(app, host, port, lambda address: say(f"watching {runs}: open {address}"), grace=1)
