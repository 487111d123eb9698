"""Describes a running deployment to Golive: the text of its target file.

The example target of each product (`targets/<product>.example.toml`) is the source: its operations, seeds and rules
hold for the reference as they stand. The modules here put this deployment's addresses, secrets and names in their
place, one module a group of capabilities. So a running reference proves that the examples fit.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomlkit

from reference.describe import (
    account,
    api,
    delivery,
    launch,
    load,
    names,
    network,
    notifying,
    outside,
    pages,
    providers,
    reviewed,
    stores,
    tenants,
)
from reference.describe.checkout import write_checkout
from reference.environment import GUESS_WINDOW_SECONDS, RATE_WINDOW_SECONDS

if TYPE_CHECKING:
    from reference.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "targets"
HEAD = "A running reference deployment; it is written anew at each start. docs/target.md says what the keys mean."

LIMITS = {
    "AURA-1.1.4.4/visible_after": 8,
    "AURA-5.1.2.4/window": RATE_WINDOW_SECONDS / 60,
    "AURA-8.1.3.3/window": GUESS_WINDOW_SECONDS / 60,
    "AURA-5.2.3.1/answer_time": 10,
    "AURA-5.2.3.5/duration": 600,
    "AURA-6.2.1.4/p95": 3_000,
    "AURA-6.2.1.4/database_time": 1_000,
    "AURA-9.1.2.1/p99": 5_000,
    "AURA-9.1.2.2/p99": 5_000,
    "AURA-9.1.2.3/p99": 5_000,
    "AURA-9.1.2.4/first_audio_p95": 5_000,
    "AURA-9.1.2.5/p99": 5_000,
    "AURA-9.1.2.5/speech_first_audio_p95": 5_000,
    "AURA-9.1.2.5/slowdown": 900,
    "AURA-9.2.1.2/capacity_to_peak": 0.2,
    "AURA-9.1.3.5/after_to_before": 1.5,
    "AURA-10.3.1.2/answer_time": 10,
    "AURA-10.1.1.5/ticket_after": 0.1,
    "AURA-10.2.1.3/delivered_after": 4,
    "AURA-10.3.1.5/acknowledged_after": 0.1,
    "AURA-12.1.1/notified_after": 6,
    "SEI-1.1.1.4.4/requests": 600,
    "SEI-1.1.1.4.4/concurrency": 30,
    "SEI-1.1.1.2.3/detection": 45,
    "AURA-5.2.2.4/out_after": 0.5,
    "AURA-5.2.2.4/in_after": 0.5,
    "SEI-2.1.1.3.3/scale_out": 20,
    "SEI-2.1.1.3.3/scale_in": 1,
    "SEI-5.1.2.1.2/out_after": 0.5,
    "SEI-5.1.2.1.2/in_after": 0.7,
    "SEI-2.1.2.1.1/response": 5_000,
    "SEI-2.1.2.1.2/ttfb": 5_000,
    "SEI-2.1.2.1.4/response": 10,
    "SEI-2.2.2.2.2/slowest_to_median_p95": 3,
    "SEI-2.2.2.2.3/victim_p95": 30,
    "SEI-2.2.2.2.3/victim_job_wait": 30,
    "SEI-2.2.2.2.4/p95_growth": 900,
    "SEI-2.2.2.2.4/scale_out": 20,
    "SEI-2.2.2.2.4/scale_in": 1,
    "SEI-3.1.1.1.1/response": 10,
    "SEI-3.1.1.2.4/total": 20,
    "SEI-1.1.2.2.4/app_visibility": 6,
    "SEI-1.1.2.2.4/aws_visibility": 0.1,
    "SEI-2.2.1.1.4/effective": 6,
    "SEI-5.2.2.1.3/visibility": 0.1,
    "SEI-5.2.1.1.4/arrival": 0.1,
    "SEI-5.1.1.2.1/window": 4,
    "SEI-5.1.1.2.1/samples": 300,
    "SEI-5.1.1.2.2/window": 4,
    "SEI-5.1.1.2.3/window": 4,
    "SEI-5.1.1.2.4/window": 4,
    "SEI-5.1.1.1.1/window": 4,
    "SEI-5.1.1.1.2/window": 0.16,
    "SEI-5.1.1.1.2/turns": 1_000,
    "SEI-5.1.1.1.3/window": 4,
    "SEI-5.1.1.1.4/samples_per_voice": 10,
    "SEI-5.1.1.3.2/window": 1,
    "SEI-5.1.1.3.3/window": 4,
    "SEI-3.2.1.1.4/window": 4,
    "SEI-3.2.1.1.2/window": 4,
    "SEI-3.2.1.1.1/window": 4,
    "SEI-3.2.1.1.1/p95": 5_000,
    "SEI-3.2.1.1.1/compared_span": 1,
    "SEI-3.2.2.1.1/budget_window": 0.16,
    "AURA-3.3.3.3/window": 4,
    "AURA-3.1.3.4/p95": 400,
    "AURA-3.4.4.4/p95": 3_000,
    "AURA-5.1.4.3/cpu_p95": 95,
    "AURA-11.1.1.2/hours": 4,
    "AURA-11.1.1.2/samples": 40,
    "AURA-13.1.1/window": 4,
    "AURA-13.1.3/window": 4,
    "AURA-13.2.3/latency": 5_000,
    "AURA-13.2.3/window": 4,
    "SEI-2.1.2.2.4/idle": 0.1,
    "SEI-1.2.1.2.4/frame_gap": 1_500,
    "SEI-1.2.1.2.4/idle_kept": 4,
}
"""All parts share two cores with the run that looks at them: how soon they answer tells more of the machine than of a
product. What is judged over days has hours here, the age of its release. The results say that these are this target's
own limits."""


def target_toml(settings: Settings) -> str:
    """The target file of `settings`' deployment, both products. Writes secret files and checkouts into its folder.

    Raises OSError when an example is missing, botocore's errors when the AWS server does not answer.
    """
    # Nothing here is anybody's production: everything may be tried, and simulators charge nothing.
    target: dict[str, Any] = {
        "name": f"reference-{settings.name}",
        "allow": ["reads", "writes", "disrupts"],
        "budget": {"paid_calls": 100_000, "calls_per_second": 500},
        "timeouts": {"connect": 3, "read": 10, "check": 60},
        "limits": dict(LIMITS),
    }
    for product in settings.products:
        checkout = write_checkout(settings, product)
        target[product] = describe(settings, product, example(product), checkout)
    document = tomlkit.document()
    document.add(tomlkit.comment(HEAD))
    document.update(target)
    return tomlkit.dumps(document)


def example(product: str) -> dict[str, Any]:
    """The product's section of its example target."""
    with (EXAMPLES / f"{product}.example.toml").open("rb") as file:
        section: dict[str, Any] = tomllib.load(file)[product]
    return section


