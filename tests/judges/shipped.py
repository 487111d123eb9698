"""Which findings count in what was built rather than written. Pure."""

from __future__ import annotations

import re

FORMS = frozenset(
    {
        "AWS Access Key", "Artifactory Credentials", "Azure Storage Account access key", "Basic Auth Credentials",
        "Discord Bot Token", "GitHub Token", "GitLab Token", "IBM Cloud IAM Key", "JSON Web Token",
        "Mailchimp Access Key", "NPM tokens", "OpenAI Token", "Private Key", "Provider key", "PyPI Token",
        "SendGrid API Key", "Slack Token", "Square OAuth Secret", "Stripe Access Key", "Telegram Bot Token",
        "Twilio API Key",
    }
)  # fmt: skip
"""Kinds of detect-secrets that a text's own form shows. What only looks random is everywhere in built files; the
product's own secrets are looked for by their values."""
_BOUGHT = re.compile(
    r"^(?:usr/(?:lib|share|include|local/(?:lib|share))|lib|var/lib|etc/ssl)/|(?:^|/)(?:site-packages|node_modules)/"
)


def bought(path: str) -> bool:
    """Return whether a file of an image is one of installed packages: their tests are full of made-up keys."""
    return bool(_BOUGHT.search(path))
