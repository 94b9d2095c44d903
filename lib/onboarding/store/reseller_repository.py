"""Resellers of the workspace, in a file that somebody keeps by hand: ``resellers.toml``.

[reseller.acme]
name = "Acme Networks"
providers = ["chinook"]                          # without it: every profile
sender = "onboarding@acme.example"               # without it: the workspace's
portal = "https://portal.acme.example"
letter_head = ["Acme Networks, 1 Main Street, Boston, MA 02110", "+1 617 555 0100"]
logo = "acme.png"                                # PNG or JPEG beside this file, at most 100 kB
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, TypeAdapter, ValidationError

from onboarding.domain.reseller import Reseller
from onboarding.errors import InputError
from onboarding.files import open_file, toml_of

LARGEST_LOGO = 100_000
"""Bytes of a logo: it stands in every report."""

_FORM = "[reseller.<id>], such as [reseller.acme]"

_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_URL = TypeAdapter(HttpUrl)


def _is_url(value: str) -> str:
    _URL.validate_python(value)
    return value


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1, max_length=80)]
    providers: list[str] = []
    sender: Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")] | None = None
    portal: Annotated[str, AfterValidator(_is_url)] | None = None
    letter_head: Annotated[list[Annotated[str, Field(max_length=120)]], Field(max_length=6)] = []
    logo: str | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    reseller: dict[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")], _Entry] = {}


def read_resellers(path: Path) -> Mapping[str, Reseller]:
    """Every reseller by id, in the order of the file; none where there is no such file.

    Raises InputError RESELLER-FILE with everything that is wrong with it.
    """
    try:
        content = toml_of(path)
        found = _File.model_validate(content)
    except FileNotFoundError:
        return {}
    except ValidationError as error:
        raise _wrong(path, list(_faults(error))) from None
    except (OSError, ValueError) as error:
        raise _wrong(path, [f"it cannot be read: {error.strerror if isinstance(error, OSError) else error}"]) from None
    return {name: _reseller(name, entry, path) for name, entry in found.reseller.items()}


def _faults(error: ValidationError) -> Iterator[str]:
    for one in error.errors():
        place = ".".join(str(part) for part in one["loc"] if part != "[key]")
        if len(one["loc"]) <= 2 and isinstance(one["input"], list):
            yield f"a reseller stands under {_FORM}, in single brackets and with an id"
        elif one["type"] != "extra_forbidden":
            is_name = one["msg"][1:2].isupper()
            yield f"{place}: {one['msg'] if is_name else one['msg'][:1].lower() + one['msg'][1:]}"
        elif len(one["loc"]) == 1:
            yield f"unknown key {place!r}; resellers stand under {_FORM}"
        else:
            yield f"unknown key {place!r} (known: {', '.join(_Entry.model_fields)})"


def _reseller(name: str, entry: _Entry, path: Path) -> Reseller:
    logo = _logo(path.parent / entry.logo, path) if entry.logo else ""
    return Reseller(
        name, entry.name, tuple(entry.providers), entry.sender or "", entry.portal or "", tuple(entry.letter_head), logo
    )


def _logo(picture: Path, path: Path) -> str:
    if picture.parent != path.parent:
        raise _wrong(path, [f"the logo {picture.name} does not lie beside it"])
    try:
        with open_file(picture) as file:
            data = file.read(LARGEST_LOGO + 1)
    except OSError as error:
        raise _wrong(path, [f"the logo {picture.name} cannot be read: {error.strerror}"]) from None
    kind = next((kind for begin, kind in _PICTURES.items() if data.startswith(begin)), "")
    if not kind or len(data) > LARGEST_LOGO:
        raise _wrong(path, [f"the logo {picture.name} is no PNG or JPEG of at most {LARGEST_LOGO // 1000} kB"])
    return f"data:{kind};base64,{b64encode(data).decode()}"


def listed(path: Path, name: str) -> Reseller:
    """The reseller of that id; one that is listed no more has its id alone. Raises as `read_resellers`."""
    return read_resellers(path).get(name) or Reseller(name, name)


def _wrong(path: Path, found: list[str]) -> InputError:
    return InputError("RESELLER-FILE", f"{path.name} cannot be used: {'; '.join(found)}.", "Mend the file.")
