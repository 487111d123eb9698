"""What an operation sees of the accounts: the shared state, and any other operation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from reference.aws.calls import Call
from reference.aws.state import State

Answer = dict[str, Any]


@dataclass(frozen=True)
class World:
    """`ask` makes another call as an operator: `ask("ec2", "DescribeSubnets", SubnetIds=[...])`. Raises ApiError."""

    state: State
    call: Call
    invoke: Callable[[Call], Answer]

    def ask(self, service: str, operation: str, /, **parameters: Any) -> Answer:
        return self.invoke(replace(self.call, service=service, operation=operation, parameters=parameters))

    def records(self, collection: str) -> list[dict[str, Any]]:
        return self.state.listed(self.call.account, collection)

    def add(self, collection: str, record: dict[str, Any]) -> None:
        self.state.add(self.call.account, collection, record)


Own = Callable[[World], Answer]
Derived = Callable[[World, Answer], None]
