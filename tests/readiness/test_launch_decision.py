"""Two people decide that exactly this release goes live, know what is open, and decided lately."""

from __future__ import annotations

from fixtures.api import ApiClient
from fixtures.attestations import SignOffs
from golive import clock
from golive.catalogue import Line, load_catalogue
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.sign_offs import unanswered
from golive.target import ProductTarget
from tests.judges.declarations import shared_keys
from tests.judges.sign_offs import Deployed, Given, cited, undecided
from tests.readiness.attested import LISTED, age_problem


@verifies("AURA-10.3.1.6")
def test_the_launch_is_decided(line: Line, target: ProductTarget, sign_offs: SignOffs, api: ApiClient) -> None:
    if broken := sign_offs.broken(line.id):
        raise AssertionError("\n".join(broken))
    answer = api.call("version")
    commit = str(answer.field("commit"))
    observed(api, "release", {"version": str(answer.field("version")), "commit": commit}, source=answer.call)
    given = [
        Given(record, sign_offs.digest(record), tuple(sign_offs.problems(record)), sign_offs.key(record))
        for record in sign_offs.newest_by_role(line.id).values()
    ]
    here = Deployed(line.product, str(target.release), frozenset(), None, clock.now())
    catalogue, problems, open_ = load_catalogue(), list[str | None](), dict[str, str]()
    sound, people = set(), {}
    for each in given:
        said = each.record.said
        report, wrong = cited(each, sign_offs.reports(), here)
        wrong = [*each.problems, *undecided(each), *wrong]
        if said.commit and not commit.startswith(said.commit[: len(commit)]):
            wrong.append(f"{each}: is about commit {said.commit[:7]}, {api} runs {commit[:7]}")
        if report is not None:
            verdicts = {i: v for i, v in report.verdicts.items() if i in catalogue.lines}
            open_ |= {f"{each}: {i}": why for i, why in unanswered(catalogue, line, verdicts, said.accepts).items()}
        if not wrong:
            sound.add(said.person.lower())
        people[said.person.lower()] = each.key
        problems += [*wrong, age_problem(line.limit("record_age"), each.record)]
    hint = "; ".join(f"{i} {why}" for i, why in list(open_.items())[:LISTED])
    problems += [
        line.limit("signatures").problem(len(sound), of=f"{sign_offs}, of people for {target.release}", hint=_MISSING),
        line.limit("unlisted_failures").problem(len(open_), of=sign_offs, hint=hint),
        *shared_keys(people),
    ]
    conclude(problems)


_MISSING = "Have the product owner and the engineering lead sign with `python -m golive sign-off`"
