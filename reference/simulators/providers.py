"""All simulators, in the order of their prefixes."""

from reference.simulators.advisories import Advisories
from reference.simulators.deepl import DeepL
from reference.simulators.elevenlabs import ElevenLabs
from reference.simulators.github import GitHub
from reference.simulators.google import GoogleTranslation
from reference.simulators.hubspot import HubSpot
from reference.simulators.mailchimp import Mailchimp
from reference.simulators.mandrill import Mandrill
from reference.simulators.openai import OpenAI
from reference.simulators.pagerduty import PagerDuty
from reference.simulators.pinecone import Pinecone
from reference.simulators.prometheus import Prometheus
from reference.simulators.sentry import Sentry
from reference.simulators.simulator import Simulator
from reference.simulators.slack import Slack
from reference.simulators.statuspage import Statuspage
from reference.simulators.stripe import Stripe
from reference.simulators.typeform import Typeform
from reference.simulators.zendesk import Zendesk

PROVIDERS: tuple[type[Simulator], ...] = (
    OpenAI,
    Pinecone,
    GoogleTranslation,
    DeepL,
    ElevenLabs,
    GitHub,
    PagerDuty,
    Prometheus,
    Sentry,
    Advisories,
    Zendesk,
    Slack,
    Mailchimp,
    Statuspage,
    Typeform,
    Stripe,
    Mandrill,
    HubSpot,
)
