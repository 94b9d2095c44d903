"""People who decide: who somebody is, whatever way they are named, and in which roles they may act."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr


@dataclass(frozen=True, slots=True)
class Person:
    """One person; ``roles`` are party ids, ``customers`` the only customers they act for (empty: all).

    ``resellers`` are the only ones for whose customers they act (empty: all), ``profiles`` the only providers'
    profiles in which the roles are theirs (empty: all), ``side`` the only side
    they act for: customer, reseller, provider or third (empty: that of each role). ``login`` is what they sign in with
    where they work with the tool themselves.
    """

    name: str
    email: str = ""
    roles: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    side: str = ""
    login: str = ""
    resellers: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name and self.email else self.name or self.email

    def is_meant(self, by: str) -> bool:
        """Whether ``by`` (a name, an e-mail address, or both) is this person. An address decides over a name."""
        name, email = _taken_apart(by)
        return email == _plain(self.email) if email else bool(name) and name == _plain(self.name)

    def signs_in_as(self, login: str) -> bool:
        """Whether that login is theirs."""
        return bool(self.login) and _plain(login) == _plain(self.login)


@dataclass(frozen=True, slots=True)
class Directory:
    """The people known for one customer. ``is_kept``: somebody keeps the list, so who is not on it has no role."""

    people: tuple[Person, ...] = ()
    is_kept: bool = False

    def person(self, by: str) -> Person | None:
        """The one person meant; None when nobody is, or a name fits several with different addresses."""
        found = [person for person in self.people if person.is_meant(by)]
        return found[0] if len({_plain(person.email) or _plain(person.name) for person in found}) == 1 else None

    def may(self, role: str) -> tuple[Person, ...]:
        """Everybody listed for the role, each once."""
        return tuple({identity(str(person)): person for person in self.people if role in person.roles}.values())

    def has(self, by: str, roles: Sequence[str]) -> bool:
        """Whether the one person meant is listed for any of the roles."""
        return str(self.person(by) or "") in {str(person) for role in roles for person in self.may(role)}

    def entries(self, by: str) -> tuple[Person, ...]:
        """Everything that is known of the one person meant, from whatever list."""
        return tuple(person for person in self.people if person.is_meant(by)) if self.person(by) else ()

    def knows(self, role: str) -> bool:
        """Whether it is known who has the role; if not, people are taken at their word."""
        return self.is_kept or any(role in person.roles for person in self.people)

    def named(self, by: str) -> str:
        """The person's full name and address where they are listed, else as they were named."""
        person = self.person(by)
        return str(person) if person else " ".join(by.split())

    def identity(self, by: str) -> str:
        """The same text for the same person, however named."""
        return identity(self.named(by))


def identity(by: str) -> str:
    """What one person is known by: the e-mail address where there is one, else the name."""
    name, email = _taken_apart(by)
    return email or name


def is_one_person(one: str, other: str) -> bool:
    """Whether both may be one person: one address, or one name in any spelling where an address is missing."""
    (name, email), (name_too, email_too) = _taken_apart(one), _taken_apart(other)
    if email and email_too:
        return email == email_too
    return bool(name) and _words(name) == _words(name_too)


def _words(name: str) -> list[str]:
    """The words of a name without accents and marks, in whatever order."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign))
    return sorted(re.findall(r"\w+", plain))


def entered_for(by: str, login: str) -> str:
    """The login that entered what ``by`` said, where that is somebody else; empty where they entered it themselves."""
    name, email = _taken_apart(by)
    return "" if Person(name, email).is_meant(login) else login


def joined(people: Sequence[Person]) -> str:
    return ", ".join(map(str, people))


def _taken_apart(by: str) -> tuple[str, str]:
    """(name, e-mail address) in plain spelling; either may be empty."""
    name, email = parseaddr(" ".join(by.split()))
    return (_plain(name), _plain(email)) if "@" in email else (_plain(by), "")


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
