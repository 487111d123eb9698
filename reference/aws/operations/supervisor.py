"""What the accounts ask of the deployment's supervisor, which has the processes."""

from __future__ import annotations

import httpx

from reference.aws.calls import ApiError
from reference.aws.operations.world import World


def ask_supervisor(world: World, method: str, path: str, **query: str) -> None:
    """Call the control API (reference/control.py). Raises ApiError when it refuses."""
    settings = world.state.settings
    try:
        if settings is None:
            raise RuntimeError("this server belongs to no deployment")
        headers = {"Authorization": f"Bearer {settings.control_token}"}
        url = f"{settings.control_url}/{path}"
        httpx.request(method, url, params=query, headers=headers, timeout=30, trust_env=False).raise_for_status()
    except (httpx.HTTPError, RuntimeError) as error:
        raise ApiError("InternalFailure", f"{method} {path}: {error}", 500) from error
