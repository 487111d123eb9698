"""The CRM's simulator answers HubSpot's own client, and the checks' interface; only what it signed is an event."""

from __future__ import annotations

import json
import secrets
import time
from typing import TYPE_CHECKING

import pytest
from fastapi import HTTPException
from hubspot import HubSpot as Client
from hubspot.communication_preferences import PublicUpdateSubscriptionStatusRequest
from hubspot.crm.contacts import (
    ApiException,
    BatchInputSimplePublicObjectBatchInputUpsert,
    PublicObjectSearchRequest,
    SimplePublicObjectBatchInputUpsert,
    SimplePublicObjectInput,
    SimplePublicObjectInputForCreate,
)
from hubspot.crm.deals import SimplePublicObjectInputForCreate as NewDeal
from hubspot.utils.signature import Signature

from fixtures.crm.hubspot import HubSpot
from fixtures.crm.records import Deal
from golive.guard import effect
from golive.secrets import Secret
from golive.target.crm import Crm
from golive.target.load import Timeouts
from golive.verdict import Unobservable
from reference.app.seiketsu.crm import verified
from reference.settings import Settings
from reference.simulators.hubspot import signature, webhook_secret
from reference.simulators.hubspot_records import MAIL

if TYPE_CHECKING:
    from selftest.reference.simulator_server import Control

pytest_plugins = ["selftest.reference.simulator_server"]


@pytest.fixture
def client(settings: Settings) -> Client:
    made = Client(access_token=settings.simulators["hubspot"].key)
    made.config["host"] = settings.simulators["hubspot"].base_url
    return made


@pytest.fixture
def email() -> str:
    return f"ann-{secrets.token_hex(4)}@example.com"


def _made(client: Client, **properties: str) -> str:
    return str(client.crm.contacts.basic_api.create(SimplePublicObjectInputForCreate(properties=properties)).id)


def test_contacts_are_one_to_an_address(client: Client, email: str) -> None:
    id_ = _made(client, email=email.upper(), lastname="Ann")
    with pytest.raises(ApiException) as twice:
        _made(client, email=email)
    assert twice.value.status == 409
    said = json.loads(twice.value.body)
    assert (said["category"], said["message"]) == ("CONFLICT", f"Contact already exists. Existing ID: {id_}")
    one = SimplePublicObjectBatchInputUpsert(id=email, id_property="email", properties={"lastname": "Lee"})
    told = client.crm.contacts.batch_api.upsert(BatchInputSimplePublicObjectBatchInputUpsert(inputs=[one]))
    assert [(r.id, r.new) for r in told.results] == [(id_, False)]
    known = client.crm.contacts.basic_api.get_by_id(email, id_property="email", properties=["company", "lastname"])
    assert (known.properties["lastname"], known.properties["company"]) == ("Lee", None)
    client.crm.contacts.basic_api.archive(id_)
    with pytest.raises(ApiException) as gone:
        client.crm.contacts.basic_api.get_by_id(id_)
    assert gone.value.status == 404


@pytest.mark.parametrize(("properties", "code"), [({"shoe_size": "9"}, "PROPERTY_DOESNT_EXIST"),
                                                  ({"email": "a@example..com"}, "INVALID_EMAIL"),
                                                  ({"marketing_consent": "maybe"}, "INVALID_OPTION")])  # fmt: skip
def test_values_are_validated(client: Client, properties: dict[str, str], code: str) -> None:
    with pytest.raises(ApiException) as refused:
        _made(client, **properties)
    said = json.loads(refused.value.body)
    assert (refused.value.status, said["category"], said["errors"][0]["code"]) == (400, "VALIDATION_ERROR", code)
    assert said["correlationId"]
    assert code in said["message"]


def test_search_goes_on_after_a_page(client: Client) -> None:
    word = secrets.token_hex(4)
    ids = [_made(client, lastname=word, firstname=str(n)) for n in range(3)]
    groups = [{"filters": [{"propertyName": "lastname", "operator": "EQ", "value": word}]}]
    first = client.crm.contacts.search_api.do_search(PublicObjectSearchRequest(filter_groups=groups, limit=2))
    assert (first.total, [r.id for r in first.results]) == (3, ids[:2])
    rest = PublicObjectSearchRequest(filter_groups=groups, limit=2, after=first.paging.next.after)
    last = client.crm.contacts.search_api.do_search(rest)
    assert [r.id for r in last.results] == ids[2:]
    assert last.paging is None
    _made(client, firstname="of another name")
    change = SimplePublicObjectInput(properties={"lastname": "other"})
    client.crm.contacts.basic_api.update(ids[0], change)
    assert client.crm.contacts.search_api.do_search(PublicObjectSearchRequest(filter_groups=groups)).total == 2


