"""Those who use the product: what they say of it, and those who try what is new."""

from __future__ import annotations

from pydantic import Field

from golive.target.base import Section


class FeedbackForm(Section):
    """`[PRODUCT.feedback.form]`: where users write what they think, signed in as `[PRODUCT.web.signed_in]` says."""

    path: str
    text: str
    """Selector of the field for what somebody thinks."""
    choose: dict[str, str] = {}
    """Selector of a `select` to the value that is chosen."""
    send: str
    """Selector of what sends it."""
    thanks: str
    """What the page says when it was sent."""


class Feedback(Section):
    """`[PRODUCT.feedback]`. Its SQL is read by a role from which row security hides nothing."""

    form: FeedbackForm
    stored: str
    """SQL: what was said with the text `{text}` in it, as rows with `user` (id), `page` and `forwarded` (the number of
    the team's ticket, null without one)."""
    given: str
    """SQL: one row with `active`, the users since `{since}`, and `feedback`, what they said; none of it by tests."""
    active_users: int = Field(default=20, gt=0)
    """With so many users since the launch, that nobody said anything is strange."""
    patience: float = Field(default=300, gt=0)
    """Seconds that a check waits for what was said; later is too late. The line admits 300."""
    items: str
    """SQL: what was said since `{since}`, as rows with `item`, `at`, `status`, `decision`, `actor` (who decided),
    `asks` (whether an answer is wanted) and `answered` (whether one was sent)."""
    undecided: list[str] = ["new"]
    """What `status` says of what nobody has decided on."""
    people: list[str] = Field(min_length=1)
    """Those who decide, as `actor` names them. Anybody else, and any program, is none."""


class Beta(Section):
    """`[PRODUCT.beta]`: those who try what is new. Its SQL is read by a role from which row security hides nothing."""

    members: str
    """SQL: the group, as rows with `email`, `consented`, `enabled` and `last_seen` (null: never)."""
    accounts: str
    """SQL: one row with `accounts`, how many there are in all."""
    ours: list[str] = Field(min_length=1)
    """Domains of addresses that are of staff and tests; what ends with `.DOMAIN` is too."""
    operation: str = "beta_feature"
    """The operation that only members may use."""
    member: str
    """The synthetic identity that is a member."""
    outsider: str
    """The synthetic identity that is none."""
    most: float = Field(default=50, gt=0, le=100)
    """Percent of all accounts that the group may be: with more, it is no group but everybody."""
