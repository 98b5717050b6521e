# SPDX-License-Identifier: Apache-2.0
"""Rows of a table followed from a folder of files to what was made of them."""

from __future__ import annotations

from collections.abc import Iterator

from tapes import Tape, ni

from dlprov_rdf import events as e


def records() -> Iterator[e.Event]:
    """Rows of a table that came from a folder of files, split, and a prediction of one."""
    tape = Tape()
    tape.tell(e.RunStarted, name="records")
    load = tape.tell(e.StepStarted, "step", type="acquire", name="load")
    files = [
        tape.tell(e.FileSeen, "file", path=f"raw/{name}", digest=ni(name), bytes=9)
        for name in ("a.csv", "b/c d.csv")
    ]
    folder = tape.tell(e.DataSeen, "data", name="raw", form="folder", digest=ni("raw"))
    members = [
        e.Member(key=key, file=file)
        for key, file in zip(("a.csv", "b/c d.csv"), files, strict=True)
    ]
    tape.tell(
        e.MembersSeen, of=folder, members=[*members, e.Member(key="x", file="file/9")], count=7
    )
    tape.tell(e.Used, activity=load, entity=folder)
    table = tape.tell(
        e.DataSeen, "data", name="table", generated_by=load, derived_from=[folder, *files], rows=3,
        digest=ni("table"), source="https://example.org/survey", sources=["a letter", "urn:x:y"],
    )  # fmt: skip
    tape.tell(
        e.DataProfiled, of=table, counts={"missing": 1}, values={"mean": 0.5, "maximum": "NaN"},
        features=[
            e.Feature(name="depth (m)", dtype="<f8", counts={"missing": 1}, values={"std": 0.5}),
            e.Feature(name="depth (m)"),
        ],
        left_out=4,
    )  # fmt: skip
    tape.tell(e.RowsDigested, of=table, rows=3, width=16, path="records/a.npz", digest=ni("rows"))
    split = tape.tell(e.StepStarted, "step", type="split", name="split", used=[e.Usage(table)])
    made = {"generated_by": split, "derived_from": [table]}
    train = tape.tell(e.DataSeen, "data", name="train", rows=2, digest=ni("train"), **made)
    tape.tell(
        e.RecordsMapped, of=train, origin=table, by="content", rows=2, ambiguous=1, unmatched=1,
        path="records/b.npz", digest=ni("map"),
    )  # fmt: skip
    scaled = tape.tell(e.DataSeen, "data", name="scaled", rows=2, digest=ni("scaled"), **made)
    tape.tell(e.RecordsMapped, of=scaled, origin=train, by="position", rows=2)
    noise = tape.tell(e.DataSeen, "data", name="noise", undigested="a generator", **made)
    tape.tell(e.RecordsNotMapped, of=noise, reason="it holds no row of 'table'")
    tape.tell(e.DataProfiled, of=noise, not_measured="it is not held in memory as an array")
    for lost in (
        e.RecordsMapped,
        e.RecordsNotMapped,
        e.RowsDigested,
        e.DataProfiled,
        e.MembersSeen,
    ):
        fields = {
            "origin": table,
            "by": "hand",
            "rows": 1,
            "reason": "",
            "width": 16,
            "path": "p",
            "digest": ni(""),
        }
        tape.tell(
            lost, of="data/1000", **{k: x for k, x in fields.items() if k in lost.__struct_fields__}
        )
    yield from tape.events
