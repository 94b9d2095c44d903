"""Requests by mail: what they look like, where they lie, and that nothing can be smuggled into them."""

from __future__ import annotations

import csv
import io
import os
from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.connectors.base import own_words
from onboarding.connectors.manual import ManualConnector
from onboarding.connectors.message import address, compose, message_id, to_csv
from onboarding.connectors.shipped import connect
from onboarding.connectors.support import SupportConnector
from onboarding.domain.action import Action, Attachment, Operation, Verdict
from onboarding.errors import InputError, StoreError
from onboarding.settings import is_loopback
from onboarding.text import one_line
from tests.connectors.reading import read_request

AT = datetime(2030, 1, 31, 9, tzinfo=UTC)
SENDER = "onboarding@reseller.example"
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "X-Onboarding-Reference", "X-Onboarding-Digest",
    "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
}  # fmt: skip
ANY_TEXT = st.text(max_size=60) | st.sampled_from(
    [
        "a\r\nBcc: x@evil.example",
        "a\nb",
        "\u2028Bcc: x",
        "\x0b\x0c\x85",
        "=1+1",
        "\ud800",
        "=?utf-8?q?=0ABcc:_x?=",
        "=\0?utf-8?q?=0ABcc:_x?=",
        "\0",
    ]
)


def request(rows: int = 2, **body: Any) -> Action:
    """A request for Lync users."""
    table = {
        "title": "Lync users",
        "columns": ["E-mail", "Number", "Name"],
        "rows": [[f"u{n}@brightsmile.example", f"+161755501{n:02d}", "渡辺 é"] for n in range(rows)],
    }
    fields = [["Customer", "Bright Smile"], ["Address", "1 Main St\nSuite 2"]]
    given = {"to": "support@provider.example", "subject": "Lync", "intro": "Please enable Lync.", "fields": fields,
             "tables": [table], "attach": [], "closing": "Thank you."}  # fmt: skip
    return Action("services.lync", "services.lync", "support", Operation.CREATE, "request", "services.lync", "Lync",
                  given | body)  # fmt: skip


def parsed(data: bytes) -> EmailMessage:
    mail = message_from_bytes(data, policy=SMTP)
    assert isinstance(mail, EmailMessage)
    return mail


@pytest.fixture
def support(tmp_path: Path) -> SupportConnector:
    return SupportConnector(tmp_path / "outbox", clock=lambda: AT)


def _only_mail(folder: Path) -> bytes:
    (path,) = (folder / "outbox").iterdir()
    return path.read_bytes()


def test_a_request_is_a_letter_people_can_read(support: SupportConnector, tmp_path: Path) -> None:
    """Fields and tables are aligned plain text, headers name reference and sender."""
    outcome = support.send(request(), "bright-smile.1.services.lync")
    assert outcome.verdict is Verdict.PENDING
    mail = parsed(_only_mail(tmp_path))
    assert (mail["From"], mail["To"], mail["Subject"]) == (SENDER, "support@provider.example", "Lync")
    assert mail["X-Onboarding-Reference"] == "bright-smile.1.services.lync"
    assert mail["Message-ID"] == outcome.reference
    assert mail["Date"].datetime == AT
    assert mail.get_content().splitlines() == [
        "Please enable Lync.",
        "",
        "Customer:  Bright Smile",
        "Address:   1 Main St",
        "           Suite 2",
        "",
        "Lync users",
        "",
        "E-mail                  Number        Name",
        "----------------------  ------------  ------",
        "u0@brightsmile.example  +16175550100  渡辺 é",
        "u1@brightsmile.example  +16175550101  渡辺 é",
        "",
        "Thank you.",
        "",
        "Reference: bright-smile.1.services.lync",
    ]


@pytest.mark.parametrize("rows", [1, 10, 11, 40])
def test_an_engineer_reads_back_what_was_asked(rows: int) -> None:
    """Fields and tables survive the way through the mail; more than ten rows come as CSV too."""
    mail = compose(request(rows), "r", SENDER, AT)
    read = read_request(mail.as_bytes())
    assert read.fields["Customer"] == "Bright Smile"
    assert [list(row.values()) for row in read.tables[0]] == request(rows).body["tables"][0]["rows"]
    assert read.attachments == (("lync-users.csv",) if rows > 10 else ())


