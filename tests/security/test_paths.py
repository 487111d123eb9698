"""Paths through the network, tried from the parts themselves: those that should be are open, all others are blocked."""

from __future__ import annotations

from fixtures.aws.rds import Database as Rds
from fixtures.network import Paths
from fixtures.postgres import Database
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.paths import Path, share, shut, stray, undeclared_logins, untold

_LOGINS = """
select rolname::text as name,
       rolcanlogin and has_database_privilege(oid, current_database(), 'CONNECT')
           and (rolvaliduntil is null or rolvaliduntil > now()) as may
from pg_roles order by 1
"""


@verifies("SEI-2.1.1.1.3")
def test_allowed_paths_are_open_and_all_others_blocked(line: Line, paths: Paths) -> None:
    found = _paths(paths)
    allowed, forbidden = [p for p in found if p.allowed], [p for p in found if not p.allowed]
    closed, open_ = shut(found), stray(found)
    problems = [
        line.limit("allowed_paths_open").problem(
            share(len(closed), len(allowed)), of=f"{len(allowed)} paths", hint="; ".join(closed)
        ),
        line.limit("forbidden_paths_blocked").problem(
            share(len(open_), len(forbidden)), of=f"{len(forbidden)} paths", hint="; ".join(open_)
        ),
    ]
    problems += [line.limit("connect_time").problem(p.seconds, of=p) for p in allowed if p.answer == "open"]
    conclude(problems)
    if silence := untold(found):
        raise Unobservable("; ".join(silence), "Correct [PRODUCT.network] places and vantages")


@verifies("AURA-8.1.2.4")
def test_only_the_api_tier_opens_database_sessions(
    line: Line, paths: Paths, rds: Rds, database: Database, target: ProductTarget
) -> None:
    words = paths.settings.databases
    if not words:
        raise NotConfigured(
            f"the target has no {line.product}.network.databases", "Name the databases among its places"
        )
    tried = _paths(paths)
    found = [path for path in tried if path.place in words]
    sources = stray(found)
    sources += [f"{instance} is publicly accessible" for instance in rds.instances if instance.public]
    declared = {name: bool(role.get("login")) for name, role in configured(target.postgres, "postgres").roles.items()}
    rows = database.rows(_LOGINS, name="roles that may log in")
    live = {r["name"]: bool(r["may"]) for r in rows}
    observed(database, "roles that may log in here", [n for n, may in live.items() if may], source="SQL pg_roles")
    sources += undeclared_logins(live, declared, paths.settings.database_operators)
    hint = "; ".join(sources)
    conclude(
        [line.limit("other_sources").problem(len(sources), of=f"{database} and its replicas", hint=hint), *shut(found)]
    )
    if silence := untold(tried):
        raise Unobservable("; ".join(silence), "Correct [PRODUCT.network] places and vantages")


def _paths(paths: Paths) -> list[Path]:
    return [
        Path(vantage, word, word in paths.may(vantage), answer, seconds)
        for vantage, answers in paths.matrix().items()
        for word, (answer, seconds) in answers.items()
    ]
