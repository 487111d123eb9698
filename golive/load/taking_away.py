"""Counts what a load run made on the deployment by taking it away again, through the product's own API."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import local
from urllib.parse import quote

from requests import Response

from golive.guard.http import GuardedSession
from golive.jsonpath import values_at
from golive.run_id import run_id
from golive.target import ProductTarget
from golive.target.api import Api, Identity, Operation
from golive.target.load import Timeouts
from golive.target.product import configured
from golive.verdict import Unobservable

WORKERS = 4
TRIES, LONGEST = 30, 30.0
"""How often, and after how many seconds at most, is asked again: what was loaded may need a while."""
REMOVED_BY = {"memory": "memory_delete", "lead": "delete_lead", "report": "delete_report"}
"""Kind of thing to the operation that takes one away, by its `{id}`."""
UNACKNOWLEDGED = "unacknowledged"
"""Among the counts: what is there though nobody was told that it was stored."""
Made = list[tuple[str, str, str, str]]


def taking_away(product: str, target: ProductTarget, timeouts: Timeouts) -> Callable[[Made], dict[str, float]]:
    """A function that removes what was made and returns how much of it was there, per scenario.

    What is not there any more when it is to be removed was acknowledged and lost. The function raises Unobservable
    when something can't be removed although the product has an operation for it.
    """
    api = configured(target.api, f"{product}.api")

    def take(made: Made) -> dict[str, float]:
        there: Counter[str] = Counter({scenario: 0 for _, _, scenario, _ in made})
        with _Remover(api, timeouts) as remover, ThreadPoolExecutor(WORKERS) as pool:
            for (_, _, scenario, _), was_there in zip(made, pool.map(remover.remove, made), strict=True):
                there[scenario] += was_there
            if any(kind == "memory" for kind, *_ in made) and (found := remover.remaining()) is not None:
                there[UNACKNOWLEDGED] = sum(pool.map(remover.remove, found))
        return {scenario: float(n) for scenario, n in there.items()}

    return take


class _Remover:
    def __init__(self, api: Api, timeouts: Timeouts) -> None:
        self.api, self.timeouts = api, timeouts
        self._threads = local()
        self._tokens: dict[str, str] = {}

    def __enter__(self) -> _Remover:
        return self

    def __exit__(self, *_: object) -> None:
        self._tokens.clear()

    def remove(self, made: tuple[str, str, str, str]) -> bool:
        """Take one thing away; whether it was there."""
        kind, name, _, id_ = made
        who, what = self.api.identities[name], self.api.operations.get(REMOVED_BY.get(kind, ""))
        if what is None:
            raise Unobservable(
                f"load made a {kind}, and the target maps no {REMOVED_BY.get(kind)}", "Add the operation"
            )
        name, who = self._allowed(name, who, what)
        values = {"id": id_, "identity.id": who.id, "identity.tenant": who.tenant, "identity.email": who.email}
        headers = {self.api.auth_header: self.api.auth_format.replace("{token}", self._token(name, who))}
        status = self._asked(what, values, headers).status_code
        if status not in (what.status, 404, 410):
            raise Unobservable(
                f"{kind} {id_} of the load run can't be taken away: {REMOVED_BY[kind]} answered {status}",
                "It is left on the deployment; remove it by hand",
            )
        return status == what.status

    def remaining(self) -> Made | None:
        """Memories with the run's mark that are there still; None where the product has no export that shows them."""
        what = self.api.operations.get("account_export")
        if what is None or not {"memory_ids", "memory_texts"} <= what.fields.keys():
            return None
        found: Made = []
        for name, who in self.api.identities.items():
            headers = {self.api.auth_header: self.api.auth_format.replace("{token}", self._token(name, who))}
            answer = self._asked(what, {"identity.id": who.id, "identity.tenant": who.tenant}, headers)
            if answer.status_code != what.status:
                raise Unobservable(f"what the load left with {name} can't be seen: {answer.status_code}")
            ids, texts = (values_at(answer.json(), what.fields[w]) for w in ("memory_ids", "memory_texts"))
            found += [
                ("memory", name, UNACKNOWLEDGED, str(i)) for i, t in zip(ids, texts, strict=True) if run_id() in str(t)
            ]
        return found

    def _allowed(self, name: str, who: Identity, what: Operation) -> tuple[str, Identity]:
        """Who may remove it: the one who made it, else somebody of the same tenant with the role that it takes."""
        if not what.role or who.role == what.role:
            return name, who
        same = (n for n, i in self.api.identities.items() if (i.tenant, i.role) == (who.tenant, what.role))
        found = next(same, name)
        return found, self.api.identities[found]

    def _token(self, name: str, who: Identity) -> str:
        if name not in self._tokens:
            what = self.api.operations["sign_in"]
            values = {"identity.email": who.email, "identity.password": who.password.reveal()}
            answer = self._asked(what, values, {}, reading=True)
            found = values_at(answer.json(), what.fields["token"]) if answer.status_code == what.status else []
            if not found:
                raise Unobservable(f"{who.email} can't sign in to take away what the load made: {answer.status_code}")
            self._tokens[name] = str(found[0])
        return self._tokens[name]

    def _asked(
        self, what: Operation, values: dict[str, str], headers: dict[str, str], reading: bool = False
    ) -> Response:
        """The answer; asked for again while the service is busy or the caller's quota is used up."""
        for _ in range(TRIES):
            answer = self._session.request(
                what.method, self._url(what, values), params=_filled(what.query, values), headers=headers,
                json=_filled(what.body, values) if what.body else None, data=_filled(what.form, values) or None,
                reading=reading, allow_redirects=False,
            )  # fmt: skip
            if answer.status_code not in (429, 502, 503, 504):
                break
            after = answer.headers.get("Retry-After", "")
            time.sleep(min(LONGEST, float(after)) if after.isdigit() else 1.0)
        return answer

    def _url(self, what: Operation, values: dict[str, str]) -> str:
        path = what.path
        for word, value in values.items():
            path = path.replace(f"{{{word}}}", quote(value, safe=""))
        return (what.base_url or self.api.base_url).rstrip("/") + path

    @property
    def _session(self) -> GuardedSession:
        if not hasattr(self._threads, "session"):
            self._threads.session = GuardedSession(
                [self.api.base_url, *(o.base_url for o in self.api.operations.values() if o.base_url)],
                ca_file=self.api.ca_file, connect_timeout=self.timeouts.connect, read_timeout=self.timeouts.read,
                run=run_id(),
            )  # fmt: skip
        session: GuardedSession = self._threads.session
        return session


def _filled(template: object, values: dict[str, str]) -> object:
    if isinstance(template, str):
        for word, value in values.items():
            template = template.replace(f"{{{word}}}", value)
        return template
    if isinstance(template, dict):
        return {key: _filled(item, values) for key, item in template.items()}
    return template
