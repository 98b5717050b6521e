# SPDX-License-Identifier: Apache-2.0
"""What data are like: their features and characteristics, and the files that they are.

Source:
    PROV-Dictionary, a data set as a dictionary of files:
    https://www.w3.org/TR/prov-dictionary/
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import DataProfiled, Feature, MembersSeen
from dlprov_rdf.graph import literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.iris import below


def data_profiled(account: Account, event: DataProfiled) -> Iterator[Quad]:
    """Yield the features of data, and the numbers that characterise them."""
    data = account.of_kind(event.of, "data")
    if data is None or not account.first("profile", event.of):
        return
    yield from _measured(account, data, v.MLS_DATASET_CHARACTERISTIC, event)
    if event.not_measured is not None:
        yield account.say(data, v.DLPROV_NOT_MEASURED, literals.text(event.not_measured))
    if event.features:
        features = below(data, "features")
        yield account.say(data, v.DLPROV_FEATURE_SET, features)
        yield from account.describe(
            features, None, v.PROV_ENTITY, v.PROV_COLLECTION, v.PROVML_FEATURE_SET
        )
        count = len(event.features) + event.left_out
        yield account.say(features, v.DLPROV_COUNT, literals.count(count))
        for position, feature in enumerate(event.features):
            yield from _feature(account, data, features, position, feature)


def _feature(
    account: Account, data: NamedNode, features: NamedNode, position: int, told: Feature
) -> Iterator[Quad]:
    say = account.say
    feature = below(data, "feature", told.name)
    if not account.first("feature", feature):
        feature = below(data, "feature", told.name, str(position))
    yield say(features, v.PROV_HAD_MEMBER, feature)
    yield from account.describe(feature, told.name, v.PROV_ENTITY, v.MLS_FEATURE, v.PROVML_FEATURE)
    yield say(feature, v.DLPROV_POSITION, literals.count(position))
    if told.dtype is not None:
        yield say(feature, v.DLPROV_DTYPE, literals.text(told.dtype))
    yield from _measured(account, feature, v.MLS_FEATURE_CHARACTERISTIC, told)


def _measured(
    account: Account, of: NamedNode, kind: NamedNode, told: DataProfiled | Feature
) -> Iterator[Quad]:
    say = account.say
    counts = {name: literals.count(count) for name, count in told.counts.items()}
    values = {name: literals.number(value) for name, value in told.values.items()}
    for name, value in (counts | values).items():
        characteristic = below(of, "characteristic", name)
        yield say(of, v.MLS_HAS_QUALITY, characteristic)
        yield say(characteristic, v.RDF_TYPE, kind)
        yield say(characteristic, v.DLPROV_CHARACTERISTIC_NAME, literals.text(name))
        yield say(characteristic, v.MLS_HAS_VALUE, value)


def members_seen(account: Account, event: MembersSeen) -> Iterator[Quad]:
    """Yield that data are a set of files, each under its key."""
    data = account.of_kind(event.of, "data")
    if data is None or not account.first("members", event.of):
        return
    say = account.say
    yield say(data, v.RDF_TYPE, v.PROV_COLLECTION)
    yield say(data, v.RDF_TYPE, v.PROV_DICTIONARY)
    yield say(data, v.DLPROV_MEMBER_COUNT, literals.count(event.count))
    for member in event.members:
        file = account.of_kind(member.file, "file")
        if file is None:
            continue
        pair = below(data, "member", member.key)
        yield say(data, v.PROV_HAD_MEMBER, file)
        yield say(data, v.PROV_HAD_DICTIONARY_MEMBER, pair)
        yield say(pair, v.RDF_TYPE, v.PROV_KEY_ENTITY_PAIR)
        yield say(pair, v.PROV_PAIR_KEY, literals.text(member.key))
        yield say(pair, v.PROV_PAIR_ENTITY, file)