def test_documents_go_along(support: SupportConnector, tmp_path: Path) -> None:
    """Documents are attached under the last part of their name, with a type that is safe."""
    files = [
        Attachment("../../loa signed.pdf", "application/pdf", b"%PDF"),
        Attachment("x\r\nBcc: y", "text/html\r\nX: y", b"\x00\xff"),
        Attachment("m.eml", "message/rfc822", b"a"),
    ]
    asked = request(attach=["evidence:loa"])
    assert support.send(asked, "r", files).verdict is Verdict.PENDING
    mail = parsed(_only_mail(tmp_path))
    parts = [(part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
             for part in mail.iter_attachments()]  # fmt: skip
    assert parts == [
        ("loa signed.pdf", "application/pdf", b"%PDF"),
        ("x Bcc: y", "application/octet-stream", b"\x00\xff"),
        ("m.eml", "application/octet-stream", b"a"),
    ]
    missing = support.send(asked, "r2")
    assert (missing.verdict, "SUPPORT-ATTACHMENT" in str(missing.message)) == (Verdict.REJECTED, True)


def test_a_reference_is_one_letter(support: SupportConnector, tmp_path: Path) -> None:
    """The same request under a reference is written once; another content is refused and the first one kept."""
    first = support.send(request(), "r")
    kept = _only_mail(tmp_path)
    later = SupportConnector(tmp_path / "outbox").send(request(), "r")
    assert (later.verdict, later.reference) == (Verdict.PENDING, first.reference)
    assert support.send(request(closing="Other"), "r").verdict is Verdict.REJECTED
    assert _only_mail(tmp_path) == kept


def test_the_outbox_tells_what_was_handed_over(support: SupportConnector) -> None:
    """Without a mail server, lying in the outbox is the hand-over; before, there was surely none."""
    assert support.look_up(request(), "r") is None
    sent = support.send(request(), "r")
    found = support.look_up(request(), "r")
    assert found is not None
    assert (found.verdict, found.reference) == (Verdict.PENDING, sent.reference)
    assert support.observe([request()]) == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_an_outbox_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A read-only folder is one clear error."""
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="OUTBOX"):
        SupportConnector(tmp_path / "outbox").send(request(), "r")


def test_an_outbox_that_is_a_file_is_said(tmp_path: Path) -> None:
    """A file where the folder should be is one clear error."""
    (tmp_path / "outbox").write_text("")
    with pytest.raises(StoreError, match="OUTBOX"):
        SupportConnector(tmp_path / "outbox").send(request(), "r")


@given(st.lists(st.text(max_size=100), max_size=5, unique=True))
@settings(max_examples=40)
def test_different_references_never_share_a_file(refs: list[str]) -> None:
    """Any reference gives a plain file name of its own inside the outbox."""
    outbox = SupportConnector(Path("/outbox"))._outbox
    paths = [outbox.path(ref) for ref in refs]
    assert len({str(path).lower() for path in paths}) == len(refs)
    assert all(path.parent == Path("/outbox") and len(path.name) < 120 for path in paths)


@given(subject=ANY_TEXT, ref=ANY_TEXT, value=ANY_TEXT, title=ANY_TEXT, name=ANY_TEXT)
@settings(max_examples=150, deadline=None)
def test_no_text_can_add_a_header(subject: str, ref: str, value: str, title: str, name: str) -> None:
    """Whatever the texts hold, the mail has the same headers, one recipient, and parts only where they belong."""
    table = {"title": title, "columns": [value, "B"], "rows": [[value, title]] * 12}
    body = request(subject=subject, intro=value, fields=[[title, value]], tables=[table], closing=value)
    data = compose(body, ref, SENDER, AT, [Attachment(name, value, b"x")]).as_bytes()
    mail = parsed(data)
    assert set(mail.keys()) <= HEADERS
    assert len(mail.keys()) == len(set(mail.keys()))
    assert mail["To"] == "support@provider.example"
    assert b"\r\nbcc:" not in data.partition(b"\r\n\r\n")[0].lower()
    assert len(list(mail.iter_parts())) == 3
    shown = one_line(ref).encode("utf-8", "replace").decode().replace("=?", "= ?")
    assert str(mail["X-Onboarding-Reference"]) == shown


@given(st.text(max_size=40) | st.emails())
@settings(max_examples=150)
def test_an_address_is_bare_or_refused(text: str) -> None:
    """An address that is taken is exactly the text; everything else is refused."""
    try:
        taken = address(text)
    except InputError:
        return
    assert taken.addr_spec == text
    assert not set(text) & set(' \r\n\t,;<>"()')


@pytest.mark.parametrize(
    "to",
    ["", "a@b.example\r\nBcc: x@evil.example", "a@b.example,", "Anna <a@b.example>", "a@-b.example", "a b@c.example"],
)
def test_a_wrong_recipient_is_rejected(support: SupportConnector, tmp_path: Path, to: str) -> None:
    """A recipient that is no address gives a rejected request and no file."""
    outcome = support.send(request(to=to), "r")
    assert (outcome.verdict, "MAIL-ADDRESS" in str(outcome.message)) == (Verdict.REJECTED, True)
    assert not (tmp_path / "outbox").exists()


def test_several_recipients_are_all_named() -> None:
    """Addresses with commas between are all recipients."""
    mail = compose(request(to="a@x.example, b@y.example"), "r", SENDER, AT)
    assert [one.addr_spec for one in mail["To"].addresses] == ["a@x.example", "b@y.example"]


@given(st.lists(st.lists(ANY_TEXT | st.none() | st.booleans() | st.integers(), min_size=2, max_size=2), max_size=5))
@settings(max_examples=150, deadline=None)
def test_no_cell_becomes_a_formula(rows: list[list[Any]]) -> None:
    """No cell of a CSV begins like a formula, and taking one apostrophe away gives the value back."""
    read = list(csv.reader(io.StringIO(to_csv(["A", "B"], rows).lstrip("\ufeff"), newline="")))
    assert len(read) == len(rows) + 1
    for cells, values in zip(read[1:], rows, strict=True):
        for cell, value in zip(cells, values, strict=True):
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
            if isinstance(value, str) and value.isprintable() and value.strip() == value and "  " not in value:
                assert cell.removeprefix("'") == value


def test_numbers_keep_their_form_in_csv() -> None:
    """A telephone number stays text and comes back as E.164."""
    read = read_request(compose(request(11), "r", SENDER, AT).as_bytes())
    assert read.tables[0][0]["Number"] == "+16175550100"


def test_a_message_id_belongs_to_its_reference() -> None:
    """The same reference gives the same Message-ID, another one another."""
    sender = Address(username="a", domain="x.example")
    assert message_id("r", sender) == message_id("r", sender) != message_id("r2", sender)


# --- words, people, registry ------------------------------------------------------------------------------------------


def test_words_are_cut_and_secrets_masked() -> None:
    """An outside system's words come on one line, short, and without the secret."""
    said = own_words("no\r\n\x1b[31m canary " + "x" * 1000, ["canary", ""])
    assert said.startswith("no [31m *** x")
    assert len(said) == 300


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("::1", True), ("LocalHost.", True), ("127.0.0.1.x.example", False), ("10.0.0.1", False),
     ("localhost.example", False), ("", False)],
)  # fmt: skip
def test_loopback_is_this_machine_only(host: str, expected: bool) -> None:
    """Only names and addresses that never leave this machine count."""
    assert is_loopback(host) is expected


