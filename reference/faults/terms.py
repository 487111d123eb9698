"""Terms of service that are not there, are something else, or are not what people accept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.erasure import NEEDED
from reference.faults.pages import republished
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE, GUIDE = "aurastudio", "AURA-8.2.1.2", "AURA-10.1.1.1"
PAGE = f"edge:{PRODUCT}:page:terms"


@fault(
    name="aura-terms-gone",
    breaks="the address of the terms answers 404",
    fails=[LINE, GUIDE, "AURA-13.3.4"],
    message={
        LINE: r"/terms answers 404: there is no page on terms",
        GUIDE: r"broken links is 1, want == 0.*/terms, which answers 404",
        "AURA-13.3.4": r"/terms answers 404",
    },
    touches=[PAGE, f"edge:{PRODUCT}:page:guide", f"edge:{PRODUCT}:page:privacy"],
)
def terms_gone(deployment: Deployment) -> Iterator[None]:
    with republished(deployment, "terms", None):
        yield


@fault(
    name="aura-terms-are-the-privacy-policy",
    breaks="the link called Terms leads to a page with the words of the privacy policy",
    fails=[LINE],
    message=r"/terms shows the privacy policy: its words are those of \S+/privacy",
    touches=[PAGE, f"edge:{PRODUCT}:page:privacy"],
    hard=True,
)
def terms_are_the_policy(deployment: Deployment) -> Iterator[None]:
    folder = Path(deployment.settings.products[PRODUCT].web_folder)
    policy = (folder / "privacy.html").read_text()
    with republished(deployment, "terms", lambda _: policy):
        yield


@fault(
    name="aura-terms-of-before-accepted",
    breaks="new users accept the terms of last year, while newer ones are published",
    fails=[LINE],
    message=r"a new user has accepted version 2025-04 of the terms, and \S+/terms does not say that it is that one",
    touches=[f"app:{PRODUCT}:behaviour:terms", *NEEDED],
    hard=True,
)
def terms_of_before(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "terms_version", "2025-04")


@fault(
    name="aura-terms-optional",
    breaks="the box for the terms is there, and an account is made without it too",
    fails=[LINE],
    message=r"somebody signed up without accepting the terms: sign_up_unaccepted",
    touches=[f"app:{PRODUCT}:behaviour:terms", *NEEDED],
    hard=True,
)
def terms_optional(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "terms_optional")