def test_mail_is_chosen_by_address(client: Client, email: str) -> None:
    id_, api = _made(client, email=email), client.communication_preferences.status_api
    wish = PublicUpdateSubscriptionStatusRequest(
        email_address=email, subscription_id=MAIL, legal_basis="CONSENT_WITH_NOTICE", legal_basis_explanation="asked"
    )
    assert api.subscribe(wish).status == "SUBSCRIBED"
    assert [s.status for s in api.get_email_status(email).subscription_statuses] == ["SUBSCRIBED"]
    assert api.unsubscribe(wish).status == "NOT_SUBSCRIBED"
    name = f"hs_email_optout_{MAIL}"
    assert client.crm.contacts.basic_api.get_by_id(id_, properties=[name]).properties[name] == "true"
    known = client.communication_preferences.definition_api.get_page()
    assert [d.id for d in known.subscription_definitions] == [MAIL]


def test_trouble_is_told_as_the_provider_does(client: Client, settings: Settings, control: Control) -> None:
    stranger = Client(access_token="pat-nobody")  # noqa: S106
    stranger.config["host"] = settings.simulators["hubspot"].base_url
    with pytest.raises(ApiException) as unknown:
        stranger.crm.contacts.basic_api.get_page()
    assert (unknown.value.status, json.loads(unknown.value.body)["category"]) == (401, "INVALID_AUTHENTICATION")
    control.break_("hubspot", status=429)
    with pytest.raises(ApiException) as busy:
        client.crm.contacts.basic_api.get_page()
    assert json.loads(busy.value.body)["policyName"]


def test_checks_see_and_change_what_the_client_made(
    client: Client, settings: Settings, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_TOKEN", settings.simulators["hubspot"].key)
    form = {"nonce": "lastname", "shows": {"email": "{email}"}}
    given = {"url": settings.simulators["hubspot"].base_url, "token": Secret("env:CRM_TOKEN"), "subscription": MAIL,
             "form": form, "deal": {"open": "appointmentscheduled", "won": "closedwon", "plan": "starter"},
             "failed": "", "waiting": "", "opted_out": ""}  # fmt: skip
    crm = HubSpot(Crm.model_validate(given), Timeouts())
    crm.require()
    with pytest.raises(Unobservable, match=r"has the subscriptions .* none 7"):
        HubSpot(Crm.model_validate(given | {"subscription": "7"}), Timeouts()).require()
    contact = _made(client, email=email, lastname="Nonce")
    kind = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}
    deal = client.crm.deals.basic_api.create(NewDeal(
        properties={"dealname": "Ann", "dealstage": "appointmentscheduled", "lead_reference": email},
        associations=[{"to": {"id": contact}, "types": [kind]}],
    ))  # fmt: skip
    with effect.allow(effect.Effect.WRITES):
        (found,) = crm.found("lastname", "Nonce", ["lastname"])
        assert (found.id, found.email) == (contact, email)
        (open_,) = crm.deals(found)
        assert open_ == Deal(str(deal.id), "appointmentscheduled")
        crm.move(open_, "closedwon")
        assert [d.stage for d in crm.deals(found)] == ["closedwon"]
        assert not crm.subscribed(email)
        crm.unsubscribe(email)
        crm.remove(open_)
        crm.remove(found)
        assert crm.found("lastname", "Nonce", []) == []


def test_only_what_the_crm_signed_is_an_event(settings: Settings) -> None:
    secret, url, body = webhook_secret(settings), "https://api.example.com/hook", b'[{"eventId": 1}]'
    at = str(int(time.time() * 1000))
    signed = signature(secret, "POST", url, body, at)
    verified(secret, url, body, signed, at)
    assert Signature.is_valid(
        signature=signed, client_secret=secret, request_body=body.decode(), signature_version="v3", http_uri=url,
        http_method="POST", timestamp=int(at),
    )  # fmt: skip
    old = str(int(at) - 400_000)
    for wrong in ((secret, url, body + b" ", signed, at), (secret, url + "/", body, signed, at),
                  (secret, url, body, "", at), ("", url, body, signed, at), (secret, url, body, signed, ""),
                  (secret, url, body, signature(secret, "POST", url, body, old), old)):  # fmt: skip
        with pytest.raises(HTTPException, match="401"):
            verified(*wrong)
