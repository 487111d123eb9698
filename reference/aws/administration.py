"""`/__reference__/...`: what only the reference's own parts may do, with the control token of the deployment.

All take and answer JSON; the token is in the header `X-Control-Token` (or `Authorization: Bearer`).

    GET    health         {"ready": true, ...}; needs no token
    GET    state          records, amendments and disturbances as they are
    POST   amendments     {"account", "service", "kind", "where", "set", ...} -> {"id"}; DELETE amendments/<id>
    POST   disturbances   {"action", "effect", "account"?, "caller"?, "seconds"?} -> {"id"}; DELETE disturbances/<id>
    POST   distortions    {"account", "pattern", "effect", "value"?, "since"?, ...} -> {"id"}; DELETE distortions/<id>
    POST   records        {"account", "collection", "record"}
    PATCH  records        {"account", "collection", "where", "set"}
    DELETE records        {"account", "collection", "where"}: removes those that match
    POST   model          {"account", "model": "rds/database_snapshots/x", "set": {...}, "region"?}
    DELETE model          {"account", "model": "rds/database_snapshots", "key": "x", "region"?}
    POST   checkpoint     {"name"?}
    POST   restore        {"name"?}
    POST   publisher      {"running"?: bool, "paused"?: [pattern], "values"?: {pattern: number}}
    POST   shipper        {"pause": [stream]} or {"resume": [stream]}: between these their lines are lost
    POST   history        {"account", "group"}: write again what a log group still holds of the months before

`account` is a number or a product's name.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from reference.aws.amendments import Amendment, get_path, set_path
from reference.aws.application import Application
from reference.aws.builder import find_model, set_model
from reference.aws.calls import Environ
from reference.aws.changes import tell
from reference.aws.checkpoints import Checkpoints
from reference.aws.distortions import Distortion
from reference.aws.disturbances import Disturbance
from reference.aws.moments import resolved
from reference.aws.publisher import Publisher
from reference.aws.shipping import Shipper
from reference.aws.state import State

PREFIX = "/__reference__/"
Answer = dict[str, Any]


class Administration:
    """WSGI middleware in front of the accounts."""

    def __init__(
        self,
        accounts: Application,
        state: State,
        publisher: Publisher,
        shipper: Shipper,
        token: str,
        names: dict[str, str],
        region: str,
    ) -> None:
        self.accounts, self.state, self.publisher, self.shipper = accounts, state, publisher, shipper
        self.token, self.names, self.region = token, names, region
        self.checkpoints = Checkpoints(state, names.values())

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return self.accounts(environ, start_response)
        status, answer = self._respond(environ, path.removeprefix(PREFIX).strip("/"))
        body = json.dumps(answer, default=str).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]

    def _respond(self, environ: Environ, path: str) -> tuple[int, Answer]:
        method = environ["REQUEST_METHOD"]
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if path == "health" and method == "GET":
            return 200, {"ready": True, "started": self.state.started}
        given = environ.get("HTTP_X_CONTROL_TOKEN") or environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            return 403, {"error": "the control token is missing or wrong"}
        name, _, argument = path.partition("/")
        action = getattr(self, f"_{method.lower()}_{name}", None)
        if action is None:
            return 404, {"error": f"no {method} {PREFIX}{path}"}
        try:
            body = json.loads(raw) if raw else {}
            if "account" in body:
                body["account"] = self.names.get(body["account"], body["account"])
            answer = action(body, argument) or {}
            if method != "GET":
                tell(self.state.settings, "")
            return 200, answer
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return 400, {"error": f"{type(error).__name__}: {error}"}

    def _get_state(self, _body: Answer, _: str) -> Answer:
        return {
            "amendments": [amendment.described() for amendment in self.state.amendments],
            "disturbances": [disturbance.described() for disturbance in self.state.disturbances],
            "records": {f"{account}/{name}": resolved(found) for (account, name), found in self.state.records.items()},
            "publisher": self.publisher.described(),
        }

    def _post_amendments(self, body: Answer, _: str) -> Answer:
        amendment = Amendment(**body)
        self.state.amendments.append(amendment)
        return {"id": amendment.id}

    def _delete_amendments(self, _body: Answer, argument: str) -> None:
        self.state.amendments[:] = [a for a in self.state.amendments if a.id != int(argument)]

    def _post_disturbances(self, body: Answer, _: str) -> Answer:
        disturbance = Disturbance(**body)
        self.state.disturbances.append(disturbance)
        return {"id": disturbance.id}

    def _delete_disturbances(self, _body: Answer, argument: str) -> None:
        for disturbance in [d for d in self.state.disturbances if not argument or d.id == int(argument)]:
            self.state.disturbances.remove(disturbance)
            disturbance.healed.set()

    def _post_distortions(self, body: Answer, _: str) -> Answer:
        distortion = Distortion(**body)
        self.state.distortions.append(distortion)
        return {"id": distortion.id}

    def _delete_distortions(self, _body: Answer, argument: str) -> None:
        self.state.distortions[:] = [d for d in self.state.distortions if d.id != int(argument)]

    def _post_history(self, body: Answer, _: str) -> None:
        self.shipper.remember_group(body["account"], body.get("region", self.region), body["group"])

    def _post_records(self, body: Answer, _: str) -> None:
        self.state.add(body["account"], body["collection"], body["record"])

    def _delete_records(self, body: Answer, _: str) -> Answer:
        with self.state.lock:
            records = self.state.records[(body["account"], body["collection"])]
            kept = [record for record in records if not _matches(record, body.get("where", {}))]
            removed = len(records) - len(kept)
            records[:] = kept
        return {"removed": removed}

    def _patch_records(self, body: Answer, _: str) -> Answer:
        with self.state.lock:
            found = [
                r
                for r in self.state.records[(body["account"], body["collection"])]
                if _matches(r, body.get("where", {}))
            ]
            for record in found:
                for path, value in body["set"].items():
                    set_path(record, path, value)
        return {"changed": len(found)}

    def _post_model(self, body: Answer, _: str) -> None:
        set_model(body["account"], body.get("region", self.region), body["model"], resolved(body["set"]))

    def _delete_model(self, body: Answer, _: str) -> None:
        del find_model(body["account"], body.get("region", self.region), body["model"])[body["key"]]

    def _post_checkpoint(self, body: Answer, _: str) -> None:
        self.checkpoints.save(body.get("name", "default"))

    def _post_restore(self, body: Answer, _: str) -> None:
        self.publisher.fill(self.checkpoints.restore(body.get("name", "default")))

    def _post_shipper(self, body: Answer, _: str) -> None:
        self.shipper.paused |= set(body.get("pause", []))
        self.shipper.paused -= set(body.get("resume", []))

    def _post_publisher(self, body: Answer, _: str) -> Answer:
        self.publisher.control(**body)
        return self.publisher.described()


def _matches(record: Answer, where: Answer) -> bool:
    return all(get_path(record, path) == value for path, value in where.items())
