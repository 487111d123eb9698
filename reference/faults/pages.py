"""Published pages that are gone, not written to their end, or lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRIVACY, QUESTIONS, GUIDE, ALL = "AURA-8.2.1.1", "AURA-10.1.1.3", "AURA-10.1.1.1", "AURA-13.3.4"
MATERIALS = "AURA-10.2.2.2"


def _touches(page: str) -> str:
    return f"edge:aurastudio:page:{page}"


@contextmanager
def republished(
    deployment: Deployment, page: str, change: Callable[[str], str] | None, product: str = "aurastudio"
) -> Iterator[Path]:
    """Inside the block a published page reads otherwise, or (None) is gone; the web folder. Raises RuntimeError if that
    changes nothing."""
    folder = Path(deployment.settings.products[product].web_folder)
    path = folder / f"{page}.html"
    before = path.read_text()
    if change is None:
        path.unlink()
    else:
        after = change(before)
        if after == before:
            raise RuntimeError(f"{page} is as it was")
        path.write_text(after)
    try:
        yield folder
    finally:
        path.write_text(before)
        path.chmod(0o644)


def _chapter(text: str, heading: str, said: str) -> str:
    """The page with another text under a heading; without any, without the heading too."""
    new = f"<h2>{heading}</h2>\n{said}\n" if said else ""
    return re.sub(rf"<h2>{heading}</h2>.*?(?=<h2>|</main>)", lambda _: new, text, flags=re.DOTALL)


@fault(
    name="aura-privacy-policy-gone",
    breaks="the address of the privacy policy answers 404",
    fails=[PRIVACY, GUIDE, ALL],
    message={
        PRIVACY: r"/privacy answers 404: there is no page on privacy",
        ALL: r"/privacy answers 404",
        GUIDE: r"broken links is 1, want == 0.*/privacy, which answers 404",
    },
    touches=_touches("privacy"),
)
def privacy_gone(deployment: Deployment) -> Iterator[None]:
    with republished(deployment, "privacy", None):
        yield


@fault(
    name="aura-privacy-policy-with-blanks",
    breaks="the privacy policy has a template's blank where the company should be named",
    fails=[PRIVACY],
    message=r"has the blank '\[Company name\]'",
    touches=_touches("privacy"),
    hard=True,
)
def privacy_with_blanks(deployment: Deployment) -> Iterator[None]:
    with republished(deployment, "privacy", lambda text: text.replace("AuraStudio Ltd", "[Company name]")):
        yield


@fault(
    name="aura-privacy-policy-omits-a-provider",
    breaks="the privacy policy does not say that ElevenLabs gets what users say",
    fails=[PRIVACY],
    message=r"does not name ElevenLabs, which gets users' data",
    touches=_touches("privacy"),
    hard=True,
)
def privacy_omits(deployment: Deployment) -> Iterator[None]:
    with republished(deployment, "privacy", lambda text: text.replace("<li>ElevenLabs speaks the answers.</li>", "")):
        yield


@fault(
    name="aura-questions-page-gone",
    breaks="the address of the questions and answers says 200 and that there is no such page",
    fails=[QUESTIONS, GUIDE, MATERIALS],
    message={
        MATERIALS: r"Questions and answers: \S+/faq answers 200 and says 'Page not found'",
        QUESTIONS: r"/faq answers 200 and says 'Page not found'",
        GUIDE: r"broken links is 1, want == 0.*/faq, which answers 200 and says 'Page not found'",
    },
    touches=_touches("faq"),
)
def questions_gone(deployment: Deployment) -> Iterator[None]:
    with republished(deployment, "faq", lambda text: re.sub(
        r"<main>.*</main>", "<main><h1>Page not found</h1></main>", text, flags=re.DOTALL
    )):  # fmt: skip
        yield


@fault(
    name="aura-questions-with-one-answer",
    breaks="most questions have one and the same answer",
    fails=[QUESTIONS],
    message=r"pairs is 4, want >= 10.*Without an answer of their own",
    touches=_touches("faq"),
    hard=True,
)
def questions_one_answer(deployment: Deployment) -> Iterator[None]:
    def change(text: str) -> str:
        counted = iter(range(100))

        def answer(match: re.Match[str]) -> str:
            same = "<p>Please ask our support, who like to help.</p>"
            return match[1] + (same if next(counted) >= 4 else match[2])

        return re.sub(r"(<h3>[^<]+\?</h3>\n)(<p>.*?</p>)", answer, text, flags=re.DOTALL)

    with republished(deployment, "faq", change):
        yield


@fault(
    name="aura-guide-without-assistant",
    breaks="the user guide has no chapter on the assistant",
    fails=[GUIDE],
    message=r"topics is 8, want == 9.*no chapter on Assistant",
    touches=_touches("guide"),
)
def guide_without(deployment: Deployment) -> Iterator[None]:
    with republished(deployment, "guide", lambda text: _chapter(text, "Assistant", "")):
        yield


@fault(
    name="aura-guide-of-the-version-before",
    breaks="the guide has all its chapters, and is for the version before",
    fails=[GUIDE, ALL, MATERIALS],
    message={
        GUIDE: r"does not say that it is for version 2\.0\.1",
        ALL: r"/guide is about version 1\.9\.4, the release is 2\.0\.1",
        MATERIALS: r"/guide is about version 1\.9\.4",
    },
    touches=_touches("guide"),
    hard=True,
)
def guide_before(deployment: Deployment) -> Iterator[None]:
    with republished(deployment, "guide", lambda text: text.replace("For version 2.0.1", "For version 1.9.4")):
        yield


@fault(
    name="aura-guide-leads-nowhere",
    breaks="the guide sends its readers to a page that answers 200 and is still to come",
    fails=[GUIDE, MATERIALS],
    message=r"/pictures, which answers 200 and says 'Coming soon'",
    touches=_touches("guide"),
    hard=True,
)
def guide_leads_nowhere(deployment: Deployment) -> Iterator[None]:
    with republished(deployment, "guide", lambda text: text.replace(
        "</main>", '<p>See <a href="/pictures">pictures</a>.</p></main>'
    )) as folder:  # fmt: skip
        there = folder / "pictures.html"
        there.write_text("<!doctype html><title>Pictures</title><main><h1>Pictures</h1><p>Coming soon.</p></main>")
        there.chmod(0o644)
        try:
            yield
        finally:
            there.unlink()
