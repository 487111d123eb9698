"""Where people are reached and what they say: on call, chat, help desk, pages, attestations."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from golive.target.base import LocalPath, Secret, Section, Url


class Chat(Section):
    """`[PRODUCT.oncall.chat]`: where those who deal with incidents write to each other."""

    kind: Literal["slack"] = "slack"
    url: Url = "https://slack.com"
    token: Secret
    """Of the app that posts there: reads channels and users, deletes its own messages."""
    incidents: str
    """Id of the channel of incidents."""
    managers: str | None = None
    """Id of the channel of those who lead."""
    webhook: Secret | None = None
    """The incoming webhook by which production writes to the channel of incidents."""


class OnCall(Section):
    """`[PRODUCT.oncall]`."""

    kind: Literal["pagerduty"] = "pagerduty"
    url: Url = "https://api.pagerduty.com"
    token: Secret
    services: list[str] = []
    """Names of the paging services that the alarms reach."""
    schedules: list[str] = []
    """Names of the schedules that must have someone on call at any time."""
    components: dict[str, str] = {}
    """Component of the product to the paging service of those who can mend it."""
    chat: Chat | None = None
    logins: dict[str, str] = {}
    """Name of a user to their login on the forge, where it is not the name itself (`ann-lee` of Ann Lee)."""
    requester: str | None = None
    """The address of the user in whose name test pages are sent; the token must be one that may write."""


class Hours(Section):
    """`[PRODUCT.helpdesk.hours]`: when support works, as customers are told. Without it: around the clock."""

    time_zone: str = "UTC"
    days: list[str] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    opens: str = "00:00"
    closes: str = "24:00"


class Case(Section):
    """`[PRODUCT.helpdesk.cases.WORD]`: a question of customers that support is tried with, and what must come of it."""

    question: str
    group: str
    """The name of the group that has to get it."""
    priority: str
    article: str
    """The title of the article that the answer has to name."""


class Notices(Section):
    """`[PRODUCT.helpdesk.notices]`: the mails by which clients hear of an incident that hit them (Mandrill).

    Its SQL is read by a role from which row security hides nothing.
    """

    kind: Literal["mandrill"] = "mandrill"
    url: Url
    """Of Mailchimp Transactional's API, such as `https://mandrillapp.com/api/1.0`."""
    key: Secret
    tag: str = "incident"
    """The tag of such mails."""
    affected: str
    """SQL with `{since}` and `{until}`: the tenants whose use failed between two times, as rows with `tenant`. Of a
    record that a restore of the database leaves as it is, where there is one."""
    contacts: str
    """SQL: whom to tell of a tenant, as rows with `tenant` and `email`."""
    words: str
    """SQL: what tells a tenant from others, such as its name and domain, as rows with `tenant` and `word`."""
    settled: float = Field(default=2, gt=0)
    """Hours after an incident's end in which all mails on it have been sent."""
    call_tag: str = "call-customer"
    """The tag of the tickets by which somebody calls those whose mail came back; the address stands in them."""


class Helpdesk(Section):
    """`[PRODUCT.helpdesk]`."""

    kind: Literal["zendesk"] = "zendesk"
    url: Url
    token: Secret
    """An OAuth token that may read."""
    canary: int | None = None
    """The number of a ticket that is always there: it proves that tickets are seen at all."""
    critical_tags: list[str] = ["outage", "data-loss", "security"]
    press_tags: list[str] = ["press"]
    """Tags of questions by the press, and of public criticism."""
    feedback_tag: str = "feedback"
    """The tag of what customers think of the product."""
    legal_tags: list[str] = ["privacy", "legal"]
    alarming: list[str] = ["other company's data", "another company's data", "data of another", "data breach"]
    """What a customer says whose ticket is critical, whatever its priority."""
    hours: Hours = Hours()
    macros: list[str] = []
    """Names of the prepared answers that support needs."""
    escalation_group: str | None = None
    """The name of the group that gets what support can't resolve."""
    notices: Notices | None = None
    cases: dict[str, Case] = {}
    """Our word for a test case (`billing`) to its question. A run that may write asks each once by the contact form."""


