"""Nothing that is shipped holds a secret: no layer of an image, no file given to browsers, no variable."""

from __future__ import annotations

from collections.abc import Iterator

from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster
from fixtures.aws.known_secrets import known_secrets
from fixtures.aws.layers import contents
from fixtures.aws.running_images import running_images
from fixtures.ci.checkout import Checkout
from fixtures.source.secret_scan import leaks
from fixtures.web import Site
from fixtures.web.bundle import bundle
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget, Target
from golive.target.product import configured
from golive.verdict import NotConfigured
from tests.judges.exposure import places_of
from tests.judges.secrets import exemption_problem, secret_in_clear
from tests.judges.shipped import FORMS, bought


@verifies("AURA-8.1.1.4")
def test_nothing_shipped_holds_a_secret(
    line: Line, whole_target: Target, target: ProductTarget, aws: Account, ecs: Cluster, site: Site, checkout: Checkout
) -> None:
    known = known_secrets(aws)
    if not any(known.values()):
        raise NotConfigured(f"the target has no {line.product}.aws.secrets", "Name the product's secrets")
    web = configured(target.web, f"{line.product}.web")
    pages = [*web.public_paths, *web.private_paths, *([web.login_path] if web.login_path else [])]
    shipped = [*_layers(ecs, whole_target), *_given(site, pages)]
    variables = list(_variables(ecs))
    texts = [(place, text) for place, _, text in shipped] + [(place, text) for place, _, text in variables]
    found = {
        place: f"the {word} secret" for word, parts in known.items() for p in parts for place in places_of(p, texts)
    }
    for place, name, text in variables:
        if why := secret_in_clear(name, text):
            found.setdefault(place, f"a secret: {why}")
    reviewed = checkout.settings.reviewed_secrets
    for leak in leaks([s for s in shipped if not bought(s[1])], "what is shipped"):
        if leak.kind in FORMS and leak.digest not in reviewed:
            found.setdefault(leak.place, f"{leak.kind} in line {leak.line} (digest {leak.digest[:12]})")
    observed(line.product, "secrets in what is shipped", [f"{p}: {w}" for p, w in found.items()], source="all of it")
    dated = [f"{digest[:12]}: {p}" for digest, why in reviewed.items() if (p := exemption_problem(why))]
    listed = "; ".join(f"{place} holds {what}" for place, what in list(found.items())[:6])
    hint = f"{listed}. Replace the secret first, then build again without it"
    conclude([*dated, line.limit("findings").problem(len(found), of="what is shipped", hint=hint)])


def _layers(ecs: Cluster, whole: Target) -> Iterator[tuple[str, str, str]]:
    for image in running_images(ecs):
        for place, name, content in contents(image, whole.timeouts):
            yield place, name, content.decode(errors="replace")


def _given(site: Site, pages: list[str]) -> Iterator[tuple[str, str, str]]:
    for url, text in bundle(site, dict.fromkeys(pages)).items():
        yield url, url.partition("?")[0].rpartition("/")[2] or "page.html", text


def _variables(ecs: Cluster) -> Iterator[tuple[str, str, str]]:
    for container in ecs.containers:
        for variable, text in container.variables.items():
            yield f"variable {variable} of {container}", variable, text
