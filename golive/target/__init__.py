"""The target: the deployment under verification, as one TOML file describes it. All a check knows is from here."""

from golive.target.load import Target, TargetError, load_target
from golive.target.product import ProductTarget

__all__ = ["ProductTarget", "Target", "TargetError", "load_target"]
