"""Procedures in a runbook: two people at one panel, and nothing carried out by showing it."""

from __future__ import annotations

from typing import Any

import pytest

from onboarding import settings
from onboarding.connectors.mmp import MmpConnector
from onboarding.notebook.cards import Card
from onboarding.notebook.procedure_cells import ProcedureCards
from onboarding.notebook.run import Runbook
from onboarding.sandbox.server import Sandbox
from tests.procedures.conftest import ANA, BEN, WEBID, Opened, writes

LOOK, RUN, APPROVE = "Show what it would hit", "Ask for it, or carry it out", "Approve it as the second person"


def _cards(opened: Opened, *kinds: str) -> ProcedureCards:
    return Runbook(opened(ANA), "cutover", apply=True, follows_clock=False).procedures(*kinds)


class Hand:
    """Presses the buttons of a card and fills its fields, as a person does."""

    def __init__(self, card: Card) -> None:
        self.card = card
        sheet, choice, self.shown = card.controls.children
        self.fields = {one.children[0].description: one.children[0] for one in sheet.children}
        self.buttons = {one.description: one for one in choice.children}

    def press(self, button: str, who: str, **fields: Any) -> str:
        for name, value in {"Who": who, **fields}.items():
            self.fields[name].value = value
        self.buttons[button].click()
        return str(self.card.message.value)


KEY = "The customer's key, in full"


def test_two_people_delete_a_customer_at_the_panel(sandbox: Sandbox, opened: Opened) -> None:
    """A wrong key is refused, asking is not enough, who asked cannot approve; then it is done once, and what is left
    to people is told."""
    (card,) = _cards(opened, "delete").cards
    hand = Hand(card)
    assert "cannot be undone" in card.head.value
    assert "The customer has asked for it in writing." in card.head.value
    assert "PROCEDURE" not in hand.press(LOOK, ANA)
    assert "Nobody has asked for it." in hand.shown.value
    assert "not the key" in hand.press(RUN, ANA, **{KEY: "harbor"})
    assert "A second person has to approve this" in hand.press(RUN, ANA, **{KEY: WEBID})
    assert "cannot approve it" in hand.press(APPROVE, ANA)
    assert "approved for a day" in hand.press(APPROVE, BEN)
    assert writes(sandbox) == {}
    hand.press(LOOK, BEN)
    assert f"approved by {BEN}" in hand.shown.value
    assert "Delete the customer: done" in hand.press(RUN, ANA, **{KEY: WEBID})
    assert sum(writes(sandbox).values()) == 1
    assert "Give the direct numbers back to the carrier." in hand.shown.value
    assert "nothing left to do" in hand.press(RUN, ANA)
    assert sum(writes(sandbox).values()) == 1


def test_nothing_is_approved_unseen(sandbox: Sandbox, opened: Opened) -> None:
    """Whoever approves has looked, at this panel, at what would be hit."""
    (card,) = _cards(opened, "delete").cards
    hand = Hand(card)
    hand.press(RUN, ANA, **{KEY: WEBID})
    hand.press(APPROVE, BEN)
    assert "Look first at what it would hit." in hand.shown.value
    assert not any(decision.role == "second person" for decision in opened(ANA).record.decisions)


def test_a_range_is_named(sandbox: Sandbox, opened: Opened) -> None:
    """What is about one range asks for it, and says which there are."""
    (card,) = _cards(opened, "remove-range").cards
    hand = Hand(card)
    assert "is about one range" in hand.press(LOOK, ANA)
    assert "There are:" in hand.press(LOOK, ANA, **{"The range": "+14015559990-+14015559999"})


def test_a_recovery_looks_and_tries_once_more(sandbox: Sandbox, opened: Opened) -> None:
    """Where it fails is shown step by step; with nothing failed there is nothing to try."""
    (card,) = _cards(opened, "recover").cards
    hand = Hand(card)
    hand.press("Look where it fails", ANA)
    assert "Nothing stands in the way now" in hand.shown.value
    assert "Nothing has failed there" in hand.press("Try once more", ANA)
    assert writes(sandbox) == {}


def test_headless_it_only_shows(sandbox: Sandbox, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """What each is and what it would hit, with the command; a system out of reach is shown calmly."""
    monkeypatch.setenv(settings.RUN_ID.name, "harbor-freight-lines.0001")
    before = len(opened(ANA).store.record(opened(ANA).customer.id).evidence)
    html = _cards(opened, "recover", "remove-range", "demo", "delete")._repr_mimebundle_()["text/html"]
    for words in ("onboard procedure show harbor-freight-lines delete", "cannot be undone", "It would hit",
                  "Remove a range of direct numbers", "Nobody has asked for it."):  # fmt: skip
        assert words in html
    assert "<button" not in html
    sandbox.fault("refuse")
    case = opened(ANA)
    case.connectors["mmp"] = MmpConnector(patience=0.3)
    html = ProcedureCards([case.profile.procedures["delete"]], lambda by: case)._repr_mimebundle_()["text/html"]
    assert "Delete the customer" in html
    assert "It would hit" not in html
    assert writes(sandbox) == {}
    assert len(opened(ANA).store.record(opened(ANA).customer.id).evidence) == before


def test_a_profile_without_any_says_so(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """One quiet line, by hand and headless."""
    assert _cards(opened, "burn").cards == []
    monkeypatch.setenv(settings.RUN_ID.name, "harbor-freight-lines.0001")
    assert "has no procedure of the kind" in _cards(opened, "burn")._repr_mimebundle_()["text/html"]