def test_a_person_is_a_connector() -> None:
    """The instruction is shown with its values to copy and the proof that is wanted; nothing is known by itself."""
    body = {
        "text": "Sign the letter.",
        "values": [["BTN", "+16175550101"], ["Carrier", "Old Tel"]],
        "evidence": "a scan",
    }
    one = Action("t.loa", "t.loa", "manual", Operation.ASK, "instruction", "t.loa", "Sign", body)
    person = ManualConnector()
    outcome = person.send(one, "r")
    assert (outcome.verdict, outcome.reference) == (Verdict.PENDING, "r")
    assert str(outcome.message).splitlines() == [
        "Sign the letter.", "  BTN:      +16175550101", "  Carrier:  Old Tel", "Proof: a scan",
    ]  # fmt: skip
    assert (person.observe([one]), person.look_up(one, "r")) == ({}, None)


def test_without_an_address_a_person_works_the_portal(tmp_path: Path) -> None:
    """The portal's actions become instructions with the values to type in."""
    portal = connect("portal", tmp_path)
    assert (portal.name, portal.is_manual) == ("portal", True)
    body = {"name": "Bright Smile", "administrator": {"email": "a@b.example", "is_dedicated": True}, "plan": ""}
    one = Action("p.c", "p.c", "portal", Operation.CREATE, "company", "b.example", "Company Bright Smile", body)
    assert str(portal.send(one, "r").message).splitlines() == [
        "Company Bright Smile.",
        "  name:                        Bright Smile",
        "  administrator email:         a@b.example",
        "  administrator is dedicated:  Yes",
    ]
