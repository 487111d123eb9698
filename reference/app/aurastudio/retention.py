"""What is kept for a while only: conversations of more than a year are removed, every minute what is due."""

from __future__ import annotations

import asyncio

import psycopg

from reference.app import behaviour
from reference.app.kernel import Services

EVERY_SECONDS = 60


async def keep_no_longer(services: Services) -> None:
    """For ever. All instances do it; who comes second finds nothing."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            if behaviour.on("purge_fails"):
                raise RuntimeError("the purge is switched off")
            async with services.database.nobody() as connection:
                await connection.execute("SELECT purge_conversations()")
        except (psycopg.Error, RuntimeError) as error:
            services.log.error("purge_failed", error=str(error))
