"""`onboard procedure`: the whole way of two people, in words and as JSON, and the panel of a notebook."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onboarding.connectors.base import RemoteRecord
from onboarding.engine.approval import standing
from onboarding.notebook.panel import impact_html
from onboarding.sandbox.server import Sandbox
from tests.procedures.conftest import ANA, BEN, HARBOR, WEBID, Opened, writes

Call = Callable[..., tuple[int, str]]


@pytest.fixture
def onboard(home: Path) -> Call:
    """Calls `onboard procedure` for the customer; gives exit code and all that was printed."""
    from onboarding.cli.app import app

    def call(command: str, *args: str, at: str = "2026-03-02T14:00+00:00") -> tuple[int, str]:
        words = ["procedure", command, HARBOR.id, *args, "--as-of", at]
        result = CliRunner().invoke(app, words, catch_exceptions=False)
        return result.exit_code, result.stdout + result.stderr

    return call


def test_two_people_delete_a_customer(sandbox: Sandbox, onboard: Call) -> None:
    """List, ask (3), look, approve, run (0), and the follow-ups until they are done."""
    code, text = onboard("list")
    assert code == 0
    assert re.search(r"delete\s.*cannot be undone", text)
    mine = ("delete", "--by", ANA, "--confirm", WEBID)
    code, text = onboard("run", *mine)
    assert (code, "PROCEDURE-APPROVAL" in text) == (3, True)
    shown = json.loads(onboard("show", "delete", "--json")[1])
    assert shown["counts"]["users"] == len(sandbox.truth()["mmp"]["users"])
    assert (shown["asked_by"], shown["approved_by"]) == (ANA, "")
    code, text = onboard("show", "delete")
    assert f"Digest {shown['digest'][:12]}" in text
    assert "cannot be undone" in text
    assert onboard("approve", "delete", "--by", ANA, "--digest", shown["digest"][:12])[0] == 3
    assert onboard("approve", "delete", "--by", BEN, "--digest", shown["digest"][:12])[0] == 0
    assert writes(sandbox) == {}
    code, text = onboard("run", *mine, at="2026-03-02T15:00+00:00")
    assert (code, "Done: Delete the customer" in text) == (0, True)
    assert sum(writes(sandbox).values()) == 1
    code, text = onboard("follow-up", "delete", "1", "--by", BEN, "--note", "given back", at="2026-03-03")
    assert code == 0
    assert f"done by {BEN}" in text
    assert "It would hit nothing" in onboard("show", "delete", at="2026-03-03")[1]


def test_bad_input_is_calm(sandbox: Sandbox, onboard: Call) -> None:
    """A wrong key, a missing name, an unknown procedure and a misplaced option end with 2 and two lines."""
    for words in (
        ("run", "delete", "--by", ANA, "--confirm", "other"), ("run", "delete", "--by", " ", "--confirm", WEBID),
        ("show", "vanish"), ("run", "recover", "--by", ANA, "--confirm", WEBID), ("show", "remove-range"),
    ):  # fmt: skip
        code, text = onboard(*words)
        assert (code, "Traceback" in text) == (2, False), text
    code, text = onboard("approve", "delete", "--by", BEN, "--digest", "00000000", "--reject")
    assert (code, "PROCEDURE-CHANGED" in text) == (1, True)
    assert writes(sandbox) == {}


def test_a_no_and_a_recovery(sandbox: Sandbox, onboard: Call) -> None:
    """A rejection is shown; the recovery says what it looked at, and that nothing is left to try."""
    onboard("run", "demo", "--by", ANA, "--confirm", WEBID)
    digest = json.loads(onboard("show", "demo", "--json")[1])["digest"]
    assert "Rejected by Ben Roe" in onboard("approve", "demo", "--by", BEN, "--digest", digest, "--reject")[1]
    code, text = onboard("run", "recover", "--by", ANA, "--compare-with", "other")
    assert (code, "Nothing stands in the way" in text) == (0, True)
    assert onboard("run", "recover", "--by", ANA, "--retry")[0] == 2
    assert "look at the network first" in onboard("show", "recover")[1]
    listed = json.loads(onboard("list", "--json")[1])
    assert {one["kind"] for one in listed} == {"recover", "remove-range", "remove", "delete", "demo"}


def test_the_panel_names_what_would_be_hit(sandbox: Sandbox, opened: Opened) -> None:
    """Every kind with its count, names escaped, long lists counted; nothing there is shown calmly."""
    impact = standing(opened(ANA), "delete").impact
    html = impact_html(impact)
    for kind, count in impact.counts.items():
        assert kind in html
        assert f">{count}<" in html
    assert impact.digest[:12] in html
    many = tuple(RemoteRecord("mmp-user", "users", f"<b>{n}</b>", {}) for n in range(60))
    html = impact_html(replace(impact, touched=many, is_observed=False))
    assert ("<b>" in html, "&lt;b&gt;0" in html, "and 10 more" in html, "by our own record" in html) == (
        False, True, True, True,
    )  # fmt: skip
    assert "Nothing of" in impact_html(replace(impact, touched=()))
