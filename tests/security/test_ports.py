"""From outside: only the published ports answer, origins do not, and operators' paths are not served."""

from __future__ import annotations

from fixtures.aws.network import Network
from fixtures.outside import Stranger
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import Unobservable


@verifies("SEI-2.1.1.4.1")
def test_only_published_ports_answer_from_outside(line: Line, stranger: Stranger, network: Network) -> None:
    problems = [line.limit("scanned_ports").problem(len(stranger.tried), of="ports tried")]
    addresses, published = stranger.addresses, stranger.published
    answering = stranger.open_ports(sorted({*addresses, *network.public_addresses}))
    deaf = [address for address in addresses if not published & set(answering[address])]
    if deaf:
        raise Unobservable(
            f"{', '.join(deaf)} answer on none of the published ports {', '.join(map(str, sorted(published)))}: that "
            "others do not answer says nothing",
            "Can this machine reach them? Say in [PRODUCT.outside] addresses where strangers do",
        )
    strays = [f"{a} port {p}" for a, ports in answering.items() for p in ports if p not in published]
    hint = f"{', '.join(strays)}. Close it, or say in [PRODUCT.outside] not_ours what it is"
    problems.append(line.limit("unpublished_open_ports").problem(len(strays), of="the deployment", hint=hint))

    direct = []
    for word, origin in stranger.settings.origins.items():
        status = stranger.status_of(origin)
        wrong = line.limit("origin_status").problem(status, of=f"origin {word}, asked past what stands before it")
        direct += [wrong] if wrong else []
    problems.append(
        line.limit("direct_origin_successes").problem(len(direct), of="the deployment", hint="; ".join(direct))
    )
    conclude([*problems, *_operators_paths(stranger)])


def _operators_paths(stranger: Stranger) -> list[str]:
    """Sentences on paths for operators that the API's host serves to anybody."""
    site, paths = stranger.api_site, stranger.operators_paths
    answers = each(lambda path: (path, site.get(path).status), paths)
    served = [f"{site.base_url}{path} answers {status} to anybody: it is for operators alone"
              for path, status in answers if status < 300]  # fmt: skip
    return observed(site, "operators' paths that are public", served, source=f"GET {len(paths)} paths")
