"""An impostor in the place of PostgreSQL or Redis, for drills: it leads where the real one does, behind a
certificate of an authority that nobody knows. `python -m reference.impersonating HOP [--end] [--folder DIR]`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reference.deployment import Deployment

HOPS = ("postgres", "redis")


def impersonate(deployment: Deployment, hop: str) -> None:
    """Put an impostor in the place of a hop; whoever is connected to the real one has to connect anew.

    Raises KeyError for a hop that there is not, PartError.
    """
    from reference.services.pki import forge

    if hop not in HOPS:
        raise KeyError(f"there is no hop {hop!r}; there are {', '.join(HOPS)}")
    gateway = deployment.gateway
    path = forge(deployment.settings, gateway.folder / f"forged-{hop}.pem")
    gateway.reconfigure(forged={**gateway.variables["forged"], hop: str(path)})
    _disconnect(deployment, hop)


def unmask(deployment: Deployment, hop: str) -> None:
    """Have the real one back; no matter if it is there. Raises PartError."""
    gateway = deployment.gateway
    if hop in gateway.variables["forged"]:
        gateway.reconfigure(forged={name: path for name, path in gateway.variables["forged"].items() if name != hop})
        _disconnect(deployment, hop)


def _disconnect(deployment: Deployment, hop: str) -> None:
    """End the sessions of the products' own logins, as the change of a server does."""
    if hop == "postgres":
        roles = [product.database.app_role for product in deployment.settings.products.values()]
        with deployment.sql() as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = any(%s)", [roles]
            )
    else:
        with deployment.redis() as client:
            client.execute_command("CLIENT", "KILL", "USER", deployment.settings.redis.app_user)


def main() -> int:
    """Ask the running deployment's supervisor for it."""
    from reference import running
    from reference.control import Control, ControlError

    parser = argparse.ArgumentParser()
    parser.add_argument("hop", choices=HOPS)
    parser.add_argument("--end", action="store_true", help="have the real one back")
    parser.add_argument("--folder", type=Path, help="which deployment, when several run")
    given = parser.parse_args()
    try:
        Control(running.find(given.folder)).call("DELETE" if given.end else "POST", f"/impersonated/{given.hop}")
    except (ControlError, running.NoDeploymentError) as error:
        print(f"reference: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
