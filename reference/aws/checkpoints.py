"""Keeps all accounts as they are, and brings them back: what a fault changed by any call is healed by restoring."""

from __future__ import annotations

import copy
import copyreg
import threading
from typing import Any

from moto.core.base_backend import BackendDict
from moto.s3.models import s3_backends

from reference.aws.state import State

Saved = dict[str, Any]

# A copy of a lock is a new lock.
copyreg.pickle(type(threading.Lock()), lambda _: (threading.Lock, ()))
copyreg.pickle(type(threading.RLock()), lambda _: (threading.RLock, ()))


class Checkpoints:
    """Named deep copies of every backend of moto and of our own state. Not safe against changes during `save`."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.saved: dict[str, Saved] = {}
        self.lock = threading.Lock()

    def save(self, name: str) -> None:
        with self.lock:
            self.saved[name] = self._copied(self._present())

    def restore(self, name: str) -> None:
        """Raises KeyError for a name that was not saved."""
        with self.lock:
            saved = self._copied(self.saved[name])
            kept = saved["backends"]
            for service, account, region, backend in _backends():
                if (found := kept.get((service, account, region))) is not None:
                    backend.__dict__.clear()
                    backend.__dict__.update(found)
                else:
                    backend.reset()
            s3_backends.bucket_accounts.clear()
            s3_backends.bucket_accounts.update(saved["buckets"])
            with self.state.lock:
                self.state.records.clear()
                self.state.records.update(saved["records"])
                self.state.amendments[:] = saved["amendments"]
                for disturbance in self.state.disturbances:
                    disturbance.healed.set()
                self.state.disturbances.clear()

    def _present(self) -> Saved:
        return {
            "backends": {
                (service, account, region): backend.__dict__ for service, account, region, backend in _backends()
            },
            "buckets": dict(s3_backends.bucket_accounts),
            "records": dict(self.state.records),
            "amendments": list(self.state.amendments),
        }

    def _copied(self, saved: Saved) -> Saved:
        # Back references to a backend, a type or a lock stay what they are; the memo makes deepcopy leave them alone.
        memo: dict[int, Any] = {}
        for _, _, _, backend in _backends():
            memo[id(backend)] = backend
        return copy.deepcopy(saved, memo)


def _backends() -> list[tuple[str, str, str, Any]]:
    return [
        (backends.service_name, account, region, backend)
        for backends in list(getattr(BackendDict, "_instances"))  # noqa: B009 - generic class attribute
        for account, regions in list(backends.items())
        for region, backend in list(regions.items())
    ]
