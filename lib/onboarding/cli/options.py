"""Arguments and options that several commands share, and how their words become things."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from onboarding.cli.shell import argument, at_end, flag, json_alone, option, service_named
from onboarding.errors import InputError

if TYPE_CHECKING:
    from onboarding.case.case import Case
    from onboarding.domain.action import Attachment
    from onboarding.store.store import Store

LARGEST_EVIDENCE = 50 * 2**20
"""Bytes of a file taken as proof."""

TRAINING = "sample"
"""Id of the training customer, as `case.sample` has it, which takes the reader of workbooks along when imported."""

CustomerId = Annotated[str, argument("CUSTOMER", "The customer's id, such as bright-smile.")]
MaybeCustomer = Annotated[str, argument("CUSTOMER", "The customer's id; all customers without it.")]
_AS_OF = "Work as if it were then: 2026-03-02 (nine in the morning) or 2026-03-02T14:30. Without it: now."
AsOf = Annotated[str, option("--as-of", "DAY", _AS_OF)]
By = Annotated[str, option("--by", "WHO", "Who did it or decides it: a name or e-mail address.")]
AsJson = Annotated[bool, flag("--json", "Print JSON, for another program to read.", callback=json_alone)]
Note = Annotated[str, option("--note", "TEXT", "What else is to be kept with it.")]
Evidence = Annotated[Path | None, option("--evidence", "FILE", "The proof: a letter, a screenshot, a mail.")]

Reseller = Annotated[str, option("--reseller", "ID", "Only the customers of this reseller.")]
SameFile = Annotated[bool, flag("--same-file", "The file proves something else too, and that is meant.")]


def open_store(customer: str = "") -> Store:
    """The store of this workspace, or the one in which that customer is; closed when the command has ended."""
    from onboarding.store.store import Store

    if customer == TRAINING:
        return open_case(customer).store
    store = Store.open()
    at_end(store.close)
    if customer:
        store.customer(customer)
    return store


def open_cases(customer: str, as_of: str = "", by: str = "") -> list[Case]:
    """The customer's engagement that is named by ``--service``, or all of them, oldest first; see `open_case`."""
    if customer == TRAINING or service_named():
        return [open_case(customer, as_of, by)]
    store = open_store(customer)
    return [open_case(customer, as_of, by, store, one.service) for one in store.engagements_of(customer)]


def open_shared(customer: str, as_of: str = "", by: str = "") -> tuple[Case, bool]:
    """A case of the customer for what is done with its answers, and whether those of several services are meant."""
    cases = open_cases(customer, as_of, by)
    going_on = [case for case in cases if case.engagement.ended is None]
    return (going_on or cases)[0], len(going_on) > 1


def open_case(customer: str, as_of: str = "", by: str = "", store: Store | None = None, service: str = "") -> Case:
    """The customer as of then, with ``by`` (or the engineer) at work, its ``service`` being that of ``--service``.

    A day alone means its morning at the provider's place. Raises InputError for an id that is none or not known, for
    words that are no instant, and for an instant that lies before the last record or ahead (`case.clock`).
    """
    from onboarding.case import clock
    from onboarding.case.case import Case, engineer
    from onboarding.domain.history import check_customer_id

    now, person = datetime.now(UTC), who(by) if by else engineer()
    if check_customer_id(customer) == TRAINING:
        from onboarding.case.sample import open_sample

        case = open_sample(now)
        at_end(case.store.close)
        case.by = person
    else:
        case = Case.open(store or open_store(), customer, now, person, service or service_named())
    return clock.as_of(case, as_of)


def who(by: str) -> str:
    """The name of the person at work. Raises InputError when it is blank."""
    if not by.strip():
        raise InputError("BY-MISSING", "It is not said who does this.", "Give a name or e-mail address with --by.")
    return by.strip()


def day_of(text: str, option: str) -> date | None:
    """An ISO date; None when empty. Raises InputError DATE."""
    from onboarding.case.clock import parse_day

    try:
        return parse_day(text) if text.strip() else None
    except ValueError:
        raise InputError("DATE", f"{text[:40]!r} is not a date for {option}.", "Write it as 2026-11-30.") from None


def document_of(path: Path | None) -> Attachment | None:
    """The file as a document to keep. Raises InputError when it cannot be read, is empty or too large."""
    if path is None:
        return None
    import mimetypes

    from onboarding.domain.action import Attachment

    def refused(why: str) -> InputError:
        return InputError("EVIDENCE-FILE", f"{path} {why}.", "Nothing was recorded; give another file with --evidence.")

    if not path.is_file():
        raise refused("is no file" if path.exists() else "does not exist")
    size = path.stat().st_size
    if not 0 < size <= LARGEST_EVIDENCE:
        raise refused(f"is larger than {LARGEST_EVIDENCE // 2**20} MB" if size else "is empty")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise refused(f"cannot be read: {error.strerror}") from error
    return Attachment(path.name, mimetypes.guess_type(path.name)[0] or "application/octet-stream", data)
