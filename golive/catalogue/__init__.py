"""The catalogue: every line of the checklists, in our own words, with its limits. Limits live here and nowhere else."""

from golive.catalogue.limit import Limit
from golive.catalogue.line import Kind, Line, Method, Phase
from golive.catalogue.load import Catalogue, CatalogueError, load_catalogue

__all__ = ["Catalogue", "CatalogueError", "Kind", "Limit", "Line", "Method", "Phase", "load_catalogue"]
