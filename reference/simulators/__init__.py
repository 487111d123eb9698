"""The third parties of both products, on one port: `uvicorn reference.simulators:app`, settings in
`REFERENCE_SETTINGS`.

    /openai/v1       models, embeddings, chat completions, audio transcriptions
                     SDK: openai, base_url=<url>/openai/v1
    /pinecone        control plane; data plane of an index under the host it names
                     SDK: pinecone, host=<url>/pinecone
    /google          Cloud Translation v2 and v3 REST
                     SDK: google-cloud-translate, api_endpoint
    /deepl           translate, usage, languages
                     SDK: deepl, server_url=<url>/deepl/
    /elevenlabs      text to speech (REST, stream, WebSocket), voices, account
                     SDK: elevenlabs, base_url=<url>/elevenlabs
    /github          commits, check runs, workflow runs, protection, deployments, contents
    /pagerduty       schedules, on-calls, escalation policies, incidents, maintenance windows, users
    /prometheus      a Prometheus server that scrapes the products: instant queries, targets
    /sentry          an error tracker: envelopes of the SDKs, events and issues of the web API
    /advisories      known vulnerabilities: OSV, and what npm audit asks
    /mailchimp       campaigns, whom they went to, who wants no mail
    /mandrill        single mails: to whom they went, what they said, whether they came
    /statuspage      a public status page: components, scheduled maintenance
    /typeform        a survey's form and its answers
    /hubspot         contacts and deals of the sales, who wants no mail, signed webhooks
                     SDK: hubspot-api-client, host=<url>/hubspot
    /stripe          usage-based billing: meters, invoices, cards, test clocks, signed webhooks
    /__reference__   what only the reference has: request log, usage, behaviour (faults); header X-Control-Token

Everything answered is computed from the request and the state; state lives in memory and starts anew with the process.
"""

from typing import Any


def __getattr__(name: str) -> Any:
    # Made on first use: parts of this package are imported without settings as well.
    if name != "app":
        raise AttributeError(name)
    from reference.settings import Settings
    from reference.simulators.application import create_app

    app = globals()["app"] = create_app(Settings.load())
    return app
