"""Load runs: k6, and the sizes at which a target is loaded."""

from __future__ import annotations

from pydantic import Field

from golive.target.base import LocalPath, Secret, Section, Url


class LoadProfile(Section):
    """How large load runs are, as shares of what the checklist asks for."""

    rate: float = Field(default=1, gt=0, le=1)
    """Of the requests a second."""
    users: float = Field(default=1, gt=0, le=1)
    duration: float = Field(default=1, gt=0, le=1)
    """Of ramps and of steady load."""
    durations: dict[str, float] = {}
    """The same of single runs by name, where it is another share."""
    tenants: float = Field(default=1, gt=0, le=1)
    """Of the tenants that act at once."""
    sessions: float | None = Field(default=None, gt=0, le=1)
    """Of the sessions of speech that a check opens at once; as `users` where it is not said."""
    warm_up: float = Field(default=1, ge=1)
    """How much denser the load is by which a run warms the processes up: it makes up for a spell that is cut short."""
    think: float = Field(default=1, ge=0)
    """Seconds that a user pauses between two calls, half as much to half as much again."""
    samples: int = Field(default=1000, gt=0)
    """The fewest requests that a percentile is taken of."""
    full_size: bool = False
    """Take this for the whole size: the deployment is itself so much smaller than production."""

    def of(self, run: str) -> LoadProfile:
        """Return what this profile is for the run of this name."""
        return self.model_copy(update={"duration": self.durations.get(run, self.duration)})


class ProcessMetrics(Section):
    """`[PRODUCT.k6.processes]`: what each of `api.instances` says of its own process, in Prometheus' text format."""

    path: str = Field(default="/metrics", pattern=r"^/")
    resident: str = "process_resident_memory_bytes"
    """The metric of the memory that it holds, in bytes."""
    started: str = "process_start_time_seconds"
    """The metric of when it started, in seconds since 1970: by that a restart shows."""
    counters: dict[str, str] = {}
    """Our word for what a process counts to the metric, with the labels that tell it: `NAME{label="value"}`. Words:
    `PART.calls` of a third party that were answered, `PART.failed`, `PART.hits` of the cache before it."""


class Embedded(Section):
    """`[PRODUCT.k6.embedded]`: where the rows lie that a load run stores, and by what it shows that they are embedded.

    Read by `postgres.all_rows_dsn`.
    """

    table: str
    text: str
    """The column with the text that was sent."""
    vector: str
    where: str = "true"
    """SQL condition of a row whose vector is the provider's, not one that stands in for it."""


class Greedy(Section):
    """`[PRODUCT.k6.greedy]`: a tenant that takes all that it gets, and those beside it."""

    identity: str
    """Acts for the tenant. It may make what `victims` make."""
    victims: list[str] = Field(min_length=1)
    """Identities of other tenants, one each, who may do all that the run's operations need."""
    finished: dict[str, str] = {}
    """What tells that a report is there: a field of `report_status` to its value."""


class RemoteResults(Section):
    """`[PRODUCT.k6.prometheus]`: the Prometheus that distributed load runs write to, by k6's remote write."""

    url: Url
    """Of the server, without `/api/v1`."""
    token: Secret | None = None
    ca_file: LocalPath | None = None


class K6(Section):
    """`[PRODUCT.k6]`: load runs."""

    results: LocalPath | None = None
    """Folder of runs, each a folder with `run.json` and its results (docs/load.md)."""
    profile: str = "short"
    """The profile of runs that a check makes because there is none yet."""
    profiles: dict[str, LoadProfile] = {}
    """`full` is the checklist's size and `short` a tenth of it, unless they are here."""
    binary: str | None = None
    """The k6 program; otherwise `k6` on PATH, else the one that is installed with Golive."""
    identities: list[str] = []
    """Whom the load acts as; all by default, but the one that uses up its quota."""
    greedy: Greedy | None = None
    """Without it no tenant takes more than its share beside others."""
    scripts: list[str] = []
    """The product's own load tests: patterns of k6 scripts in `[PRODUCT.source]`."""
    script_variables: dict[str, str] = {}
    """What the scripts read from their environment. `{base_url}`, `{identity.email}` and `{identity.password}` are
    filled."""
    processes: ProcessMetrics | None = None
    """Without it nobody looks at the processes' memory while load is put on them."""
    embedded: Embedded | None = None
    """Without it nobody counts what was embedded when the load was over."""
    clips: LocalPath | None = None
    """Folder of recordings to speak, `NAME.wav`, each beside `NAME.txt` with what is said in it."""

    prometheus: RemoteResults | None = None
    """Needed by runs whose results are in a Prometheus, and by what is rendered for Kubernetes."""

    def sized(self, name: str) -> LoadProfile:
        """The profile of this name. Raises KeyError naming those that are known."""
        known = {"full": LoadProfile(), "short": LoadProfile(rate=0.1, users=0.1, duration=0.1), **self.profiles}
        if name not in known:
            raise KeyError(f"no load profile {name!r}; known are {', '.join(known)}")
        return known[name]
