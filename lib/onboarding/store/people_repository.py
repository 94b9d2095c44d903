"""People of the workspace and their roles, in a file that somebody keeps by hand: ``people.toml``.

[[person]]
name = "Rosa Diaz"
email = "rosa@reseller.example"
roles = ["reseller", "reseller-administrator"]   # parties of a profile
customers = ["bright-smile"]                     # without it: every customer
resellers = ["acme"]                             # without it: those of every reseller
profiles = ["chinook"]                           # without it: the roles of these names in every profile
side = "reseller"                                # without it: the side of each role
login = "rosa"                                   # of who works with the tool: in four eyes their word is entered by it
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from onboarding.domain.people import Person, identity
from onboarding.domain.task import SIDES
from onboarding.errors import InputError
from onboarding.files import toml_of

KEYS = ("name", "email", "roles", "customers", "profiles", "side", "login", "resellers")
LISTS = ("roles", "customers", "profiles", "resellers")


def read_people(path: Path) -> tuple[Person, ...] | None:
    """Everybody on the list; None when there is no such file.

    Raises InputError PEOPLE-FILE with everything that is wrong with it: a list that is half understood decides nothing.
    """
    try:
        content = toml_of(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise _wrong(path, [f"it cannot be read: {reason}"]) from None
    entries = content.get("person", [])
    found = [f"unknown key {key!r}" for key in content if key != "person"]
    if not isinstance(entries, list):
        raise _wrong(path, [*found, "people stand under [[person]]"])
    for number, entry in enumerate(entries, start=1):
        found += [f"person {number}: {reason}" for reason in _faults(entry)]
    if found:
        raise _wrong(path, found)
    people = tuple(_person(entry) for entry in entries)
    names = [identity(str(person)) for person in people]
    logins = [person.login.strip().casefold() for person in people if person.login.strip()]
    twice = [f"{name} is listed twice" for name in sorted({name for name in names if names.count(name) > 1})]
    twice += [f"the login {one} is two people's" for one in sorted({one for one in logins if logins.count(one) > 1})]
    if twice:
        raise _wrong(path, twice)
    return people


def _faults(entry: Any) -> list[str]:
    if not isinstance(entry, Mapping):
        return ["a table is wanted"]
    found = [f"unknown key {key!r}" for key in entry if key not in KEYS]
    unfit = [key for key in KEYS if key in entry and not _is_fit(entry[key], key in LISTS)]
    found += [f"{key!r} is a {'list of texts' if key in LISTS else 'text'}" for key in unfit]
    if not str(entry.get("name") or entry.get("email") or "").strip():
        found.append("'name' or 'email' is wanted")
    if entry.get("side") not in (None, *SIDES):
        found.append(f"'side' is one of {', '.join(SIDES)}")
    if not entry.get("roles"):
        found.append("'roles' is missing")
    return found


def _is_fit(value: Any, is_list: bool) -> bool:
    return isinstance(value, list) is is_list and all(isinstance(item, str) for item in (value if is_list else [value]))


def _person(entry: Mapping[str, Any]) -> Person:
    name, email = str(entry.get("name", "")).strip(), str(entry.get("email", "")).strip()
    roles, customers, profiles, resellers = (tuple(entry.get(key, ())) for key in LISTS)
    side, login = entry.get("side", ""), entry.get("login", "").strip()
    return Person(name, email, roles, customers, profiles, side, login, resellers)


def _wrong(path: Path, found: list[str]) -> InputError:
    words = f"{path.name} cannot be used: {'; '.join(found)}."
    return InputError("PEOPLE-FILE", words, "Mend the list, or take it away: people are then taken at their word.")
