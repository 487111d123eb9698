"""Keeps all accounts as they are, and brings them back: what a fault changed by any call is healed by restoring."""

from __future__ import annotations

import copy
import copyreg
import threading
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from moto.core.base_backend import BackendDict
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends

from reference.aws.state import State

Saved = dict[str, Any]
ATTEMPTS = 5

# A copy of a lock is a new lock.
copyreg.pickle(type(threading.Lock()), lambda _: (threading.Lock, ()))
copyreg.pickle(type(threading.RLock()), lambda _: (threading.RLock, ()))


class Checkpoints:
    """Named deep copies of every backend of moto and of our own state.

    What flows in all the time is not taken back: log lines stay, and the caller publishes the metrics since
    the time that `restore` answers.
    """

    def __init__(self, state: State, accounts: Collection[str]) -> None:
        self.state, self.accounts = state, frozenset(accounts)
        self.saved: dict[str, Saved] = {}
        self.lock = threading.Lock()

    def save(self, name: str) -> None:
        with self.lock:
            for attempt in range(ATTEMPTS):
                try:
                    self.saved[name] = self._copied(self._present())
                    return
                except RuntimeError:  # something changed its size while it was copied
                    if attempt == ATTEMPTS - 1:
                        raise

    def restore(self, name: str) -> datetime:
        """Bring everything back; answers when it was saved. Raises KeyError for a name that was not saved."""
        with self.lock:
            saved = self._copied(self.saved[name])
            streams = self._streams()
            for service, account, region, backend in self._backends():
                if (found := saved["backends"].get((service, account, region))) is not None:
                    backend.__dict__.clear()
                    backend.__dict__.update(found)
                else:
                    backend.reset()
            for account, region, group, name_, stream in streams:
                if (kept := logs_backends[account][region].groups.get(group)) is not None:
                    kept.streams[name_] = stream
            s3_backends.bucket_accounts.clear()
            s3_backends.bucket_accounts.update(saved["buckets"])
            with self.state.lock:
                self.state.records.clear()
                self.state.records.update(saved["records"])
                self.state.amendments[:] = saved["amendments"]
                for disturbance in self.state.disturbances:
                    disturbance.healed.set()
                self.state.disturbances.clear()
                self.state.distortions.clear()
            time: datetime = saved["time"]
            return time

    def _present(self) -> Saved:
        return {
            "time": datetime.now(UTC),
            "backends": {
                (service, account, region): backend.__dict__ for service, account, region, backend in self._backends()
            },
            "buckets": dict(s3_backends.bucket_accounts),
            "records": dict(self.state.records),
            "amendments": list(self.state.amendments),
        }

    def _copied(self, saved: Saved) -> Saved:
        """A deep copy that shares what nobody changes: the backends themselves, machine images, measured points."""
        memo: dict[int, Any] = {}
        for service, _, _, backend in self._backends():
            memo[id(backend)] = backend
            if service == "ec2":
                memo |= {id(image): image for image in backend.amis.values()}
        for (service, _, _), attributes in saved["backends"].items():
            if service == "cloudwatch":
                memo |= {id(datum): datum for datum in attributes["metric_data"]}
        return copy.deepcopy(saved, memo)

    def _backends(self) -> list[tuple[str, str, str, Any]]:
        return [
            (backends.service_name, account, region, backend)
            for backends in list(getattr(BackendDict, "_instances"))  # noqa: B009 - generic class attribute
            for account, regions in list(backends.items())
            if account in self.accounts
            for region, backend in list(regions.items())
        ]

    def _streams(self) -> list[tuple[str, str, str, str, Any]]:
        return [
            (account, region, group, name, stream)
            for service, account, region, backend in self._backends()
            if service == "logs"
            for group, kept in backend.groups.items()
            for name, stream in kept.streams.items()
        ]
