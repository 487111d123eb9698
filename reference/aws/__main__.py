"""`python -m reference.aws --settings FILE` serves the AWS accounts of a deployment."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import warnings


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m reference.aws", description=__doc__)
    parser.add_argument(
        "--settings", default=None, help="the deployment's settings.json; default: the file in REFERENCE_SETTINGS"
    )
    arguments = parser.parse_args()
    # Nothing of the machine's own AWS configuration may reach the accounts.
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
    }
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    warnings.filterwarnings("ignore", module="moto")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)

    from reference.aws import regions

    regions.restrict()
    from reference.aws.server import serve
    from reference.settings import Settings

    serve(Settings.load(arguments.settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
