"""The page to print: complete, safe, and as long as the customer has something to say."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from hypothesis import HealthCheck, given, settings

from onboarding.answers.printable import EMPTY_CARDS, EMPTY_ROWS, printable
from tests import strategies
from tests.answers.dental import QUESTIONNAIRE, answers
from tests.answers.test_assigned_questions import SHARED


class _Page(HTMLParser):
    """Tags, attributes and text of a page, with a note of every tag that is not closed in its order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.unclosed: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.unclosed += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open.pop() != tag:
            self.unclosed.append(tag)

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def section(html: str, title: str) -> str:
    return next(part for part in html.split("<section")[1:] if f"</span>{title}</h2>" in part)


def test_everything_is_asked_and_there_is_room_to_answer() -> None:
    """Without answers: each question with help, line or boxes; tables with empty rows; the same page every time."""
    html = printable(QUESTIONNAIRE, {}, "Bright Smile")
    page = _Page(html)
    for asked in QUESTIONNAIRE.sections:
        assert asked.title in page.text
        for question in asked.questions:
            assert question.label in section(html, asked.title)
    assert page.unclosed == []
    assert section(html, "Sites").count("<tr>") == 1 + EMPTY_ROWS
    assert section(html, "Users").count('class="entry"') == EMPTY_CARDS
    assert (
        section(html, "Company").count('class="line"') == len(QUESTIONNAIRE.sections[0].questions) + 2
    )  # notes take 3
    assert section(html, "Telephony").count('class="box"') == 4
    assert "Only if “Number plan” is Port or Mixed." in section(html, "Port orders")
    assert html == printable(QUESTIONNAIRE, {}, "Bright Smile")


def test_what_is_answered_stands_there() -> None:
    """In people's words; what the answers rule out is left out; what could not be read stands as it was typed."""
    document = answers() | {"telephony": {"kind": "none"}}
    document["company"]["opens_at"] = "noonish"
    html = printable(QUESTIONNAIRE, document)
    text = _Page(html).text
    for words in ("Bright Smile Dental Group", "noonish", "ana@brightsmile.example", "(617) 555-0101", "Lowell"):
        assert words in text
    assert "Port orders" not in text
    assert "Which user" not in text
    assert "chosen: Dedicated" in text
    assert "Only if “Number plan”" not in text


def test_a_party_gets_its_part() -> None:
    """With its name on it, and the documents its answers are copied from."""
    html = printable(SHARED, answers(), "Bright Smile", "signer")
    text = _Page(html).text
    assert "For: Authorised signer" in text
    assert "Where to find it: latest bill." in text
    assert "Extension" not in text
    assert "Who knows it: Authorised signer." in _Page(printable(SHARED, answers())).text


EVIL = '</style><script>alert(1)</script>"; } body { display: none } <img src=x onerror=alert(1)>\u202e'


def test_hostile_text_stays_text() -> None:
    """Neither markup nor style nor direction of the page can be changed by an answer or a name."""
    document: dict[str, Any] = {"company": {"name": EVIL, "notes": EVIL}, "sites": [{"name": EVIL}], "users": EVIL}
    html = printable(QUESTIONNAIRE, document, EVIL)
    page = _Page(html)
    assert not {"script", "img", "link", "iframe", "form"} & set(page.tags)
    assert not [value for name, value in page.attributes if name.startswith("on") or name in ("src", "href", "style")]
    assert page.unclosed == []
    assert "\u202e" not in html
    assert html.count("</style>") == 1
    style = html.partition("<style>")[2].partition("</style>")[0]
    assert "alert" not in style
    assert "@import" not in style
    assert "url(" not in style
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy
    assert policy.group(1) == "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@given(strategies.documents(QUESTIONNAIRE, most_rows=2))
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_answers_can_be_printed(document: dict[str, Any]) -> None:
    """Sound markup, whatever was answered."""
    assert _Page(printable(QUESTIONNAIRE, document)).unclosed == []


@given(strategies.hostile)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_document_can_be_printed(raw: Any) -> None:
    """What is no answer is shown as well as it can be."""
    document = {"company": {"notes": raw, "go_live_on": raw}, "sites": [{"name": raw}, raw], "users": raw}
    page = _Page(printable(QUESTIONNAIRE, document))
    assert page.unclosed == []
    assert "script" not in page.tags
