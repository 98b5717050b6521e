# SPDX-License-Identifier: Apache-2.0
"""Reductions of data: a training goes on with fewer, at one moment, by somebody's decision.

From then on the epochs use the smaller data, and each says which data it used; in a training
whose data stay what they were, that is said once, of the training.

Source:
    PROV-DfA, data reduction: https://doi.org/10.1016/j.future.2017.11.042
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Quad

from dlprov_rdf.events import DataReduced
from dlprov_rdf.graph import literals, techniques
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.account import Account
from dlprov_rdf.graph.iris import below


def data_reduced(account: Account, event: DataReduced) -> Iterator[Quad]:
    """Yield one reduction: the larger data, the smaller that it made, and who or what did it."""
    course = account.course(event.training)
    before = account.of_kind(event.before, "data")
    after = account.origin(event.after)
    if course.node is None or before is None or after is None or before == after:
        return
    say = account.say
    place = below(course.node, "reduction", account.serial(event))
    labels = (account.plan.names.get(name, ("", name))[1] for name in (event.before, event.after))
    yield from account.describe(place, " → ".join(labels), v.PROV_ACTIVITY, v.DLPROV_DATA_REDUCTION)
    epoch = account.activity(event.epoch) if event.epoch is not None else None
    yield say(place, v.DCTERMS_IS_PART_OF, epoch or course.node)
    yield say(place, v.PROV_STARTED_AT_TIME, literals.moment(event.at))
    yield say(place, v.PROV_ENDED_AT_TIME, literals.moment(event.at))
    yield say(place, v.PROV_USED, before)
    yield say(place, v.DLPROV_REDUCED_TO, after)
    if event.made and event.after not in account.made:
        account.made.add(event.after)
        yield say(after, v.PROV_WAS_GENERATED_BY, place)
        yield say(after, v.PROV_WAS_DERIVED_FROM, before)
    course.reduced[before] = after
    if event.reason is not None:
        yield say(place, v.DLPROV_REASON, literals.text(event.reason))
    yield from techniques.applied(account, course, event.technique, place)
