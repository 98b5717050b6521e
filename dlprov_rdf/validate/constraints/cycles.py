# SPDX-License-Identifier: Apache-2.0
"""Finds cycles in a graph in a time that grows as its edges do."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=object)


def components(after: Mapping[Node, Sequence[Node]]) -> list[list[Node]]:
    """Give the strongly connected components that hold a cycle.

    Args:
        after: The nodes that each node leads to.

    Source:
        R. Tarjan, Depth-first search and linear graph algorithms, 1972; here without
        recursion, for a chain of derivations may be longer than Python's stack.
    """
    found: list[list[Node]] = []
    number: dict[Node, int] = {}
    low: dict[Node, int] = {}
    open_: dict[Node, None] = {}
    for root in after:
        if root in number:
            continue
        number[root] = low[root] = len(number)
        open_[root] = None
        path = [(root, iter(after[root]))]
        while path:
            node, rest = path[-1]
            for next_ in rest:
                if next_ not in number:
                    number[next_] = low[next_] = len(number)
                    open_[next_] = None
                    path.append((next_, iter(after.get(next_, ()))))
                    break
                if next_ in open_:
                    low[node] = min(low[node], number[next_])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == number[node]:
                    component = _closed(open_, node)
                    if len(component) > 1 or node in after.get(node, ()):
                        found.append(component)
    return found


def _closed(open_: dict[Node, None], first: Node) -> list[Node]:
    """Take what was opened since, and with, a node."""
    component = []
    while True:
        node, _ = open_.popitem()
        component.append(node)
        if node == first:
            return component


def shortest(
    after: Mapping[Node, Sequence[Node]], start: Node, goal: Node, order: Callable[[Node], str]
) -> list[Node]:
    """Give the shortest way from one node to another, the first in order of equal ones.

    Returns:
        All nodes of the way, with both ends. That there is a way is for the caller to know.
    """
    came: dict[Node, Node | None] = {start: None}
    due = deque([start])
    while goal not in came:
        node = due.popleft()
        for next_ in sorted(after.get(node, ()), key=order):
            if next_ not in came:
                came[next_] = node
                due.append(next_)
    way: list[Node] = []
    step: Node | None = goal
    while step is not None:
        way.append(step)
        step = came[step]
    return way[::-1]
