"""`python -m golive iam-policy`: prints the IAM policy that a target's run needs, or which line needs which action."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from golive.catalogue import load_catalogue
from golive.iam.policy import EFFECTS, MOST_CHARACTERS, lines_of, policy_for, size
from golive.iam.record import OWN, RecordError, actions_of, load
from golive.target import TargetError, load_target


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    about = "print the IAM policy that a run on this target needs"
    parser = commands.add_parser("iam-policy", help=about, description=about)
    parser.add_argument("--target", required=True, metavar="TOML", type=Path)
    parser.add_argument("--product", help="where the target has several; each may have an account of its own")
    parser.add_argument("--elsewhere", metavar="WORD", help="the policy for another account, one of aws.elsewhere")
    parser.add_argument(
        "--allow", metavar="EFFECTS", help="reads,writes,disrupts; the default is what the target allows"
    )
    parser.add_argument(
        "--record", type=Path, default=OWN, metavar="JSON",
        help="actions as a run of yours recorded them, with pytest --iam-actions JSON (default: those of our own run)",
    )  # fmt: skip
    parser.add_argument("--why", action="store_true", help="print which lines need each action instead")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print it. Returns the exit status."""
    try:
        target, record = load_target(options.target), load(options.record)
    except (TargetError, RecordError) as error:
        return _sorry(str(error))
    product = options.product or (next(iter(target.products)) if len(target.products) == 1 else "")
    if product not in target.products:
        return _sorry(f"say which product: --product {' or '.join(target.products)}")
    settings = target.products[product]
    if settings.aws is None:
        return _sorry(f"{options.target} has no [{product}.aws]: no permission is needed")
    if options.elsewhere and options.elsewhere not in settings.aws.elsewhere:
        known = ", ".join(settings.aws.elsewhere) or "none"
        return _sorry(f"{options.target} has no [{product}.aws.elsewhere.{options.elsewhere}]; it has: {known}")
    effects = [e.strip() for e in options.allow.split(",")] if options.allow else list(target.allow)
    if unknown := set(effects) - set(EFFECTS):
        return _sorry(f"--allow: unknown effect {', '.join(sorted(unknown))}; known are {', '.join(EFFECTS)}")
    lines = lines_of(load_catalogue(), product, settings)
    if options.why:
        for action, ids in actions_of(record, effects, lines).items():
            print(f"{action:<45} {', '.join(ids)}")
        return 0
    policy = policy_for(record, settings, lines, effects, options.elsewhere)
    print(json.dumps(policy, indent=2))
    if size(policy) > MOST_CHARACTERS:
        print(f"{size(policy)} characters: make several managed policies of its statements", file=sys.stderr)
    return 0


def _sorry(message: str) -> int:
    print(f"iam-policy: {message}", file=sys.stderr)
    return 2
