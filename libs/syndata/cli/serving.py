"""`syndata up`: the services on this machine, in one process."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer

from syndata.cli.commands import app
from syndata_contracts.errors import Fault, Refused
from syndata_contracts.installing import to_install

_GROUP = "syndata.standalone"


@app.command()
def up(
    data_dir: Annotated[Path, typer.Option("--data-dir", metavar="DIR", help="Where jobs and files are kept.")],
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8000,
    host: Annotated[str, typer.Option("--host", help="Who may connect: 0.0.0.0 is everyone.")] = "127.0.0.1",
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, max=1024, help="Processes; else one per core.")
    ] = None,
) -> None:
    """Serve the REST API from this machine; jobs survive restarts, however the process ends."""
    found = list(entry_points(group=_GROUP, name="up"))
    if not found:
        raise Refused(Fault("", "the services are not installed here", to_install("up")))
    try:
        serve = found[0].load()
    except ModuleNotFoundError as missing:
        what = f"the services need {missing.name}, which is not installed"
        raise Refused(Fault("", what, to_install("up"))) from None
    serve(data_dir, host, port, workers or 0, lambda text: typer.echo(text, err=True))
