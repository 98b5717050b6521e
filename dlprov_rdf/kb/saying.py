# SPDX-License-Identifier: Apache-2.0
"""What is said of runs after they ran, beside their logs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dlprov_rdf import pipeline
from dlprov_rdf.capture.attaching import Rdf
from dlprov_rdf.errors import AnnotationError, FaultyWords, QuestionError
from dlprov_rdf.kb.runs import AnyRun, Runs
from dlprov_rdf.pipeline import saying


class Saying(Runs):
    """What is said of runs after they ran."""

    def annotate(
        self, thing: AnyRun, *, run: AnyRun | None = None, by: str | None = None, **said: Any
    ) -> list[str]:
        """Say something of a run, or of a thing in one, that nobody saw while it ran.

        It is written beside the run's log, with who says it and when. A later word of the
        same person about the same property takes the place of the earlier one; notes and
        creators add up.

        Args:
            thing: A run as people name one, or anything in a run: its IRI, a name that is
                unique, ``data/12``.
            run: In which run, for a thing that several speak of: a person, a content.
            by: Who says it: a name, an ORCID, or both (``Ada <0000-0002-1825-0097>``); else
                kb.toml's person, else git's.
            said: ``licence`` (an SPDX name or an IRI), ``orcid`` (of the person), ``purpose``,
                ``description``, ``title``, ``note`` (one or several), ``seed`` (a value, or a
                mapping from what it seeds), ``source``, ``direction`` (higher or lower, of a
                measure; of a run a mapping from names), ``access_url``, ``access_rights``,
                ``creator`` (one or several), ``attributes`` (a mapping) with ``term`` and
                ``unit``, ``retract`` (True: the thing is an annotation to take back), ``rdf``
                with ``rdf_format`` (see `attach`).

        Returns:
            The IRIs of the annotations.

        Raises:
            AnnotationError: Nothing is said, or it cannot be so; then nothing is written.
            QuestionError: No such thing is known, or several are.
        """
        speaker = saying.speaker(self.settings, by)
        told = saying.events_of(saying.Saying(**said), speaker)
        return pipeline.annotate(self.folder, self.settings.base, [(self._place(thing, run), told)])

    def annotate_from(self, file: Path, *, by: str | None = None) -> list[str]:
        """Say all that a TOML file says: each ``[[annotation]]`` of a thing, ``of`` it.

        Args:
            file: The keys of an ``[[annotation]]`` are ``of``, ``run`` and those of `annotate`.
            by: As in `annotate`.

        Returns:
            The IRIs of the annotations.

        Raises:
            FaultyWords: Something in it cannot be so; then nothing of it is written.
        """
        speaker = saying.speaker(self.settings, by)
        written = []
        for place in saying.read(file):
            try:
                told = saying.events_of(place.said, speaker)
                written.append((self._place(place.of, place.run), told))
            except (AnnotationError, QuestionError) as fault:
                raise FaultyWords(f"{file}: annotation {place.number}", str(fault)) from fault
        return pipeline.annotate(self.folder, self.settings.base, written)

    def attach(
        self, thing: AnyRun, rdf: Rdf, *, format: str | None = None,  # noqa: A002 -- the word for it everywhere
        run: AnyRun | None = None, by: str | None = None,
    ) -> str:  # fmt: skip
        """Attach RDF of your own field to a run, or to a thing in one.

        Args:
            thing: As in `annotate`; ``<>`` in the RDF is this thing.
            rdf: A file, RDF text, or a function that returns RDF text; at most 1 MiB.
            format: turtle, trig, ntriples, nquads, jsonld or rdfxml; else by the file's ending
                or the text's beginning.
            run: As in `annotate`.
            by: As in `annotate`.

        Returns:
            The attachment's IRI.

        Raises:
            FaultyRdf: It cannot be read; nothing is written.
        """
        (made,) = self.annotate(thing, run=run, by=by, rdf=rdf, rdf_format=format)
        return made

    def _place(self, thing: AnyRun, run: AnyRun | None) -> pipeline.Place:
        """Find what is spoken of, and the run in which it is."""
        within = None if run is None else self.resolve_run(run)
        text = thing if isinstance(thing, str) else self.resolve_run(thing).iri
        runs = self.runs()
        with self.store() as store:
            return pipeline.place(
                store, self.settings.base, runs, text, within, self._told, self.resolve_run
            )
