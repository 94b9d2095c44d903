"""Connectors as a profile finds them: by name, switched on by a setting, loaded when they are wanted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from onboarding.connectors.manual import ManualConnector
from onboarding.connectors.mmp import MmpConnector
from onboarding.connectors.portal import PortalConnector
from onboarding.connectors.shipped import connect
from onboarding.connectors.support import SupportConnector
from onboarding.domain.registry import ConnectorType, installed
from onboarding.errors import ProfileError

KINDS = {found.name: found for found in installed().all("connector") if isinstance(found, ConnectorType)}
HEAVY = ("httpx", "stamina", "smtplib", "onboarding.connectors.http", "onboarding.connectors.mailserver")


def test_every_connector_is_registered() -> None:
    """With what it is in a line; only the portal can be asked for what is there."""
    assert set(KINDS) == {"portal", "mmp", "support", "manual"}
    assert {name: found.resources for name, found in KINDS.items() if found.resources} == {
        "portal": ("user", "service")
    }
    assert all(found.summary.endswith(".") for found in KINDS.values())


def test_every_planner_works_through_connectors_there_are() -> None:
    """None names one that nobody can connect."""
    for planner in installed().all("planner"):
        assert set(planner.connectors) <= set(KINDS), planner.name  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["portal", "mmp"])
def test_without_its_setting_a_person_works_it(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the system's own name; with an address it is called."""
    found = KINDS[name].setting
    assert found is not None
    monkeypatch.delenv(found.name, raising=False)
    person = connect(name, tmp_path)
    assert (type(person), person.name) == (ManualConnector, name)
    monkeypatch.setenv(found.name, "https://there.example/api/v1")
    assert type(connect(name, tmp_path)) is {"portal": PortalConnector, "mmp": MmpConnector}[name]
    monkeypatch.setenv(found.name, " ")
    assert type(connect(name, tmp_path)) is ManualConnector


def test_people_and_mail_need_no_setting(tmp_path: Path) -> None:
    """They are always there, under their own names."""
    assert type(connect("manual", tmp_path)) is ManualConnector
    assert type(connect("support", tmp_path)) is SupportConnector
    assert [connect(name, tmp_path).name for name in KINDS] == list(KINDS)


def test_a_connector_nobody_has_is_named(tmp_path: Path) -> None:
    """It is the profile's mistake, or an installed package is missing."""
    with pytest.raises(
        ProfileError, match=r"CONNECTOR-UNKNOWN: There is no connector 'suport'; did you mean 'support'"
    ):
        connect("suport", tmp_path)


def test_their_names_are_known_without_loading_them(tmp_path: Path) -> None:
    """An HTTP client costs a quarter of a second, which no command pays that sends nothing."""
    script = (
        "import sys; from pathlib import Path\n"
        "from onboarding.domain.registry import installed\n"
        "from onboarding.connectors.shipped import connect\n"
        "found = {one.name: one.resources for one in installed().all('connector')}\n"
        f"connect('portal', Path({str(tmp_path)!r}))\n"
        f"print(len(found), [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split(maxsplit=1) == [str(len(KINDS)), "[]\n"]
