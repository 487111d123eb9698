"""The Seiketsu backend: `reference.app.seiketsu:app`, made from the environment on first use."""

from typing import Any


def __getattr__(name: str) -> Any:
    if name != "app":
        raise AttributeError(name)
    from reference.app.seiketsu.application import create_app
    from reference.app.settings import load

    app = globals()["app"] = create_app(load("seiketsu"))
    return app
