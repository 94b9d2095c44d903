"""What the portal's simulator accepts, field by field, as its contract says."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Domain = Annotated[str, StringConstraints(min_length=3, max_length=253, pattern=r"^[a-z0-9.-]+$")]
Email = Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Extension = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}$")]
Number = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
UserService = Literal["exchange", "lync", "sharepoint", "crm", "unified-messaging"]
SiteService = Literal["sharepoint", "crm"]


class Strict(BaseModel):
    """Known fields only, no guessing of types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Shape(Strict):
    """A request body."""

    reference: Reference


class Administrator(Strict):
    email: Email
    first_name: Text
    last_name: Text
    is_dedicated: bool


class NewCompany(Shape):
    domain: Domain
    name: Text
    administrator: Administrator


class NewUser(Shape):
    company: Domain
    email: Email
    first_name: Text
    last_name: Text
    site: Text = ""
    extension: Extension = ""
    department: Text = ""


class NewService(Shape):
    company: Domain
    user: Email
    service: UserService
    plan: Text = ""
    number: Number = ""


class NewSite(Shape):
    company: Domain
    service: SiteService
    title: Text
    plan: Text = ""


class CompanyChange(Shape):
    name: Text = ""


class UserChange(Shape):
    first_name: Text = ""
    last_name: Text = ""
    site: Text | None = None
    extension: Extension | None = None
    department: Text | None = None


class ServiceChange(Shape):
    plan: Text | None = None
    number: Number | None = None


class SiteChange(Shape):
    title: Text = ""
    plan: Text | None = None


NEW: dict[str, type[Shape]] = {"companies": NewCompany, "users": NewUser, "services": NewService, "sites": NewSite}
CHANGE: dict[str, type[Shape]] = {
    "companies": CompanyChange, "users": UserChange, "services": ServiceChange, "sites": SiteChange,
}  # fmt: skip


def first_fault(error: ValidationError) -> tuple[str, str]:
    """(field, words) of the first thing that is wrong; never the value."""
    found = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return ".".join(map(str, found["loc"])), found["msg"]
