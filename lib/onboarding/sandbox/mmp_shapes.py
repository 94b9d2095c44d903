"""What the management portal's simulator accepts, field by field, as its contract says."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from onboarding.sandbox.shapes import Email, Extension, Number, Shape, Strict, Text

WebId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,63}$")]
Shown = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{3,15}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[^\s/]{4,64}$")]
Length = Annotated[int, Field(ge=2, le=7)]
Quantity = Annotated[int, Field(ge=0, le=100_000)]
Contact = dict[str, str | bool | None]


class CustomerChange(Shape):
    name: Text = ""
    platform: Text | None = None
    extension_length: Length | None = None
    dialling_privileges: Text | None = None
    branding: Text | None = None
    key_template: Text | None = None
    welcome_mail: bool | Text | None = None
    billing_confirmation: bool | None = None
    time_zone: Text | None = None
    managed_by: Text | None = None
    next_gen_client: bool | None = None
    npm_awv: bool | None = None
    did_as_cesid: bool | None = None
    default_cesid: Shown | None = None
    contact: Contact | None = None


class NewCustomer(CustomerChange):
    webid: WebId
    name: Text


class BundleChange(Shape):
    quantity: Quantity = 0


class NewBundle(Shape):
    customer: WebId
    bundle: Text
    quantity: Quantity


class CpnChange(Shape):
    name: Text | None = None


class NewCpn(CpnChange):
    customer: WebId
    number: Shown


class NewRange(Shape):
    customer: WebId
    start: Number
    end: Number


class LocationChange(Shape):
    number: Shown = ""
    location: Text = ""
    zone: Text | None = None


class NewLocation(Shape):
    customer: WebId
    site_name: Text
    number: Shown
    location: Text
    zone: Text | None = None


class TemplateChange(Shape):
    """A key template is described freely: what else is given is kept as it is."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)


class NewTemplate(TemplateChange):
    customer: WebId
    name: Text


class NewDevice(Shape):
    customer: WebId
    device: Text


class UserChange(Shape):
    first_name: Text = ""
    last_name: Text = ""
    email: Email | None = None
    extension: Extension | None = None
    bundle: Text | None = None
    did: Number | None = None
    site: Text | None = None
    sip_user: Text | None = None
    mbg: Text | None = None


class NewUser(UserChange):
    customer: WebId
    user_name: Name
    first_name: Text
    last_name: Text


class DemoMode(Shape):
    pass


class BundleType(Strict):
    """A bundle for sale. ``needs_script``: its devices are made by a script on the platform."""

    name: Text
    phones: int = 1
    meetings: bool = False
    needs_script: bool = False


class PlatformGroup(Strict):
    """A platform group; ``blueprint`` when it is built from one."""

    name: Text
    type: Text = "MiVoice Business"
    micollab_version: Text = "9.8"
    mivb_version: Text = "9.4"
    has_script: bool = False
    blueprint: Text | None = None


class PlatformManager(Strict):
    """The server blueprints come from, with the credentials it is spoken to."""

    address: Text
    user: Text
    password: Text


class Blueprint(Strict):
    name: Text


NEW: dict[str, type[Shape]] = {
    "customers": NewCustomer, "bundles": NewBundle, "cpns": NewCpn, "did-ranges": NewRange,
    "emergency-locations": NewLocation, "key-templates": NewTemplate, "hotdesk-devices": NewDevice, "users": NewUser,
}  # fmt: skip
CHANGE: dict[str, type[Shape]] = {
    "customers": CustomerChange, "bundles": BundleChange, "cpns": CpnChange, "emergency-locations": LocationChange,
    "key-templates": TemplateChange, "users": UserChange,
}  # fmt: skip
