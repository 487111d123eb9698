"""Certificates that end soon, are complete at one address only, or can't be renewed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.services.pki import issue, issue_by_itself

if TYPE_CHECKING:
    from reference.deployment import Deployment

SECOND = "127.0.0.2"


def _issued(deployment: Deployment, name: str, *, days: float = 365, chain: bool = True) -> str:
    folder = Path(deployment.settings.ca_file).parent
    return str(issue(deployment.settings, folder / f"{name}.pem", days=days, chain=chain))


@fault(
    name="sei-certificate-ends-in-five-days",
    breaks="the site's certificate is valid for five days more",
    fails=["SEI-1.1.2.1.4", "SEI-2.1.1.1.4"],
    message={
        "SEI-1.1.2.1.4": r"the site at localhost:\d+ at 127\.0\.0\.1: remaining validity is [45]\S* days",
        "SEI-2.1.1.1.4": r"app\.\S+ at 127\.0\.0\.1 presents the certificate",
    },
    touches=["nginx:seiketsu-web:tls"],
)
def ends_in_five_days(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten("seiketsu-web", certificate=_issued(deployment, "ends-soon", days=5)):
        yield


@fault(
    name="sei-certificate-old-at-one-address",
    breaks="one of the API's two addresses still shows the certificate that has expired",
    fails=["SEI-1.1.2.1.4", "SEI-2.1.1.1.4", "SEI-4.1.1.2.2"],
    message={
        "SEI-1.1.2.1.4": r"the API at localhost:\d+ at 127\.0\.0\.2: certificate has expired",
        "SEI-4.1.1.2.2": r"rollback condition active: the API at \S+ at 127\.0\.0\.2: .* counted no failure",
        "SEI-2.1.1.1.4": r"api\.\S+ at 127\.0\.0\.2: certificate has expired",
    },
    touches=["nginx:seiketsu-api:tls"],
    hard=True,
)
def old_at_one_address(deployment: Deployment) -> Iterator[None]:
    old = _issued(deployment, "expired", days=-3)
    with deployment.edge.relisten("seiketsu-api", certificates={SECOND: old}):
        yield


@fault(
    name="sei-certificate-without-intermediate",
    breaks="one of the site's two addresses sends its certificate without the intermediate",
    fails=["SEI-1.1.2.1.4", "SEI-2.1.1.1.4"],
    message={
        "SEI-1.1.2.1.4": r"the site at localhost:\d+ at 127\.0\.0\.2: unable to get local issuer certificate",
        "SEI-2.1.1.1.4": r"app\.\S+ at 127\.0\.0\.2: unable to get local issuer certificate",
    },
    touches=["nginx:seiketsu-web:tls"],
    hard=True,
)
def without_intermediate(deployment: Deployment) -> Iterator[None]:
    alone = _issued(deployment, "alone", chain=False)
    with deployment.edge.relisten("seiketsu-web", certificates={SECOND: alone}):
        yield


@fault(
    name="sei-certificate-validation-record-gone",
    breaks="all is valid, but the record by which the certificate renews itself was deleted",
    fails=["SEI-1.1.2.1.4"],
    message=r"certificate of .*the validation record _\S+ is gone",
    touches=["aws:seiketsu:route53:validation"],
    hard=True,
)
def validation_record_gone(deployment: Deployment) -> Iterator[None]:
    route53 = deployment.aws("seiketsu", "route53")
    zone = route53.list_hosted_zones()["HostedZones"][0]["Id"]
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    record = next(r for r in records if r["Type"] == "CNAME" and r["Name"].startswith("_"))

    def change(action: str) -> None:
        changes = [{"Action": action, "ResourceRecordSet": record}]
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})

    change("DELETE")
    try:
        yield
    finally:
        change("UPSERT")  # a call that is sent again may find it there


UNREACHED = r"127\.0\.0\.2: SSLError on a new connection"


def _at_second(deployment: Deployment, certificate: str) -> Iterator[None]:
    """One address only: with the other, all that asks by name goes on seeing the site."""
    with deployment.edge.relisten("aurastudio-web", certificates={SECOND: certificate}):
        yield


@fault(
    name="aura-domain-self-signed",
    breaks="an address of the site presents a self-signed certificate",
    fails=["AURA-4.2.1.5", "AURA-5.2.3.1"],
    message={
        "AURA-4.2.1.5": r"the site at localhost:\d+ at 127\.0\.0\.2: self-signed certificate",
        "AURA-5.2.3.1": UNREACHED,
    },
    touches=["nginx:aurastudio-web:tls"],
)
def domain_self_signed(deployment: Deployment) -> Iterator[None]:
    folder = Path(deployment.settings.ca_file).parent
    yield from _at_second(deployment, str(issue_by_itself(folder / "itself.pem")))


@fault(
    name="aura-domain-expired-at-one-address",
    breaks="one address of the site presents a certificate that has expired",
    fails=["AURA-4.2.1.5", "AURA-5.2.3.1"],
    message={
        "AURA-4.2.1.5": r"the site at localhost:\d+ at 127\.0\.0\.2: certificate has expired",
        "AURA-5.2.3.1": UNREACHED,
    },
    touches=["nginx:aurastudio-web:tls"],
    hard=True,
)
def domain_expired_at_one_address(deployment: Deployment) -> Iterator[None]:
    yield from _at_second(deployment, _issued(deployment, "domain-expired", days=-2))


@fault(
    name="aura-domain-without-intermediate",
    breaks="one address of the site sends its certificate without the intermediate",
    fails=["AURA-4.2.1.5", "AURA-5.2.3.1"],
    message={
        "AURA-4.2.1.5": r"the site at localhost:\d+ at 127\.0\.0\.2: unable to get local issuer certificate",
        "AURA-5.2.3.1": UNREACHED,
    },
    touches=["nginx:aurastudio-web:tls"],
    hard=True,
)
def domain_without_intermediate(deployment: Deployment) -> Iterator[None]:
    yield from _at_second(deployment, _issued(deployment, "domain-alone", chain=False))
