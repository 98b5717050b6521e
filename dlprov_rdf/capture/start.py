# SPDX-License-Identifier: Apache-2.0
"""Begins a run: where its log lies, what is captured of it, and who does it where."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from dlprov_rdf import process, settings
from dlprov_rdf.capture import active, ending
from dlprov_rdf.capture.around import environment
from dlprov_rdf.capture.around.secrets import redact_command
from dlprov_rdf.capture.contents.identity import new_id, shared_id
from dlprov_rdf.capture.planning import Declared, steps_of
from dlprov_rdf.capture.recorder import Recorder, warn
from dlprov_rdf.capture.run import Run
from dlprov_rdf.errors import SettingsError, WrongCall
from dlprov_rdf.events import RunStarted


def start_run(
    name: str | None = None,
    *,
    kb: str | Path | None = None,
    study: str | None = None,
    person: str | None = None,
    orcid: str | None = None,
    include: Sequence[str] | None = None,
    exclude: Sequence[str] | None = None,
    rank: int = 0,
    job: str | None = None,
    plan: Sequence[Declared] | None = None,
) -> Run:
    """Begin a run, the active one from here on.

    Args:
        name: What to call it; the script's name, unless said.
        kb: The knowledge base's folder; else that of the run around it (of ``dlprov --kb … run``,
            say), else ``$DLPROV_KB``, else ``./dlprov-kb``. It is made where it is not there.
        study: The study it belongs to, with runs of other days and people.
        person: Who does this; else ``kb.toml``, else git's name.
        orcid: Their ORCID.
        include: Kinds, or ``kind:name`` with ``*``, to capture; nothing else then.
        exclude: Those not to capture.
        rank: Which of several processes of one job this is; then ``job`` is needed.
        job: The job's identity, the same in all its processes.
        plan: What is to be done: see `Run.plan`.

    Raises:
        WrongCall: ``rank`` without ``job``, or a plan that makes no sense.
    """
    if rank and job is None:
        raise WrongCall(
            "start_run", f"rank {rank} without a job", "Say job=, the same in all ranks."
        )
    if plan is not None:
        steps_of(plan)
    around = active.current()
    folder = settings.locate(kb or (around.recorder.folder.parent.parent if around else None))
    chosen = _settings(folder, include, exclude)
    run_id = shared_id(chosen.base, job) if job is not None else new_id()
    recorder = Recorder(folder / "logs" / run_id, chosen, rank=str(rank))
    title = name or Path(sys.argv[0] if sys.argv and sys.argv[0] else "python").name
    run = Run(recorder, str(title))
    active.enter(run)
    ending.watch(run)
    if rank == 0:
        _tell_start(run, study, chosen)
        who = person or chosen.person.name or environment.git_person(here())
        if who:
            run.person(who, orcid=orcid or chosen.person.orcid)
        run.surroundings.observe()
        if plan is not None:
            run.plan(plan)
    return run


def current_or_new() -> Run:
    """Tell the active run, or begin one with every default."""
    known = active.current()
    return known if isinstance(known, Run) else start_run()


def _settings(
    folder: Path, include: Sequence[str] | None, exclude: Sequence[str] | None
) -> settings.Settings:
    try:
        found = settings.make(folder)
    except (OSError, SettingsError) as fault:
        warn(f"{fault} Capture goes on with the default settings.")
        found = settings.Settings(base="")
    given = {"include": include, "exclude": exclude}
    changes = {key: tuple(value) for key, value in given.items() if value is not None}
    return msgspec.structs.replace(found, capture=msgspec.structs.replace(found.capture, **changes))


def _tell_start(run: Run, study: str | None, chosen: settings.Settings) -> None:
    me = process.this_process()
    script = sys.argv[0] if sys.argv else ""
    run.recorder.event(
        RunStarted, name=run.name, study=study,
        host=me.host, boot=me.boot, pid=me.pid, pid_started=me.started,
        command=redact_command(sys.orig_argv), folder=str(here()),
        script=environment.script_code(Path(script)) if script and Path(script).is_file() else None,
        login=process.login(), series_after=chosen.capture.series_after,
        include=list(chosen.capture.include), exclude=list(chosen.capture.exclude),
        licence=chosen.licence,
    )  # fmt: skip


def here() -> Path:
    """Tell the folder the process is in; the root where it was deleted."""
    try:
        return Path.cwd()
    except OSError:
        return Path("/")