def deployed_at() -> datetime:
    """When the release was rolled out: the account says the same of its services (parts/containers.toml)."""
    return datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=6, minutes=20)


def describe(settings: Settings, product: str, section: dict[str, Any], checkout: Path) -> dict[str, Any]:
    """`section` with this deployment's values in the place of the example's."""
    release = settings.products[product].release
    section["release"] = {
        "version": release.version,
        "commit": release.commit,
        "image_digest": account.image_digest(settings, product),
        "deployed_at": deployed_at(),
        "launched_at": datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(days=20, hours=12),
    }
    section["environment"] = settings.products[product].environment
    api.describe(settings, product, section)
    stores.describe(settings, product, section)
    account.describe(settings, product, section)
    names.describe(settings, product, section)
    outside.describe(settings, product, section)
    pages.describe(settings, product, section)
    network.describe(settings, product, section)
    providers.describe(settings, product, section)
    delivery.describe(settings, product, section, checkout)
    reviewed.fill(settings, product, checkout, section["metrics"]["series"])
    notifying.describe(settings, product, section)
    if "beta" in section:
        section["beta"]["most"] = 95  # a deployment without customers has few other accounts
        section["feedback"]["patience"] = 6
    section.get("privacy", {}).update(patience=3)  # nothing of it is left to workers
    if product == "seiketsu":
        section["tenancy"] |= {"requests": 400, "together": 25}  # two cores are shared by all parts
        section["tenancy"]["provisioning"]["patience"] = 30
    launch.describe(settings, product, section)
    tenants.describe(settings, product, section, deployed_at())
    load.describe(settings, product, section)
    return section
