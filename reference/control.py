"""The supervisor's control API: HTTP on loopback, JSON, `Authorization: Bearer <control token>`.

GET    /status               phase, parts (see Deployment.status), faults in place
GET    /processes            which processes live, and the ids of those of each part; cheap
POST   /stop                 end the deployment
POST   /faults/NAME          break; 400 with {"error"} when it can't
DELETE /faults/NAME          heal
DELETE /faults               heal all
POST   /processes/NAME/ACTION   start, stop, kill, pause, resume one process
POST   /backups/NAME         take a base backup under a snapshot's name; DELETE removes it
POST   /restored/NAME?snapshot=NAME|moment=ISO   make an instance from a backup; DELETE removes it
POST   /edge/PRODUCT?instances=PORT,...&rules=JSON   what the load balancer leads to, and by which rules
POST   /isolated/INSTANCE    cut an API instance from its database; DELETE joins it again
POST   /recovered/PRODUCT/NAME   body: stores; start an API instance on them -> {"url"}; DELETE ends it
POST   /rollouts/ACCOUNT?definition=ARN&first=ARN   roll out another task definition of its API
POST   /fleet/INSTANCE       start a process at a spare place -> {"host", "port"}; GET -> {"ready"}; DELETE stops it
POST   /impersonated/HOP     put an impostor in the place of postgres or redis; DELETE has the real one back
POST   /redis/failover       take the Redis primary away for some seconds -> {"node"}
"""

from __future__ import annotations

import hmac
import json
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx

from reference.faulting import FaultError
from reference.impersonating import impersonate, unmask
from reference.process import Child
from reference.services.redis import RedisNodes

if TYPE_CHECKING:
    from reference.deployment import Deployment

ACTIONS: dict[str, Callable[[Child], None]] = {
    "start": Child.start,
    "stop": Child.stop,
    "kill": Child.kill,
    "pause": lambda child: child.signal(signal.SIGSTOP),
    "resume": lambda child: child.signal(signal.SIGCONT),
}


class ControlError(RuntimeError):
    """The supervisor refused or did not answer; the message is its own."""


class ControlServer:
    """Serves from threads of the supervisor until `close`. `on_stop` is called when a stop is asked for."""

    def __init__(self, deployment: Deployment, on_stop: Callable[[], None]) -> None:
        handler = type("Handler", (_Handler,), {"deployment": deployment, "on_stop": staticmethod(on_stop)})
        self._server = ThreadingHTTPServer(("127.0.0.1", deployment.settings.control_port), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="control", daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    deployment: Deployment
    on_stop: Callable[[], None]

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Silent: the terminal belongs to the progress table."""

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_DELETE = do_GET  # noqa: N815

    def _answer(self) -> None:
        sent = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(sent.encode(), self.deployment.settings.control_token.encode()):
            return self._send(401, {"error": "the control token is missing or wrong"})
        parts = urlsplit(self.path)
        words = [unquote(word) for word in parts.path.strip("/").split("/")]
        try:
            self._send(200, self._do(self.command, words, dict(parse_qsl(parts.query)) | self._body()))
        except LookupError as error:
            self._send(404, {"error": str(error.args[0])})
        except FaultError as error:
            self._send(400, {"error": str(error)})
        except Exception as error:
            self._send(500, {"error": f"{type(error).__name__}: {error}"})

    def _do(self, method: str, words: list[str], query: dict[str, str]) -> dict[str, Any]:
        deployment, faults = self.deployment, self.deployment.faults
        match method, words:
            case "GET", ["status"]:
                return {"name": deployment.settings.name, "parts": deployment.status(), "faults": faults.active}
            case "GET", ["processes"]:
                parts = deployment.parts
                alive = {child.name: child.alive for part in parts.values() for child in part.children}
                return {"processes": alive, "parts": {name: part.pids for name, part in parts.items()}}
            case "POST", ["stop"]:
                self.on_stop()
            case "POST", ["faults", name]:
                faults.break_(name)
            case "DELETE", ["faults", name]:
                faults.heal(name)
            case "DELETE", ["faults"]:
                return {"healed": faults.heal_all(), "faults": faults.active}
            case "POST", ["processes", name, action] if action in ACTIONS:
                ACTIONS[action](deployment.child(name))
            case "POST", ["backups", name]:
                deployment.backups.take_later(name)
            case "DELETE", ["backups", name]:
                deployment.backups.forget(name)
            case "POST", ["restored", name]:
                moment = query.get("moment")
                deployment.backups.restore(
                    name, query.get("snapshot"), datetime.fromisoformat(moment) if moment else None
                )
            case "DELETE", ["restored", name]:
                deployment.backups.drop(name)
            case "POST", ["redis", "failover"]:
                return {"node": cast(RedisNodes, deployment.parts["redis"]).fail_over()}
            case "POST", ["edge", product]:
                rules = json.loads(query["rules"]) if "rules" in query else None
                ports = [int(port) for port in query.get("instances", "").split(",") if port]
                deployment.edge.follow(product, ports or None, rules)
            case "POST", ["isolated", instance]:
                deployment.fleet.isolate(instance)
            case "DELETE", ["isolated", instance]:
                deployment.fleet.join(instance)
            case "POST", ["recovered", product, name]:
                return {"url": deployment.recovering.start(product, name, query)}
            case "DELETE", ["recovered", _, name]:
                deployment.recovering.stop(name)
            case "POST", ["rollouts", account]:
                deployment.rollouts.begin(account, query["definition"], query["first"])
            case "POST", ["impersonated", hop]:
                impersonate(deployment, hop)
            case "DELETE", ["impersonated", hop]:
                unmask(deployment, hop)
            case "POST", ["fleet", instance]:
                return deployment.fleet.start(instance)
            case "GET", ["fleet", instance]:
                return {"ready": deployment.fleet.ready(instance)}
            case "DELETE", ["fleet", instance]:
                deployment.fleet.stop(instance)
            case _:
                raise LookupError(f"{method} {self.path}: there is no such call")
        return {"faults": faults.active}

    def _body(self) -> dict[str, str]:
        """A JSON object in the body, for what is too secret for an address."""
        size = int(self.headers.get("Content-Length") or 0)
        return dict(json.loads(self.rfile.read(size))) if size else {}

    def _send(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


LONGEST_FAULT = 720.0
"""Seconds that a fault may take to be put in place: some need a load run, which is made where there is none yet."""


class Control:
    """The client side, by a deployment's state (`control_url`, `control_token`)."""

    def __init__(self, state: dict[str, Any], timeout: float = 120) -> None:
        headers = {"Authorization": f"Bearer {state['control_token']}"}
        self._client = httpx.Client(base_url=state["control_url"], headers=headers, timeout=timeout, trust_env=False)

    def call(self, method: str, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        """Raises ControlError with the supervisor's words."""
        try:
            limit = LONGEST_FAULT if path.startswith("/faults/") else self._client.timeout
            answer = self._client.request(method, path, json=body, timeout=limit)
        except httpx.HTTPError as error:
            raise ControlError(f"the supervisor does not answer: {error}") from error
        body: dict[str, Any] = answer.json()
        if answer.is_error:
            raise ControlError(body.get("error", f"status {answer.status_code}"))
        return body
