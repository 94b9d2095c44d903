"""Environment variables the product reads: declared once, read when asked for, never at import.

Secrets are settings too, but only their *presence* is ever shown (`describe`); the connector
that needs one reads it with `Setting.secret()` at the moment of use.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from onboarding.resources import is_checkout, shipped


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: name, default, help, and whether its value is secret."""

    name: str
    default: str
    help: str
    is_secret: bool = False

    def get(self) -> str:
        """The value, or the default when unset or blank. Refuses to hand out a secret."""
        if self.is_secret:
            raise TypeError(f"{self.name} is a secret: use secret()")
        return os.environ.get(self.name, "").strip() or self.default

    def secret(self) -> str:
        """The secret itself; callers keep it in a local variable and nowhere else."""
        return os.environ.get(self.name, "").strip() or self.default

    @property
    def is_set(self) -> bool:
        return bool(os.environ.get(self.name, "").strip())

    def reaches(self, is_training: bool) -> bool:
        """Whether the system at this address is worked from here; for a customer for training only one that never
        leaves this machine, as the sandbox's: what is tried out touches nobody who is served.
        """
        return self.is_set and (not is_training or is_loopback(_host(self.get())))


def is_loopback(host: str) -> bool:
    """Whether a host name or address never leaves this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.rstrip(".").lower() == "localhost"


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or "" if "://" in address else address
    except ValueError:
        return ""


HOME = Setting(
    "ONBOARDING_HOME", "", "folder for database, archive, outbox and reports; default: workspace/ of a checkout, "
    "~/onboarding for an installed package",
)  # fmt: skip
DATABASE_URL = Setting(
    "ONBOARDING_DATABASE_URL", "", "database for a team, e.g. postgresql://...; default: SQLite in the workspace", True
)
PROFILES = Setting(
    "ONBOARDING_PROFILES", "", "folder with provider profiles of your own (*.toml, beside them rules/, questions/, "
    "languages/); they come before those in profiles/ of the workspace, and both before the shipped ones",
)  # fmt: skip
PORTAL_URL = Setting("ONBOARDING_PORTAL_URL", "", "base URL of the provider's portal; unset: a person works the portal")
PORTAL_TOKEN = Setting("ONBOARDING_PORTAL_TOKEN", "", "bearer token for the portal", True)
PORTAL_SETTLE = Setting(
    "ONBOARDING_PORTAL_SETTLE", "2", "seconds after which a write to the portal must be visible in a look-up"
)
MMP_URL = Setting(
    "ONBOARDING_MMP_URL", "", "base URL of a management portal for voice platforms; unset: a person works it"
)
MMP_TOKEN = Setting("ONBOARDING_MMP_TOKEN", "", "bearer token for the management portal", True)
MMP_SETTLE = Setting(
    "ONBOARDING_MMP_SETTLE", "2", "seconds after which a write to the management portal must be visible in a look-up"
)
SMTP_HOST = Setting("ONBOARDING_SMTP_HOST", "", "mail server for support requests; unset: mail waits in the outbox")
SMTP_PORT = Setting("ONBOARDING_SMTP_PORT", "25", "port of the mail server")
SMTP_USER = Setting("ONBOARDING_SMTP_USER", "", "user name at the mail server")
SMTP_PASSWORD = Setting("ONBOARDING_SMTP_PASSWORD", "", "password at the mail server", True)
SMTP_TLS = Setting("ONBOARDING_SMTP_TLS", "starttls", "starttls, tls or none (none only on loopback)")
SENDER = Setting("ONBOARDING_SENDER", "onboarding@reseller.example", "From address of support requests")
ENGINEER = Setting(
    "ONBOARDING_ENGINEER", "", "who is at work; default is the login name, in JupyterLab it is asked once"
)
RUN_ID = Setting("ONBOARDING_RUN_ID", "", "set by the runner: the run a kernel belongs to; never set it by hand")
KERNELS = Setting(
    "ONBOARDING_KERNELS", "fork", "how runbooks are run: fork (a copy of a process that is ready) or spawn (a new one)"
)

ALL = (
    HOME, DATABASE_URL, PROFILES, PORTAL_URL, PORTAL_TOKEN, PORTAL_SETTLE,
    MMP_URL, MMP_TOKEN, MMP_SETTLE,
    SMTP_HOST, SMTP_PORT, SMTP_USER, SMTP_PASSWORD, SMTP_TLS, SENDER, ENGINEER, RUN_ID, KERNELS,
)  # fmt: skip


def describe() -> Iterator[tuple[str, str, str]]:
    """(name, shown value, help) of every setting; a secret shows only whether it is set."""
    for setting in ALL:
        shown = ("set" if setting.is_set else "not set") if setting.is_secret else setting.get()
        yield setting.name, shown, setting.help


def workspace() -> Path:
    """The one folder with everything generated; not created here.

    By default `workspace` at the top of a checkout. An installed package has no such place, and the folder one happens
    to stand in is none either, as a kernel starts elsewhere: there it is `onboarding` in the user's home.
    """
    home = HOME.get()
    if home:
        return Path(home).expanduser().resolve()
    return shipped("workspace") if is_checkout() else Path.home() / "onboarding"


def own_folders() -> tuple[Path, ...]:
    """Folders with profiles of one's own, the first to look in first: ONBOARDING_PROFILES, `profiles` in the workspace.

    Rule packs, questions and languages lie in the folders `rules`, `questions` and `languages` of each.
    """
    given = PROFILES.get()
    return (*([Path(given).expanduser()] if given else []), workspace() / "profiles")


def is_headless() -> bool:
    """True when the runner executes the notebook: forms become tables and nothing waits."""
    return RUN_ID.is_set
