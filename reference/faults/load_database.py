"""A database that was not well while load was put on the deployment, seen only in the looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.load_records import retold

if TYPE_CHECKING:
    from reference.deployment import Deployment

HEALTH, STATEMENTS = "AURA-9.1.3.3", "SEI-1.3.1.3.4"
LOOKS, STATISTICS = "load:aurastudio:levels:samples", "load:seiketsu:levels:samples"
Look = dict[str, Any]


def _seen(deployment: Deployment, product: str, change: Callable[[list[Look]], None]) -> Iterator[None]:
    def retell(samples: dict[str, Any]) -> None:
        change(samples["database"])

    return retold(deployment, product, "levels", samples=retell)


@fault(
    name="aura-load-database-out-of-connections",
    breaks="at one look during the recorded load run nearly all of the database's connections were taken",
    fails=[HEALTH],
    message=r"database during load run levels.*connections is 9\d(\.\d+)? percent, want <= 80 percent",
    touches=[LOOKS],
)
def out_of_connections(deployment: Deployment) -> Iterator[None]:
    def fill(looks: list[Look]) -> None:
        look = looks[len(looks) // 2]
        look["connections"] = round(0.95 * look["most_connections"])

    yield from _seen(deployment, "aurastudio", fill)


@fault(
    name="aura-load-deadlock-retried",
    breaks="a deadlock in the recorded load run was retried by the product: every answer is good, the counter is not",
    fails=[HEALTH],
    message=r"database during load run levels.*deadlocks is 1, want == 0",
    touches=[LOOKS],
    hard=True,
)
def deadlock_retried(deployment: Deployment) -> Iterator[None]:
    def lock(looks: list[Look]) -> None:
        for look in looks[len(looks) // 3 :]:
            look["deadlocks"] += 1

    yield from _seen(deployment, "aurastudio", lock)


@fault(
    name="aura-load-replica-falls-behind",
    breaks="in the recorded load run the replica was half a minute behind at two looks, and on average hardly",
    fails=[HEALTH],
    message=r"database during load run levels.*lag is 30(\.0)? s, want <= 5 s",
    touches=[LOOKS],
    hard=True,
)
def replica_behind(deployment: Deployment) -> Iterator[None]:
    def fall(looks: list[Look]) -> None:
        for look in looks[-6:-4]:
            look["replica_lag"] = 30.0

    yield from _seen(deployment, "aurastudio", fall)


@fault(
    name="sei-load-statements-slow",
    breaks="in the recorded load run each statement of the database takes three tenths of a second longer",
    fails=[STATEMENTS],
    message=r"database during load run levels.*mean is 3\d\d(\.\d+)? ms, want < 100 ms",
    touches=[STATISTICS],
)
def statements_slow(deployment: Deployment) -> Iterator[None]:
    def slow(looks: list[Look]) -> None:
        for look in looks:
            look["milliseconds"] += 300 * (look["calls"] - looks[0]["calls"])

    yield from _seen(deployment, "seiketsu", slow)


@fault(
    name="sei-load-sessions-idle-in-transaction",
    breaks="in the recorded load run statements are quick, and sessions sit in open transactions between them",
    fails=[STATEMENTS],
    message=r"database during load run levels.*idle in transaction is 12(\.0)? s, want < 1 s",
    touches=[STATISTICS],
    hard=True,
)
def idle_in_transaction(deployment: Deployment) -> Iterator[None]:
    def sit(looks: list[Look]) -> None:
        looks[len(looks) // 2]["longest_idle_in_transaction"] = 12.0

    yield from _seen(deployment, "seiketsu", sit)


@fault(
    name="sei-load-waits-for-locks",
    breaks="at one look during the recorded load run a statement had waited eight seconds for a lock",
    fails=[STATEMENTS],
    message=r"database during load run levels.*lock wait is 8(\.0)? s, want < 1 s",
    touches=[STATISTICS],
    hard=True,
)
def waits_for_locks(deployment: Deployment) -> Iterator[None]:
    def wait(looks: list[Look]) -> None:
        looks[len(looks) // 2]["longest_lock_wait"] = 8.0

    yield from _seen(deployment, "seiketsu", wait)
