"""Whoever owes a decision is asked by mail: once for what is to be decided, and by a change when that is another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from onboarding import settings
from onboarding.case import planning, trying_again
from onboarding.case.case import Case
from onboarding.case.decisions import Vote, decide
from onboarding.case.ending import cancel, resume
from onboarding.case.people import people_of
from onboarding.connectors.base import Connector
from onboarding.domain.action import Action, Attachment, Outcome, Verdict
from onboarding.domain.event import noted
from onboarding.domain.history import Customer, Evidence
from onboarding.domain.json import JSON
from onboarding.engine.agenda import stages_to_run
from onboarding.engine.apply import apply_stage
from onboarding.engine.attempt import Attempts
from onboarding.engine.farewell import take_leave
from onboarding.errors import InputError
from onboarding.sandbox.server import Sandbox
from onboarding.settings import HOME, PROFILES
from onboarding.stages.decision_mail import request_to
from onboarding.store.store import Store
from tests.engine.forks import Forks
from tests.profile.sound import write
from tests.world import AT

GO, SWITCH = "go", "cutover.switch"
DECISION = (
    '[gate.go]\ntitle = "Go"\n', '[gate.go]\ntitle = "Go"\nquestion = "May the numbers move?"\n',
)  # fmt: skip
PEOPLE = """
[[person]]
name = "Ida Roe"
email = "ida@x.example"
roles = ["customer"]

[[person]]
name = "Max Low"
roles = ["customer"]

[[person]]
name = "Eve Low"
email = "eve@desk.example"
roles = ["desk"]
"""
ASKED = """\
May the numbers move?

Customer:  Acme
Decision:  Go
Asked as:  Customer

Please answer with yes, or with no and why."""
CHANGED = """\
What is to be decided has changed since we asked. Please decide on it as it is now.

Customer:  Acme
Decision:  Go
People row 1 (ana@x.example), Wanted on: 4 May 2026 → 11 May 2026

Please answer with yes, or with no and why.

Earlier request: {first}"""


NEEDLESS = """\
We had asked you for this decision. It is not needed any more.

Customer:  Acme
Decision:  Go

Earlier request: {first}"""


class Asked:
    """A customer of whom only the decision to go is open, and the mails that wait for somebody to send them."""

    def __init__(self, store: Store) -> None:
        self.store, self.at, self.read = store, AT, set[Path]()
        self.case.save_answers(
            {"telephony": {"kind": "none"}, "people": [{"email": "ana@x.example", "wanted_on": "2026-05-04"}]}, "test"
        )

    @property
    def case(self) -> Case:
        return Case.open(self.store, "acme", self.at, "R. Diaz")

    def want(self, day: str) -> None:
        self.at += timedelta(hours=1)
        rows = [{**row, "wanted_on": day} for row in self.case.document["people"]]  # type: ignore[union-attr]
        self.case.save_answers({**self.case.document, "people": rows}, "test")

    def run(self) -> list[tuple[str, str, str, str]]:
        """To whom, subject, text without its last line, and reference of what went out with a run."""
        self.at += timedelta(minutes=1)
        apply_stage(self.case, "cutover")
        every = sorted(self.store.layout.outbox.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        found = [path for path in every if path not in self.read]
        self.read.update(found)
        return [self._read(path) for path in found]

    def _read(self, path: Path) -> tuple[str, str, str, str]:
        mail: Any = message_from_bytes(path.read_bytes(), policy=SMTP)
        text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n").rstrip().rpartition("\n\n")[0]
        return str(mail["To"]).strip(), str(mail["Subject"]).strip(), text, str(mail["Message-ID"]).strip()

    def lines(self, kind: str) -> list[Evidence]:
        return [line for line in self.case.record.evidence if line.what.kind == kind]


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    write(tmp_path, DECISION)
    monkeypatch.setenv(PROFILES.name, str(tmp_path))
    monkeypatch.setenv(HOME.name, str(tmp_path))
    with Store.open(tmp_path, "") as store:
        store.layout.people.write_text(PEOPLE, encoding="utf-8")
        store.create_customer(Customer("acme", "Acme", AT), "small-voice")
        yield Asked(store)


def test_who_may_decide_is_asked_by_mail_once(asked: Asked) -> None:
    """Those of the party that owes it who have an address; it stands in journal and record, and proves nothing."""
    [(to, subject, text, reference)] = asked.run()
    assert (to, subject, text) == ("ida@x.example", "Your decision: Go, Acme", ASKED)
    assert [asked.run(), asked.run()] == [[], []]
    [entry] = asked.store.journal("acme", f"{GO}/ida@x.example")
    assert entry.outcome
    assert (entry.outcome.verdict, entry.outcome.reference) == (Verdict.PENDING, reference)
    [line] = asked.lines("gate.mailed")
    assert (str(line.what), line.reference, line.is_proof) == (
        "Ida Roe <ida@x.example> is asked by mail for the decision “Go”", reference, False,
    )  # fmt: skip
    assert len(asked.lines("gate.asked")) == 1
    assert asked.store.verify() == []


def test_what_is_to_be_decided_changes_and_so_does_the_mail(asked: Asked, sandbox: Sandbox) -> None:
    """It names old and new and the mail that it changes, and goes out once; the answers back again are a change too."""
    [(*_, first)] = asked.run()
    asked.want("2026-05-11")
    [(to, subject, text, second)] = asked.run()
    assert (to, subject) == ("ida@x.example", "Change: Your decision: Go, Acme")
    assert [" ".join(line.split()) for line in text.splitlines()] == [
        " ".join(line.split()) for line in CHANGED.format(first=first).splitlines()
    ]
    assert asked.run() == []
    asked.want("2026-05-04")
    [(_, subject, text, _)] = asked.run()
    assert subject.startswith("Change: ")
    assert text.endswith(f"Earlier request: {second}")
    assert len(asked.lines("gate.mailed")) == 3


def test_a_mail_that_never_left_the_outbox_is_written_anew(asked: Asked) -> None:
    """As a whole: nobody is told of a change of what they never had; the old one is gone."""
    asked.run()
    asked.want("2026-05-11")
    [(to, subject, text, _)] = asked.run()
    assert (to, subject, text) == ("ida@x.example", "Your decision: Go, Acme", ASKED)
    assert len(list(asked.store.layout.outbox.glob("*.eml"))) == 1
    assert asked.run() == []


def test_a_mail_that_waits_goes_out_once_there_is_a_server(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A run is due for it, and it goes out once."""
    asked.run()
    with Sandbox(tmp_path / "sandbox") as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        assert "cutover" in stages_to_run(asked.case, asked.case.progress())
        asked.run()
        asked.run()
        assert len(sandbox.mails()) == 1
        assert "cutover" not in stages_to_run(asked.case, asked.case.progress())
    assert len(asked.lines("gate.asked")) == 2


