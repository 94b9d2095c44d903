"""Events: kept as kind, subject and values, shown as sentences, read back by nobody."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import onboarding
from onboarding.domain import event
from onboarding.domain.event import NOTHING, SENTENCES, Event, error_event, event_from_json, event_to_json, noted
from onboarding.domain.language import LazyText, _, places
from onboarding.errors import OnboardingError
from onboarding.profile.catalogues import language_codes, load_language

PACKAGE = Path(onboarding.__file__).parent
KINDS = [kind for kind in SENTENCES if kind]
KEPT = {"what", "note", "message", "sentence"}
"""Attributes that hold an event, or the sentence of one."""
READING = {
    "startswith",
    "endswith",
    "find",
    "rfind",
    "index",
    "split",
    "partition",
    "rpartition",
    "removeprefix",
    "count",
}
SEARCHING = {"match", "fullmatch", "search", "findall", "finditer", "sub", "split"}


def templates(kind: str) -> list[LazyText]:
    """Every sentence a kind may have a part in."""
    return [text for part in SENTENCES[kind] for text in (part if isinstance(part, tuple) else (part,))]


def whole(kind: str) -> Event:
    """An event of the kind with a value in every place."""
    names = {name for text in templates(kind) for name in places(text)}
    return Event(kind, "t.a", {name: f"<{name}>" for name in names})


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_sentence_in_every_language(kind: str) -> None:
    """With its values in it, and translated wherever it has words of its own."""
    event = whole(kind)
    assert str(event)
    assert not places(str(event))
    for code in language_codes():
        language = load_language(code)
        own = [text for text in templates(kind) if any(sign.isalpha() for sign in without_places(text))]
        assert code == "en" or all(language(text) != text or text in SAME[code] for text in own), code
        assert not places(language(event.sentence))


SAME = {"es": {"{code}: {message}"}}
"""Sentences that are the same in another language."""


def without_places(text: str) -> str:
    for name in places(text):
        text = text.replace(f"{{{name}}}", "")
    return text


WORDS = st.text(max_size=20)
VALUES = st.recursive(
    WORDS | st.integers(-9, 9) | st.dates(date(2000, 1, 1), date(2100, 1, 1)) | WORDS.map(_),
    lambda inner: (
        st.lists(inner, max_size=3)
        | inner.map(lambda value: Event("words", "x", {"words": value}))
        | inner.map(lambda value: _("It was due on {day}.", day=value))
    ),
    max_leaves=6,
)


@given(st.sampled_from(KINDS), WORDS, st.dictionaries(st.sampled_from(["words", "who", "what", "more"]), VALUES))
def test_an_event_comes_back_as_it_was_kept(kind: str, subject: str, values: dict[str, Any]) -> None:
    """Through JSON, with days, words of ours and other events among its values; and it says the same in Spanish."""
    event, spanish = Event(kind, subject, values), load_language("es")
    back = event_from_json(json.loads(json.dumps(event_to_json(event))))
    assert back == event
    assert spanish(back.sentence) == spanish(event.sentence)


def test_a_part_without_its_values_is_left_out() -> None:
    """The longer form where everything is known, else the shorter; what somebody typed stands as it is."""
    no = {"who": "Ana", "title": _("Go or no-go")}
    assert str(Event("task.reopened", "go", {**no, "note": "Not yet."})) == (
        "Done anew, because Ana said no to “Go or no-go”. Not yet."
    )
    assert str(Event("task.reopened", "go", no)) == "Done anew, because Ana said no to “Go or no-go”."
    assert str(Event("task.reported", "t.a", {"note": ""})) == "reported as done"
    assert str(Event("task.reported", "t.a", {"note": "{who} {x"})) == "{who} {x"


def test_nothing_says_nothing() -> None:
    """It is no event: false, empty, and kept as nothing."""
    assert not NOTHING
    assert noted("") is NOTHING
    assert (str(NOTHING), event_to_json(NOTHING), event_from_json(None)) == ("", None, NOTHING)


def test_what_somebody_typed_is_kept_as_it_is() -> None:
    """Under one kind, whoever typed it."""
    assert noted("As {she} said.") == Event("words", values={"words": "As {she} said."})
    assert str(noted("As {she} said.")) == "As {she} said."


def test_an_error_is_kept_with_its_code_and_what_to_do() -> None:
    """The remedy is left out where there is none."""
    error = error_event(OnboardingError("GATE-LOA", "The letter is missing.", "Have it signed."))
    assert error == Event(
        "error", values={"code": "GATE-LOA", "message": "The letter is missing.", "remedy": "Have it signed."}
    )
    assert str(error) == "GATE-LOA: The letter is missing. Have it signed."
    assert str(error_event(OnboardingError("GATE-LOA", "The letter is missing."))) == "GATE-LOA: The letter is missing."


def test_an_event_is_kept_under_these_names() -> None:
    """Databases hold them: another name is another form."""
    event = Event("run.waits", "t.a", {"why": noted("x"), "day": date(2026, 3, 2), "what": [_("{a} of b", a=1)]})
    assert event_to_json(event) == {"kind": "run.waits", "subject": "t.a", "values": {
        "why": {"event": {"kind": "words", "subject": "", "values": {"words": "x"}}},
        "day": {"day": "2026-03-02"},
        "what": [{"text": "{a} of b", "values": {"a": 1}}],
    }}  # fmt: skip


@pytest.mark.parametrize("kept", [{}, [], 1, {"kind": "no.such", "subject": "", "values": {}}, {"kind": "words"}])
def test_what_is_no_event_is_not_read_as_one(kept: Any) -> None:
    """Another program's JSON, or a kind that does not exist."""
    with pytest.raises((ValueError, TypeError, LookupError)):
        event_from_json(kept)


