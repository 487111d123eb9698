"""`python -m bench.server --settings FILE --port N --product P --size K`: the reference's accounts, one of them large.

A copy of the deployment's accounts beside it, with the same keys, so that whatever else a check looks at is there.
Says `ready` on standard output when it serves, and ends with its standard input.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import warnings

from bench.sizes import SERIES


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.server", description=__doc__)
    parser.add_argument("--settings", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--product", required=True)
    parser.add_argument("--size", type=int, required=True, help=f"a key of the series: {list(SERIES)}, or 0 for none")
    options = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_CONFIG_FILE": os.devnull}
    os.environ["MOTO_RDS_SNAPSHOT_LIMIT"] = "100000"
    warnings.filterwarnings("ignore", module="moto")

    import gc
    import logging

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    from reference.aws import regions

    regions.restrict()
    from bench.counting import Counting
    from bench.seeding import seed
    from reference.aws.server import Accounts
    from reference.settings import Settings

    settings = Settings.load(options.settings)
    own = settings.aws.model_copy(update={"port": options.port})
    settings = settings.model_copy(update={"aws": own})
    accounts = Accounts(settings)
    accounts.build()
    account = settings.aws.accounts[options.product]
    if options.size:
        seed(account.id, account.region, SERIES[options.size])
    gc.freeze()
    server = accounts.server()
    server.app = Counting(server.app, [a.keys["reader"].id for a in settings.aws.accounts.values()])
    accounts.publisher.start()
    accounts.shipper.start()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", flush=True)
    sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