def test_who_need_not_decide_any_more_is_told_so(asked: Asked, sandbox: Sandbox) -> None:
    """One of two has decided: the other was asked, and is told that it is not needed any more; once."""
    both = PEOPLE.replace('name = "Max Low"\n', 'name = "Max Low"\nemail = "max@x.example"\n')
    asked.store.layout.people.write_text(both, encoding="utf-8")
    first = {to: reference for to, _, _, reference in asked.run()}
    decide(asked.case.acting("Ida Roe <ida@x.example>"), Vote(GO, True, "customer"))
    assert asked.case.progress().gates[GO].is_open
    assert "cutover" in stages_to_run(asked.case, asked.case.progress())
    [(to, subject, text, _)] = asked.run()
    assert (to, subject) == ("max@x.example", "Withdrawn: Your decision: Go, Acme")
    assert text == NEEDLESS.format(first=first["max@x.example"])
    assert asked.run() == []


def test_what_waits_is_taken_out_of_the_outbox_when_nobody_has_to_decide(asked: Asked) -> None:
    """Nobody was asked, so nobody is told."""
    both = PEOPLE.replace('name = "Max Low"\n', 'name = "Max Low"\nemail = "max@x.example"\n')
    asked.store.layout.people.write_text(both, encoding="utf-8")
    assert len(asked.run()) == 2
    decide(asked.case.acting("Ida Roe <ida@x.example>"), Vote(GO, True, "customer"))
    assert asked.run() == []
    assert list(asked.store.layout.outbox.glob("*.eml")) == []


def test_who_may_not_decide_any_more_is_told_so_and_the_other_is_asked(asked: Asked, sandbox: Sandbox) -> None:
    """Whose role is another by now is not asked any more."""
    asked.run()
    asked.store.layout.people.write_text(PEOPLE.replace("ida@", "ira@"), encoding="utf-8")
    asked.want("2026-05-11")
    assert sorted((to, subject) for to, subject, *_ in asked.run()) == [
        ("ida@x.example", "Withdrawn: Your decision: Go, Acme"), ("ira@x.example", "Your decision: Go, Acme"),
    ]  # fmt: skip
    assert asked.run() == []


