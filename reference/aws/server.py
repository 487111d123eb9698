"""Builds the accounts and serves them over HTTP on loopback."""

from __future__ import annotations

import gc
import logging
import threading
import time
from typing import Any

from moto.iam.models import AccessKey, iam_backends
from moto.moto_server.werkzeug_app import MotoRequestHandler
from moto.sts.models import AssumedRole, sts_backends
from werkzeug.serving import BaseWSGIServer, make_server

from reference.aws import inventory
from reference.aws.administration import Administration
from reference.aws.application import Application
from reference.aws.builder import Builder
from reference.aws.content_network import ContentNetwork
from reference.aws.publisher import Publisher
from reference.aws.remembering import remember_surges
from reference.aws.shipping import Shipper
from reference.aws.state import State
from reference.settings import AccessKey as Key
from reference.settings import Settings

log = logging.getLogger(__name__)


class Accounts:
    """All accounts of one deployment in this process. moto keeps its state in module globals: one instance a
    process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.state = State(settings=settings)
        self.application = Application(self.state)
        self.publisher = Publisher(
            self.application, {account.id: account.region for account in settings.aws.accounts.values()}
        )
        self.shipper = Shipper(self.application, settings)
        self.values: dict[str, dict[str, Any]] = {}

    def build(self) -> None:
        """Fill every account from its data. Raises BuildError."""
        for product, account in self.settings.aws.accounts.items():
            began = time.perf_counter()
            builder = Builder(self.application, account.id, account.region, inventory.values(self.settings, product))
            builder.build(product)
            self._admit(
                account.id,
                account.region,
                account.keys,
                builder.filled({"role": "${app_role_arn}", "reader": "${reader_user}"}, {}),
            )
            self.values[product] = builder.values
            log.info("account %s: %d calls in %.1f s", product, builder.calls, time.perf_counter() - began)
        self.publisher.fill()
        self.shipper.remember()
        for account in self.settings.aws.accounts.values():
            remember_surges(self.application, account.id, account.region)

    def _admit(self, account: str, region: str, keys: dict[str, Key], names: dict[str, str]) -> None:
        """Give the settings' access keys to their holders: an operator, a session of the task role, the reader user."""
        self.state.operators[keys["admin"].id] = account
        backend = iam_backends[account]["aws"]
        session = _key(None, account, keys["app"])
        session.role_arn = names["role"]
        backend.access_keys[session.access_key_id] = session
        sts_backends[account]["aws"].assumed_roles.append(
            AssumedRole(account, region, session, "task", names["role"], "", 10**7, "")
        )
        reader = _key(names["reader"], account, keys["reader"])
        backend.get_user(names["reader"]).access_keys.append(reader)
        backend.access_keys[reader.access_key_id] = reader

    def server(self) -> BaseWSGIServer:
        """A threaded HTTP/1.1 server on the settings' port; not yet serving."""
        MotoRequestHandler.protocol_version = "HTTP/1.1"
        names = {product: account.id for product, account in self.settings.aws.accounts.items()}
        administration = Administration(
            self.application,
            self.state,
            self.publisher,
            self.shipper,
            self.settings.control_token,
            names,
            self.settings.aws.region,
        )
        accounts = {account.id: account.region for account in self.settings.aws.accounts.values()}
        front = ContentNetwork(self.application, accounts, administration)
        return make_server(
            "127.0.0.1", self.settings.aws.port, front, threaded=True, request_handler=MotoRequestHandler
        )


def serve(settings: Settings) -> None:
    """Build, publish, serve until the process ends."""
    gc.disable()  # thousands of model structures that live on: collecting between them costs a second
    accounts = Accounts(settings)
    accounts.build()
    gc.enable()
    gc.freeze()
    server = accounts.server()
    accounts.publisher.start()
    accounts.shipper.start()
    log.info("ready on port %d after %.1f s of CPU", settings.aws.port, time.process_time())
    threading.current_thread().name = "http"
    server.serve_forever()


def _key(user: str | None, account: str, wanted: Key) -> AccessKey:
    key: AccessKey = AccessKey(user, "AKIA", account)  # type: ignore[abstract]
    key.access_key_id, key.secret_access_key = wanted.id, wanted.secret
    return key
