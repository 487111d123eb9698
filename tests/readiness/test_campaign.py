"""What is published with the launch is what was approved, promises what is true, and leads to a form that works."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from fixtures.api import ApiClient
from fixtures.attestations import Attestations
from fixtures.attestations.campaign import Asset, Campaign
from fixtures.attestations.contents import contents
from fixtures.documents import Documents
from fixtures.documents.service_levels import service_levels
from fixtures.pages import Library, PublishedPage
from golive import clock
from golive.attestation import sha256_of
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges.claims import availability_problems, price_problems, prices
from tests.judges.materials import rehearsal_links
from tests.readiness.attested import holding

OPERATION = "list_plans"
SHOWN = 5


@verifies("SEI-5.2.1.2.1")
def test_the_campaign_is_as_approved(
    line: Line, attestations: Attestations, documents: Documents, pages: Library, api: ApiClient
) -> None:
    record = holding(attestations, line)
    assets = contents(record, Campaign, "inventory").asset
    observed(record, "assets", [str(asset) for asset in assets], source="record")
    (billed, currency), promised = _billed(api), _promised(documents)
    problems, approved, broken, claims, forms = list[str](), 0, list[str](), list[str](), 0
    for asset in assets:
        page = pages.page(asset.page) if asset.page else None
        wrong = _unapproved(asset, page, documents)
        approved += not wrong
        problems += [f"{asset}: {why}" for why in wrong]
        if page is not None and not page.absent:
            broken += pages.broken(page, around=False)
            links = [link.url for link in page.links]
            problems += [f"{asset}: {page} {why}" for why in (*_hidden(page), *rehearsal_links(links, pages.serves))]
            forms += len(page.forms)
            problems += [f"{asset}: {page} {why}" for form in page.forms if (why := _dead(form, api))]
        text = page.text if page else documents.text(str(asset.file)) if not wrong else ""
        told = price_problems(prices(text, list(billed), currency), billed)
        claims += [f"{asset} {why}" for why in (*told, *availability_problems(text, promised))]
    if not forms:
        problems.append(f"none of the pages of {record} has a form: what people are won for has no way in")
    of = f"{len(assets)} assets of {record}"
    conclude(
        [
            line.limit("approved_assets").problem(100 * approved / len(assets), of=of),
            line.limit("broken_links").problem(len(broken), of=of, hint="; ".join(broken[:SHOWN])),
            line.limit("wrong_claims").problem(len(claims), of=of, hint="; ".join(claims[:SHOWN])),
            *problems,
        ]
    )


def _unapproved(asset: Asset, page: PublishedPage | None, documents: Documents) -> list[str]:
    """Why something is not what was approved."""
    if page is not None and page.absent:
        return [f"{page} {page.absent}"]
    if page is None and not documents.has(str(asset.file)):
        return [f"there is no {asset.file}"]
    found = []
    if asset.approver is None or asset.approved is None:
        found.append("nobody has approved it")
    elif asset.approved > clock.now():
        found.append(f"was approved on {asset.approved:%Y-%m-%d}, which is yet to come")
    if asset.live > clock.now():
        found.append(f"is published, and may be seen from {asset.live:%d %b %H:%M}Z on")
    digest = page.sha256 if page else sha256_of(documents.folder / str(asset.file))
    observed(asset, "as approved", digest == asset.sha256, source="sha256")
    if digest != asset.sha256:
        found.append(f"{page or asset.file} says something else than was approved")
    return found


def _hidden(page: PublishedPage) -> list[str]:
    """What keeps people from finding a page."""
    said = f"{page.meta('robots')} {page.answer.response.headers.get('X-Robots-Tag', '')}".lower()
    return ["tells search engines not to show it (noindex)"] if "noindex" in said or "none" in said.split() else []


def _dead(form: str, api: ApiClient) -> str:
    """Why a form leads to nobody, or nothing: it must send to one of the product's own calls, which is there."""
    base, parts = urlsplit(api.settings.base_url), urlsplit(form)
    if (parts.scheme, parts.netloc) != (base.scheme, base.netloc):
        return f"sends its form to {form}, which is not production"
    known = {op.path for op in api.settings.operations.values() if op.method == "POST"}
    if parts.path not in known:
        return f"sends its form to {form}, which is no call of the product"
    answer = api.send("GET", parts.path, name="where the form sends to")
    return f"sends its form to {form}, which answers {answer.status}" if answer.status in (404, 410) or (
        answer.status >= 500) else ""  # fmt: skip


def _billed(api: ApiClient) -> tuple[dict[str, float | None], str]:
    """Plan to its price by the product itself, and the currency of them all. Raises Unobservable."""
    answer = api.call(OPERATION)
    names, amounts = answer.all("names"), answer.all("prices")
    if answer.status != api.operation(OPERATION).status or not names or len(names) != len(amounts):
        raise Unobservable(f"the catalogue of plans can't be read: {answer}", f"Correct the operation {OPERATION}")
    found = {str(n): None if a is None else float(a) for n, a in zip(names, amounts, strict=True)}
    return observed("catalogue of plans", "prices", found, source=answer.call), str(answer.field("currency"))


def _promised(documents: Documents) -> float:
    """The share of time that contracts promise."""
    place, section = documents.place("service_levels"), documents.section("service_levels")
    assert section is not None, f"there is no {place}: nobody knows what is promised"
    levels: Sequence[float] = [s.promise for s in service_levels(section, place) if s.measure == "reachable"]
    return min(Found("promised availability", levels, source=place, remedy="Add a level measured as reachable"))