# --- the source -------------------------------------------------------------------------------------------------------


def trees() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def readers(tree: ast.AST) -> Iterator[int]:
    """Lines on which the words of a kept sentence are looked at."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of, given = node.func, [*node.args, *(keyword.value for keyword in node.keywords)]
            if of.attr in READING and is_kept(of.value) and not is_error(of.value):
                yield node.lineno
            if of.attr in SEARCHING and any(is_kept(one) and not is_error(one) for one in given):
                yield node.lineno
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(map(is_text, sides)) and any(map(is_kept, sides)):
                yield node.lineno


def is_kept(node: ast.expr) -> bool:
    """``line.what``, ``str(run.message)``, ``current.note.sentence``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "str" and node.args:
        return is_kept(node.args[0])
    return isinstance(node, ast.Attribute) and node.attr in KEPT


def is_error(node: ast.expr) -> bool:
    """An exception's own message, which is not kept."""
    return (
        isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("error", "problem")
    )


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value)
    )


def test_nothing_reads_a_sentence() -> None:
    """No module searches, splits or compares the words of what was kept."""
    assert [f"{name}:{line}" for name, tree in trees() for line in readers(tree)] == []


@pytest.mark.parametrize(
    "source",
    [
        'done = [line for line in lines if line.what.startswith("carried out")]',
        'if "carried out" in line.what: pass',
        'if held.note == "checked": pass',
        'if seen != str(view.record.note) and view.record.note != "2 of 3": pass',
        're.fullmatch("left out: (.*)", run.message)',
        "_FORM.search(str(line.what))",
        'who, _, why = run.message.sentence.partition(": ")',
    ],
)
def test_a_reader_would_be_found(source: str) -> None:
    """The ways in which sentences were read before there were events."""
    assert list(readers(ast.parse(source)))


def test_kinds_are_those_that_happen() -> None:
    """Every kind of the catalogue is made somewhere, by its word or by the name it has, and nothing else is."""
    nodes = [node for name, tree in trees() if name != "domain/event.py" for node in ast.walk(tree)]
    words = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    made = {kind for kind in SENTENCES if kind and kind in words}
    made |= {kind for name in names if (kind := vars(event).get(name)) in KINDS}
    assert set(KINDS) - made <= {"words", "error"}, "made by `noted` and `error_event`"