@pytest.mark.parametrize("fault", ["drop-before", "drop-after"])
def test_a_mail_of_unknown_end_is_said_and_asked_again_by_somebody_s_word(
    asked: Asked, sandbox: Sandbox, fault: str
) -> None:
    """Each run says that it is unknown, and sends nothing; once somebody has looked it goes out."""
    sandbox.mail_fault(fault)
    [trouble] = apply_stage(asked.case, "cutover").troubles
    assert "may or may not have been sent" in trouble
    sandbox.clear_faults()
    assert len(asked.lines("gate.asked")) == 1
    doubt = (
        "It is not known whether the mail that asks ida@x.example has arrived. Ask them: it is sent again once "
        "somebody says that it has not."
    )
    assert doubt in asked.case.progress().gates[GO].missing
    arrived = len(sandbox.mails())
    for _ in range(2):
        asked.at += timedelta(minutes=1)
        assert apply_stage(asked.case, "cutover").troubles == [trouble]
    assert len(sandbox.mails()) == arrived
    trying_again.again(asked.case, GO, "she has none")
    assert doubt not in asked.case.progress().gates[GO].missing
    assert "cutover" in stages_to_run(asked.case, asked.case.progress())
    assert apply_stage(asked.case, "cutover").troubles == []
    assert len(sandbox.mails()) == arrived + 1
    assert apply_stage(asked.case, "cutover").troubles == []
    assert len(sandbox.mails()) == arrived + 1
    with pytest.raises(InputError, match="GATE-NOT-UNKNOWN"):
        trying_again.again(asked.case, GO, "once more")
    assert asked.store.verify() == []


def test_what_may_have_been_asked_is_asked_as_it_is_now_in_words_right_either_way(
    asked: Asked, sandbox: Sandbox
) -> None:
    """Nobody decides on what is not to be decided any more; decided it is unknown no more."""
    sandbox.mail_fault("drop-after")
    apply_stage(asked.case, "cutover")
    sandbox.clear_faults()
    asked.read.update(asked.store.layout.outbox.glob("*.eml"))
    asked.want("2026-05-11")
    [(to, subject, text, _)] = asked.run()
    assert (to, subject) == ("ida@x.example", "Change: Your decision: Go, Acme")
    assert text.startswith("If you have got our earlier mail (<")
    assert "May the numbers move?" in text
    assert asked.run() == []


def test_whoever_has_decided_is_asked_anew_as_a_whole(asked: Asked) -> None:
    """What they said was for other answers; there is nothing to change in a mail that was answered."""
    asked.run()
    decide(asked.case.acting("Ida Roe <ida@x.example>"), Vote(GO, True, "customer"))
    asked.want("2026-05-11")
    [(to, subject, text, _)] = asked.run()
    assert (to, subject, text) == ("ida@x.example", "Your decision: Go, Acme", ASKED)


def test_nobody_with_an_address_is_only_asked_in_the_record(asked: Asked) -> None:
    """As before: the runbook and the status show it."""
    asked.store.layout.people.write_text(PEOPLE.replace('email = "ida@x.example"\n', ""), encoding="utf-8")
    assert asked.run() == []
    assert (len(asked.lines("gate.asked")), asked.lines("gate.mailed")) == (1, [])


