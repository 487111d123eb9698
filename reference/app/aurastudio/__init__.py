"""The AuraStudio backend: `reference.app.aurastudio:app`, made from the environment on first use."""

from typing import Any


def __getattr__(name: str) -> Any:
    if name != "app":
        raise AttributeError(name)
    from reference.app.aurastudio.application import create_app
    from reference.app.settings import load

    app = globals()["app"] = create_app(load("aurastudio"))
    return app
