"""Every error of the product, in one place, sorted by what the reader does next.

    OnboardingError                what went wrong, which thing, what to do; carries the exit code
    ├── InputError (ValueError)    2  correct what was given: a parameter, a file, an identifier
    │   └── AnswerError            2  ask the customer again
    ├── ProfileError (ValueError)  2  mend our data file: names file and key
    ├── Parked                     3  wait for somebody, or fetch the proof
    │   └── GateClosed             3  a gate holds the way
    ├── Busy                       1  somebody else is working on this customer: try again
    ├── StalePlan                  1  the world moved since the plan was shown: look again
    ├── ConnectorError             1  the outside system
    │   ├── Unavailable            1  try again later; nothing is known to have changed
    │   └── Rejected               1  it said no: show its words, do not retry
    ├── StoreError                 1  the database or a file of ours cannot be used
    └── EvidenceError              1  the record is damaged or contradicts itself: stop

Only the message survives in an executed notebook, so code and remedy are part of it.
"""

from __future__ import annotations

from typing import ClassVar


class OnboardingError(Exception):
    """Base of all errors a person is meant to read.

    ``code`` is stable and short (``PARAM-UNKNOWN``), ``message`` says what and which,
    ``remedy`` says what to do, to whoever works in a runbook; where another control does it on the command line,
    ``command`` says so there, and only there. None of them may ever hold a secret.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, message: str, remedy: str = "", command: str = "") -> None:
        self.code = code
        self.message = message
        self.remedy = remedy
        self.command = command or remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        return f"{self.code}: {self.message} {self.command}".rstrip()

    def __reduce__(self) -> tuple[type[OnboardingError], tuple[str, str, str, str]]:
        return type(self), (self.code, self.message, self.remedy, self.command)

    def _render_traceback_(self) -> list[str]:
        # IPython calls this instead of printing a traceback: a calm line is all a runbook needs.
        return [f"{self.code}: {self.message} {self.remedy}".rstrip()]


class InputError(OnboardingError, ValueError):
    """What was given cannot be used: parameter, identifier, file or option."""

    exit_code = 2


class AnswerError(InputError):
    """The customer's answers cannot be taken as they are."""


class ProfileError(OnboardingError, ValueError):
    """One of our own data files is wrong; the message names file and key."""

    exit_code = 2


class Parked(OnboardingError):
    """Nothing more can be done now; the message says who is asked and until when."""

    exit_code = 3


class GateClosed(Parked):
    """A gate holds the way; the message says what is missing and who owes it."""


class Busy(OnboardingError):
    """Another process holds the customer or the database."""


class StalePlan(OnboardingError):
    """The plan that was approved is no longer the plan that would be applied."""


class ConnectorError(OnboardingError):
    """An outside system did not do what it was asked."""


class Unavailable(ConnectorError):
    """The outside system could not be reached or did not answer in time."""


class Rejected(ConnectorError):
    """The outside system refused; its own words are in the message."""


class StoreError(OnboardingError):
    """The database or a file of the workspace cannot be read or written."""


class EvidenceError(OnboardingError):
    """The record is damaged or contradicts itself."""
