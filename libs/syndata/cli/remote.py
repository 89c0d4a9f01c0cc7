"""The commands that ask a server: submit, status, logs, pause, resume, cancel, download."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from syndata.cli.commands import (
    AsOfOption,
    ConfigOption,
    FormatName,
    JsonOption,
    PresetOption,
    RowsOption,
    ScaleOption,
    SeedOption,
    StrictOption,
    TablesOption,
    _source,
    app,
)
from syndata.cli.edge import FAILED, Stopped
from syndata.cli.parameters import ParamOption, PriorityName, StrategyOption, parsed_scale
from syndata_contracts.errors import Fault, Refused

if TYPE_CHECKING:
    from syndata.client import Client, Job

StateName = Literal["pending", "generating", "exporting", "completed", "paused", "failed", "cancelled"]
ArchiveName = Literal["none", "zip", "tar.gz"]

ServerOption = Annotated[
    str | None, typer.Option("--server", metavar="URL", help="Else SYNDATA_URL, else http://127.0.0.1:8000.")
]
KeyOption = Annotated[
    Path | None, typer.Option("--api-key-file", metavar="FILE", help="Holds the API key; else SYNDATA_API_KEY.")
]
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id.")]


@app.command()
def submit(
    config: ConfigOption = None,
    preset: PresetOption = None,
    strategy: StrategyOption = None,
    param: ParamOption = None,
    rows: RowsOption = None,
    seed: SeedOption = None,
    as_of: AsOfOption = None,
    scale: ScaleOption = None,
    tables: TablesOption = None,
    output_format: Annotated[
        FormatName | None, typer.Option("--output-format", help="Else the configuration's, else csv.")
    ] = None,
    archive: Annotated[ArchiveName, typer.Option("--archive", help="All files in one as well.")] = "none",
    priority: Annotated[
        PriorityName,
        typer.Option("--priority", help="Four times as much of the server beside other jobs, or a quarter."),
    ] = "normal",
    label: Annotated[str, typer.Option("--label", metavar="TEXT", help="A name for people.")] = "",
    idempotency_key: Annotated[
        str | None, typer.Option("--idempotency-key", metavar="TEXT", help="The same key gives the same job.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the job has ended.")] = False,
    output_dir: Annotated[
        Path | None, typer.Option("--output-dir", metavar="DIR", help="Wait, and download the files to here.")
    ] = None,
    strict: StrictOption = False,
    server: ServerOption = None,
    api_key_file: KeyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have a server make a dataset."""
    from syndata.cli import remote_telling as telling
    from syndata.configuration import table_names
    from syndata.local.landing import Landing

    source = _source(config, preset, strategy, param)
    if idempotency_key is not None and not (idempotency_key.isascii() and 0 < len(idempotency_key) < 256):
        raise typer.BadParameter("1 to 255 ASCII characters", param_hint="--idempotency-key")
    if output_dir is not None:
        # Now, not when the job is made: it may take hours until it is known that nothing can be written there.
        with Landing(output_dir, ()):
            pass
    with _client(server, api_key_file) as client:
        job = client.create_job(
            None if preset else source,
            preset=preset,
            rows=rows,
            seed=seed,
            as_of=as_of,
            strict=strict,
            scale=None if scale is None else float(parsed_scale(scale)),
            tables=table_names(tables),
            output_format=output_format,
            archive=archive,
            label=label,
            priority=priority,
            idempotency_key=idempotency_key,
        )
        telling.warned(job, quiet=as_json)
        if not wait and output_dir is None:
            telling.submitted(job, as_json=as_json)
            return
        telling.announced(job, quiet=as_json)
        with _outlived(job.id, client.url, as_json=as_json):
            job = _waited(client, job.id, as_json=as_json)
            downloaded = None if output_dir is None else client.download(job.id, output_dir)
    telling.finished(job, downloaded, as_json=as_json)


