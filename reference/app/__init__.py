"""The backends of both products: `aurastudio:app`, `seiketsu:app` (ASGI) and `tasks:celery`."""
