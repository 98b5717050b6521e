# SPDX-License-Identifier: Apache-2.0
"""Data: occurrences in this run, where each came from, and what each was made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import DataSeen, OverlapCounted
from dlprov_rdf.graph import contents, literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.iris import absolute, below


def data_seen(account: Account, event: DataSeen) -> Iterator[Quad]:
    """Yield a data occurrence, its origin, its content and its extent."""
    if not account.first("entity", event.id):
        return
    say, data = account.say, account.iris.local(event.id)
    yield from account.describe(data, event.name, v.PROV_ENTITY, v.MLS_DATASET, v.DCAT_DATASET)
    if event.type == "prediction":
        yield say(data, v.RDF_TYPE, v.DLPROV_PREDICTION)
    told = [*([] if event.source is None else [event.source]), *event.sources]
    for words in dict.fromkeys(told):
        yield say(data, v.DCTERMS_SOURCE, absolute(words) or literals.text(words))
    yield from _extent(account, data, event)
    yield from contents.known(account, data, event.digest, event.sample_digest, event.undigested)
    yield from origin(account, data, event.generated_by, event.derived_from)
    account.told.add(event.id)
    if event.generated_by is not None:
        account.made.add(event.id)


def _extent(account: Account, data: NamedNode, event: DataSeen) -> Iterator[Quad]:
    say = account.say
    if event.form is not None:
        yield say(data, v.DLPROV_FORM, literals.text(event.form))
    if event.shape is not None:
        yield say(data, v.DLPROV_SHAPE, literals.shape(event.shape))
    if event.dtype is not None:
        yield say(data, v.DLPROV_DTYPE, literals.text(event.dtype))
    if event.rows is not None:
        yield say(data, v.DLPROV_ROWS, literals.count(event.rows))
    if event.bytes is not None:
        # byteSize is said of a distribution, and it would make the data one.
        distribution = below(data, "distribution")
        yield say(data, v.DCAT_DISTRIBUTION_PROPERTY, distribution)
        yield from account.describe(distribution, None, v.PROV_ENTITY, v.DCAT_DISTRIBUTION)
        yield say(distribution, v.DCAT_BYTE_SIZE, literals.count(event.bytes))
    for label, count in event.classes.items():
        of_class = below(data, "class", label)
        yield say(data, v.MLS_HAS_QUALITY, of_class)
        yield say(of_class, v.RDF_TYPE, v.MLS_DATASET_CHARACTERISTIC)
        yield say(of_class, v.RDF_TYPE, v.DLPROV_CLASS_COUNT)
        yield say(of_class, v.DLPROV_CLASS_LABEL, literals.text(label))
        yield say(of_class, v.DLPROV_COUNT, literals.count(count))


def origin(
    account: Account, entity: NamedNode, generated_by: str | None, derived_from: Iterable[str]
) -> Iterator[Quad]:
    """Yield what generated an entity, and what it derives from: things told of before it."""
    if generated_by is not None:
        activity = account.activity(generated_by)
        if activity is not None:
            yield account.say(entity, v.PROV_WAS_GENERATED_BY, activity)
    for name in dict.fromkeys(derived_from):
        source = account.origin(name)
        if source is not None:
            yield account.say(entity, v.PROV_WAS_DERIVED_FROM, source)


def overlap_counted(account: Account, event: OverlapCounted) -> Iterator[Quad]:
    """Yield how many rows two data occurrences share, or why that was not counted."""
    both = [account.of_kind(name, "data") for name in (event.a, event.b)]
    found = [one for one in dict.fromkeys(both) if one is not None]
    if not found:
        return
    overlap = account.iris.in_run("overlap", account.serial(event))
    yield from account.describe(overlap, None, v.PROV_ENTITY, v.DLPROV_DATA_OVERLAP)
    for one in found:
        yield account.say(overlap, v.DLPROV_OVERLAP_OF, one)
    if event.rows is not None:
        yield account.say(overlap, v.DLPROV_SHARED_ROWS, literals.count(event.rows))
    else:
        words = event.not_counted if event.not_counted is not None else "the log does not say"
        yield account.say(overlap, v.DLPROV_NOT_COUNTED, literals.text(words))