@app.command()
def status(
    job: Annotated[str | None, typer.Argument(metavar="JOB", help="A job's id; without one jobs are listed.")] = None,
    monitor: Annotated[bool, typer.Option("--monitor", help="Show the job's progress until it ends.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="List all jobs, not only the latest.")] = False,
    state: Annotated[StateName | None, typer.Option("--status", help="List only jobs that stand so.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000_000, help="List no more than this.")] = 20,
    server: ServerOption = None,
    api_key_file: KeyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how a job stands, or list the latest jobs."""
    from itertools import islice

    from syndata.cli import remote_telling as telling

    if job is None and monitor:
        raise typer.BadParameter("name the JOB to be monitored", param_hint="--monitor")
    if job is not None and (everything or state is not None):
        raise typer.BadParameter("these list jobs: name no JOB with them", param_hint="--all, --status")
    with _client(server, api_key_file) as client:
        if job is None:
            telling.listed(list(islice(client.jobs(state), None if everything else limit)), as_json=as_json)
            return
        if not monitor:
            telling.stands(client.job(job), as_json=as_json)
            return
        with _outlived(job, client.url, as_json=as_json):
            ended = _waited(client, job, as_json=as_json)
    telling.finished(ended, None, as_json=as_json)


@app.command()
def logs(
    job: JobArgument,
    lines: Annotated[int, typer.Option("--lines", min=1, max=1000, help="The last so many.")] = 100,
    server: ServerOption = None,
    api_key_file: KeyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what became of a job, line by line; it is kept with the job, whatever is started anew."""
    from syndata.cli import remote_telling as telling

    with _client(server, api_key_file) as client:
        telling.logged(client.log(job, lines), as_json=as_json)


@app.command()
def pause(
    job: JobArgument, server: ServerOption = None, api_key_file: KeyOption = None, as_json: JsonOption = False
) -> None:
    """Hold a job; what is made is kept."""
    _wish(lambda client: client.pause(job), server, api_key_file, as_json=as_json)


@app.command()
def resume(
    job: JobArgument, server: ServerOption = None, api_key_file: KeyOption = None, as_json: JsonOption = False
) -> None:
    """Let a paused or failed job go on where it was."""
    _wish(lambda client: client.resume(job), server, api_key_file, as_json=as_json)


@app.command()
def cancel(
    job: JobArgument, server: ServerOption = None, api_key_file: KeyOption = None, as_json: JsonOption = False
) -> None:
    """End a job for good."""
    _wish(lambda client: client.cancel(job), server, api_key_file, as_json=as_json)


@app.command()
def download(
    job: JobArgument,
    output_dir: Annotated[Path, typer.Option("--output-dir", metavar="DIR", help="Where the files go.")],
    server: ServerOption = None,
    api_key_file: KeyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch a completed job's files, each byte checked against the manifest."""
    from syndata.cli import remote_telling as telling
    from syndata.client.errors import Damaged

    with _client(server, api_key_file) as client:
        found = client.job(job)
        try:
            downloaded = client.download(job, output_dir)
        except Damaged as damage:
            telling.failed("damaged", str(damage), None, as_json=as_json)
            raise typer.Exit(FAILED) from None
    telling.finished(found, downloaded, as_json=as_json)


def _client(server: str | None, api_key_file: Path | None) -> Client:
    from syndata.client import Client

    if api_key_file is None:
        return Client(server)
    try:
        key = api_key_file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise Refused(Fault("", f"the API key cannot be read: {why}", "check the path", str(api_key_file))) from None
    if not key.strip():
        raise Refused(Fault("", "there is no API key in this file", "check the path", str(api_key_file)))
    return Client(server, key)


def _wish(wish: Callable[[Client], Job], server: str | None, api_key_file: Path | None, *, as_json: bool) -> None:
    from syndata.cli import remote_telling as telling

    with _client(server, api_key_file) as client:
        telling.stands(wish(client), as_json=as_json)


def _waited(client: Client, job_id: str, *, as_json: bool) -> Job:
    from syndata.cli.watching import watched

    with watched(quiet=as_json) as told:
        return client.wait(job_id, told)


@contextmanager
def _outlived(job_id: str, url: str, *, as_json: bool) -> Iterator[None]:
    """Whatever ends the waiting, say how the job stands; unless it failed itself, it goes on without us."""
    from syndata.cli import remote_telling as telling
    from syndata.client.errors import Damaged, JobFailed
    from syndata_contracts.errors import Unavailable

    back = f"the job goes on; come back to it with: syndata status {job_id} --monitor --server {url}"
    try:
        yield
    except JobFailed as failure:
        telling.failed("job_failed", str(failure), failure.job, as_json=as_json)
        raise typer.Exit(FAILED) from None
    except Damaged as damage:
        telling.failed("damaged", str(damage), None, as_json=as_json)
        raise typer.Exit(FAILED) from None
    except Unavailable as error:
        raise Unavailable(f"{error}\n{back}") from error
    except Stopped as stop:
        telling.failed("stopped", back, None, as_json=as_json)
        raise typer.Exit(128 + stop.number) from None  # as shells do
