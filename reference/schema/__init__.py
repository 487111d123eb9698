"""Database schema of both products.

`files(product)`: the migrations, SQL without psql commands, in the order in which a superuser runs them in the
product's database. `reference.schema.seed.seed(settings)` then adds what belongs to one deployment.
"""

from __future__ import annotations

from pathlib import Path

PRODUCTS = ("aurastudio", "seiketsu")


def files(product: str) -> list[Path]:
    """The product's migrations in lexical order. Raises ValueError for an unknown product."""
    if product not in PRODUCTS:
        raise ValueError(f"unknown product {product!r}, one of {', '.join(PRODUCTS)}")
    return sorted((Path(__file__).parent / product).glob("*.sql"))
