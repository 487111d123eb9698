"""Whether every access to something personal is on record with who did what to which thing. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """What the trail, or somebody who knows, says of one access. `login`: of who went past the product."""

    event: str
    thing: str
    actor: str
    login: str = ""


def unrecorded(made: Iterable[tuple[str, Entry]], entries: Collection[Entry]) -> dict[str, str]:
    """Return each access that is not on record to what is lacking.

    Args:
        made: what was done, in words, and the entry that must be there; an access by SQL has a login and any actor.
    """
    found = {}
    for what, want in made:
        of_thing = [e for e in entries if e.event == want.event and e.thing == want.thing]
        if not of_thing:
            found[what] = f"no {want.event} of {want.thing[:8]}..."
        elif want.login and all(e.login != want.login for e in of_thing):
            found[what] = f"{want.event} does not say that {want.login} did it"
        elif not want.login and all(e.actor != want.actor for e in of_thing):
            found[what] = f"{want.event} does not say who did it"
    return found


def unwatched(recorded: Mapping[str, Collection[str]], bucket: str) -> list[str]:
    """Return the kinds of access (`Read`, `Write`) to a bucket's objects that the cloud's own trail leaves out.

    Args:
        recorded: ARN prefixes to the kinds recorded there.
    """
    arn = f"arn:aws:s3:::{bucket}/"
    kinds = {kind for prefix, said in recorded.items() if arn.startswith(prefix) for kind in said}
    return sorted({"Read", "Write"} - kinds)
