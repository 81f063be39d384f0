"""``gansmith serve``: a trained generator over HTTP, with a page to play with."""

from typing import Annotated, Literal

from cyclopts import Parameter

from gansmith.cli.output import say


def serve(
    run: str,
    /,
    *,
    port: int = 8766,
    host: str = "127.0.0.1",
    rate: float = 50.0,
    which: Literal["best", "last"] = "best",
    device: Literal["auto", "cpu", "cuda"] = "auto",
    trust: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Serve a trained generator over HTTP until Ctrl-C, with a page to play with it.

    The API: POST /sample or /translate, GET /health, GET /openapi.json.

    Args:
        run: the run folder, or hub:org/name of the Hugging Face hub.
        port: to listen on; 0 takes a free one.
        host: address to listen on. Others than this machine need the token that is printed.
        rate: requests a second that one client may make.
        which: the best checkpoint by the run's first metric, or the last.
        device: where to compute.
        trust: import the generator and its condition if the run folder names them by import path.

    Raises:
        GansmithError: the packages of the dashboard are missing, or the port is taken.
        UsageError: the rate is not above 0.
    """
    from gansmith.errors import UsageError
    from gansmith.web.needed import require_dashboard

    if not rate > 0:
        raise UsageError("--rate must be above 0")
    require_dashboard("serve")
    from gansmith.deploy import load
    from gansmith.web.play.app import serve_generator
    from gansmith.web.serving import serve_app

    app = serve_generator(load(run, which, device, trust), rate)
    serve_app(app, host, port, lambda address: say(f"serving {run}: open {address}"))