class ContactForm(Section):
    """`[PRODUCT.pages.contact]`: the form by which users write to support."""

    url: Url
    """Where it sends what was written."""
    body: dict[str, Any] = Field(min_length=1)
    """What it sends; `{subject}`, `{text}` and `{address}` are filled in it."""
    encoding: Literal["json", "form"] = "json"
    address: str
    """The sender: an address of yours, since support may answer."""
    status: int = 201
    """What it answers when it took it."""
    context: list[str] = []
    """What the ticket must say besides, such as the name of the synthetic tenant that the body has."""


class Mailing(Section):
    """`[PRODUCT.pages.mailing]`: how all customers are told of something."""

    kind: Literal["mailchimp"] = "mailchimp"
    url: Url
    """Of the account's data centre, such as `https://us1.api.mailchimp.com`."""
    token: Secret
    contacts: str
    """SQL: whom to tell of the product, as rows with `tenant` and `email`; `{before}` is a time, who came after it was
    no customer when the mail was sent."""
    cutover: str = "cutover"
    """A part of the title of the campaign that tells of the release before it."""
    survey: str = "survey"
    """A part of the title of the campaign that asks what customers think of it."""


class StatusPage(Section):
    """`[PRODUCT.pages.status_page]`: what everybody reads on how the product does (Statuspage)."""

    kind: Literal["statuspage"] = "statuspage"
    url: Url
    components: list[str] = Field(min_length=1)
    """Those that a release touches."""


class Survey(Section):
    """`[PRODUCT.pages.survey]`: where customers answer, and where their answers are read (Typeform)."""

    kind: Literal["typeform"] = "typeform"
    submit: Url
    """Where the form sends an answer."""
    body: dict[str, Any] = Field(min_length=1)
    """What it sends, as JSON; `{text}` is filled in it."""
    status: int = 201
    url: Url
    """Of the provider's API, such as `https://api.typeform.com`."""
    form: str
    """The form's id."""
    token: Secret
    """May read and delete answers."""


class Pages(Section):
    """`[PRODUCT.pages]`: published pages."""

    urls: dict[str, Url] = {}
    """Our word for a page (`privacy`, `terms`, `faq`, `guide`, `help`, `price_list`) to its address."""
    ca_file: LocalPath | None = None
    """Certificates to trust instead of the system's."""
    search: Url | None = None
    """Address of the help centre's search, `{query}` in it."""
    articles: str = "/articles/"
    """A part of the address of each of the help centre's articles."""
    searches: dict[str, str] = {}
    """What somebody types into the search to the title of the article that must come first."""
    contact: ContactForm | None = None
    modes: list[str] = []
    """The modes of the product, each of which the page `tutorials` has a film on, by a word of its title."""
    topics: list[str] = []
    """What the guide has a section on; our default is in the check."""
    mailing: Mailing | None = None
    status_page: StatusPage | None = None
    survey: Survey | None = None


class EvidencePlace(Section):
    """`[[PRODUCT.attestations.links]]`: a place where links of records' evidence may be asked for what they lead to."""

    url: Url
    """Scheme, host and port count."""
    token: Secret | None = None
    """Sent as `Authorization: Bearer`; reading is enough."""
    ca_file: LocalPath | None = None


class Attestations(Section):
    """`[PRODUCT.attestations]`: signed records, see golive/attestation/."""

    folder: LocalPath
    """Records with their signatures, `allowed_signers`, `roles.toml`."""
    controls: LocalPath | None = None
    """The matrix of controls (SOC 2), a TOML file."""
    reports: LocalPath | None = None
    """Folder of the reports that signers have read: `results.json` of runs over the release, as any `*.json`."""
    briefed: list[str] = ["Executive Sponsor", "CTO", "CEO"]
    """Roles that must be told how a release stands before it goes live."""
    rosters: dict[str, LocalPath] = {}
    """Our word for a team (`sales`) to a file with the address of each of its people, one a line, as the directory
    exports it."""
    demo_identity: str | None = None
    """The identity of `[PRODUCT.api]` that sellers show the product with."""
    links: list[EvidencePlace] = []
    """Where links of evidence may be asked; a record with a link to elsewhere does not hold."""
