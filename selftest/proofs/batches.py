"""Which faults can be proven in one go: those that touch different things and turn different lines."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

import networkx as nx

from reference.faults import Fault


def collide(one: Fault, other: Fault) -> bool:
    """Whether two faults can't be in place together: then it would be unclear which of them turned a line."""
    return bool(set(one.fails) & set(other.fails)) or any(_overlap(a, b) for a in one.touches for b in other.touches)


def _overlap(a: str, b: str) -> bool:
    """Things are named from the coarse to the fine: `aws:ecs` touches all of `aws:ecs:service:api`, `*` everything."""
    return "*" in (a, b) or a == b or a.startswith(b + ":") or b.startswith(a + ":")


def declared(batch: Sequence[Fault]) -> set[str]:
    """The lines that fail under the faults of a batch."""
    return {line for fault in batch for line in fault.fails}


def of_one_product(one: Fault, other: Fault) -> bool:
    """Whether two faults turn lines of one product. A drill needs the rest of its product to be well: a task that
    another fault makes unwell keeps it waiting for a rollout that never ends."""
    return bool({i.partition("-")[0] for i in one.fails} & {i.partition("-")[0] for i in other.fails})


def batches(faults: Sequence[Fault], apart: Callable[[Fault, Fault], bool] = collide) -> list[list[Fault]]:
    """Part the faults into as few batches as a greedy colouring finds, the same ones each time, the largest first.

    `apart`: whether two faults can't be in one batch.
    """
    graph = nx.Graph()
    by_name = {f.name: f for f in sorted(faults, key=lambda f: f.name)}
    graph.add_nodes_from(by_name)
    names = list(by_name)
    graph.add_edges_from((a, b) for n, a in enumerate(names) for b in names[n + 1 :] if apart(by_name[a], by_name[b]))
    colours: dict[str, int] = nx.greedy_color(graph, strategy="largest_first")
    parts: dict[int, list[Fault]] = {}
    for name in names:
        parts.setdefault(colours[name], []).append(by_name[name])
    return sorted(parts.values(), key=lambda part: (-len(part), part[0].name))


def first_hard(faults: Iterable[Fault], lines: Collection[str]) -> list[Fault]:
    """Return a hard fault about each of the lines, the first by name of those under which the fewest lines turn."""
    found: dict[str, Fault] = {}
    for one in sorted(faults, key=lambda f: (len(f.fails), f.name)):
        if one.hard and one.fails[0] in lines:
            found.setdefault(one.fails[0], one)
    return list(found.values())


def drills_apart(faults: Sequence[Fault], disrupting: Collection[str]) -> list[list[Fault]]:
    """Batches of the faults that a drill shows, one of each product, then those in which no line disrupts.

    A drill has the deployment for itself and waits for its recovery: one among eighty faults would keep them waiting.
    """
    drilled = [f for f in faults if set(f.fails) & set(disrupting)]
    drills = batches(drilled, lambda one, other: of_one_product(one, other) or collide(one, other))
    return drills + batches([f for f in faults if f not in drilled])