def test_a_mail_server_that_is_away_is_tried_again(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody counts as asked, and nobody is asked twice."""
    monkeypatch.setenv(settings.SMTP_HOST.name, "127.0.0.1")
    monkeypatch.setenv(settings.SMTP_PORT.name, "9")
    applied = apply_stage(asked.case, "cutover")
    assert applied.troubles
    assert (asked.lines("gate.asked"), asked.lines("gate.mailed")) == ([], [])
    monkeypatch.delenv(settings.SMTP_HOST.name)
    assert len(asked.run()) == 1
    assert asked.run() == []


class Refusing:
    """An outbox that takes a mail only from the second time on."""

    name, settle, is_manual, tries = "support", 0.0, False, 0

    def __init__(self, inner: Connector) -> None:
        self.inner = inner

    def observe(self, wanted: Sequence[Action]) -> dict[str, Mapping[str, JSON] | None]:
        return self.inner.observe(wanted)

    def send(self, action: Action, ref: str, documents: Sequence[Attachment] = ()) -> Outcome:
        self.tries += 1
        if self.tries == 1:
            return Outcome(Verdict.REJECTED, message=noted("550 no such person"))
        return self.inner.send(action, ref, documents)

    def look_up(self, action: Action, ref: str) -> Outcome | None:
        return self.inner.look_up(action, ref)


def test_whoever_could_not_be_asked_is_asked_with_the_next_run(asked: Asked) -> None:
    """A refused mail leaves nobody asked: it is said at every run until it has gone out."""
    case = asked.case
    outbox = Refusing(planning.connector(case, "support"))
    case.connectors["support"] = outbox
    assert "550 no such person" in apply_stage(case, "cutover").troubles[0]
    assert (asked.lines("gate.asked"), asked.lines("gate.mailed")) == ([], [])
    assert apply_stage(case, "cutover").troubles == []
    assert (len(asked.lines("gate.asked")), len(asked.lines("gate.mailed")), outbox.tries) == (1, 1, 2)
    assert apply_stage(case, "cutover").troubles == []
    assert outbox.tries == 2


def test_a_run_that_was_cut_short_after_its_mail_sends_none_again(asked: Asked) -> None:
    """The mail is out and stands in the journal; the line that is missing in the record is written by the next run."""
    case = asked.case
    gate = case.progress().gates[GO]
    [person] = [one for one in people_of(case, case.context()).may(gate.owed_by) if one.email]
    action = request_to(person, gate, case.context())
    assert action
    plan = planning.plan(case, "cutover")
    attempts = Attempts.of(case, "cutover", plan.wanted, lambda _: None, lambda _name, _problem: None)
    first = attempts.carry_out(action).reference
    assert len(asked.run()) == 1  # the one that was sent before
    [line] = asked.lines("gate.mailed")
    assert line.reference == first
    assert len(asked.store.journal("acme", action.id)) == 1


def test_a_broken_list_of_people_keeps_nobody_from_the_rest(asked: Asked) -> None:
    """It is said, and the next run asks."""
    asked.store.layout.people.write_text("[[person]]\n", encoding="utf-8")
    applied = apply_stage(asked.case, "cutover")
    assert "people.toml cannot be used" in " ".join(applied.troubles)
    assert asked.lines("gate.asked") == []


def test_the_customer_s_people_read_it_in_their_language(asked: Asked) -> None:
    """Those of the provider in English."""
    asked.store.create_customer(Customer("iglesia", "Iglesia", AT, language="es"), "small-voice")
    case = Case.open(asked.store, "iglesia", AT, "R. Diaz")
    case.save_answers(dict(asked.case.document), "test")
    apply_stage(case, "cutover")
    [path] = asked.store.layout.outbox.glob("*.eml")
    _to, subject, text, _ = asked._read(path)
    assert subject == "Su decisión: Go, Iglesia"
    assert "Responda sí, o no y por qué." in text


@pytest.mark.slow
@pytest.mark.parametrize(("commit", "after"), [(2, False), (4, True), (5, False), (6, True)])
def test_a_run_that_is_killed_leaves_one_mail_for_each_who_is_asked(
    asked: Asked, forks: Forks, commit: int, after: bool
) -> None:
    """Before or after a commit, while what waits is written anew: the next run leaves one mail, and one line each."""
    asked.run()
    asked.want("2026-05-11")
    at = (asked.at + timedelta(minutes=1)).isoformat()
    child = forks.begin("apply_until", customer="acme", stage="cutover", at=at, commit=commit, after=after)
    assert forks.wait(child) != 0
    for _ in range(2):
        asked.at += timedelta(minutes=2)
        assert apply_stage(asked.case, "cutover").troubles == []
    [mail] = asked.store.layout.outbox.glob("*.eml")
    assert b"Change" not in mail.read_bytes()
    assert (len(asked.lines("gate.asked")), len(asked.lines("gate.mailed"))) == (2, 2)
    assert all(entry.outcome for entry in asked.store.journal("acme"))
    assert asked.store.verify() == []


def test_whoever_was_asked_is_told_that_it_is_not_needed_once_the_project_has_ended(
    asked: Asked, sandbox: Sandbox
) -> None:
    """Once; of a project that is taken up again they are asked anew."""
    [(*_, first)] = asked.run()
    asked.at += timedelta(hours=1)
    cancel(asked.case, "went to another provider")
    for _again in range(2):
        assert take_leave(asked.case) == []
    assert len(sandbox.mails()) == 2
    resume(asked.case, "the wrong customer")
    (to, subject, text, _), (again, *_), *rest = asked.run()
    assert (to, subject, text) == ("ida@x.example", "Withdrawn: Your decision: Go, Acme", NEEDLESS.format(first=first))
    assert (again, rest) == ("ida@x.example", [])
    assert len(sandbox.mails()) == 3
