"""What people set up by hand around the management portal: platform groups, bundles for sale, links, a reboot."""

from __future__ import annotations

from typing import Any

from onboarding.errors import InputError
from onboarding.sandbox.records import Records, Refused, Strict, Text

VOICE = "MiVoice Business"
"""The type of platform group that may be built from a blueprint."""
SYSTEMS = ("MiCollab", VOICE)
SCRIPT_FROM = (8, 0)
"""Up to this version of both systems a bundle that needs the script is only there once the script was run."""
MEETINGS_FROM = (9, 2)
_BEGIN: dict[str, Any] = {
    "bundle_types": {}, "platforms": {}, "blueprints": [], "step": 0, "manager": {}, "links_down": [], "deleted": [],
    "task_seconds": 0.2, "fail_next": "",
}  # fmt: skip


class BundleType(Strict):
    """A bundle for sale. ``needs_script``: its devices are made by a script on the platform."""

    name: Text
    phones: int = 1
    meetings: bool = False
    needs_script: bool = False


class PlatformGroup(Strict):
    """A platform group; ``blueprint`` when it is built from one."""

    name: Text
    type: Text = VOICE
    micollab_version: Text = "9.8"
    mivb_version: Text = "9.4"
    has_script: bool = False
    blueprint: Text | None = None


class PlatformManager(Strict):
    """The server blueprints come from, with the credentials for it."""

    address: Text
    user: Text
    password: Text


class Blueprint(Strict):
    name: Text


class Setup(Records):
    """Settings of the portal that its own interface does not offer; kept like everything else."""

    space = "mmp-"
    owner = "customer"

    def do(self, what: str, **fields: Any) -> None:
        """One thing a service provider's administrator does by hand: ``add-platform`` is `_do_add_platform`, and so on.

        Raises InputError for what does not exist, Refused when the portal would not allow it.
        """
        operation = getattr(self, f"_do_{what.replace('-', '_')}", None)
        if operation is None:
            raise InputError("SANDBOX-MMP", f"The management portal knows no {what[:40]!r}.")
        with self._state.transaction():
            operation(**fields)

    def setup(self) -> dict[str, Any]:
        """What was set up; never a password."""
        return {
            "bundle_types": list(self.bundle_types().values()),
            "platform_groups": self.platforms(),
            "blueprint_step": self._get("step"),
            "task_seconds": self._get("task_seconds"),
        }

    # -- what the rules ask --------------------------------------------------------------------------------

    def bundle_types(self) -> dict[str, dict[str, Any]]:
        return dict(self._get("bundle_types"))

    def platform(self, name: str) -> dict[str, Any] | None:
        """A platform group with its links."""
        group, down = self._get("platforms").get(name), self._get("links_down")
        links = {system: f"{name}/{system}" not in down for system in SYSTEMS}
        return None if group is None else {**group, "links": links}

    def platforms(self) -> list[dict[str, Any]]:
        return [group for name in self._get("platforms") if (group := self.platform(name))]

    def need_platform(self, name: str) -> dict[str, Any]:
        """The platform group, connected to both its systems. Raises Refused."""
        group = self.platform(name)
        if group is None:
            raise Refused(422, "platform-unknown", f"No platform group {name} is registered.", "platform")
        if down := [system for system, is_up in group["links"].items() if not is_up]:
            words = f"The connection of {name} to {' and '.join(down)} failed; nothing was changed."
            raise Refused(409, "platform-unreachable", words, "platform")
        return group

    def need_bundle(self, name: str, platform: str) -> dict[str, Any]:
        """The bundle, sold and available on that platform group. Raises Refused."""
        bundle = self.bundle_types().get(name)
        if bundle is None:
            raise Refused(422, "bundle-unknown", f"No bundle {name} is for sale.", "bundle")
        group = self.platform(platform)
        if group is None:
            raise Refused(422, "platform-missing", "The customer has no platform group yet.", "customer")
        micollab, mivb = _version(group["micollab_version"]), _version(group["mivb_version"])
        if bundle["needs_script"] and not group["has_script"] and max(micollab, mivb) <= SCRIPT_FROM:
            raise Refused(422, "bundle-unavailable", f"{name} needs the script that was not run on MiCollab.", "bundle")
        if bundle["meetings"] and micollab < MEETINGS_FROM:
            raise Refused(422, "bundle-unavailable", f"{name} has MiTeam Meetings, which need MiCollab 9.2.", "bundle")
        return bundle

    # -- operations ---------------------------------------------------------------------------------------------

    def _do_add_bundle_type(self, **fields: Any) -> None:
        bundle = BundleType(**fields).model_dump()
        self._set("bundle_types", self.bundle_types() | {bundle["name"]: bundle})

    def _do_add_platform(self, **fields: Any) -> None:
        group = PlatformGroup(**fields).model_dump()
        blueprint = group.pop("blueprint")
        if blueprint is not None and group["type"] != VOICE:
            raise Refused(422, "blueprint-type", f"Blueprints apply to {VOICE} platform groups only.", "type")
        if blueprint is not None and blueprint not in self._get("blueprints"):
            raise Refused(409, "step", "Register the blueprint first.", "blueprint")
        self._set("platforms", self._get("platforms") | {group["name"]: group})

    def _do_enable_platform_manager(self) -> None:
        self._set("step", max(self._get("step"), 1))

    def _do_register_platform_manager(self, **fields: Any) -> None:
        manager = PlatformManager(**fields)
        if self._get("step") < 1:
            raise Refused(409, "step", "Enable the Platform Manager feature first.")
        # The simulator never connects to it, so it has no use for the password and does not keep it.
        self._set("manager", {"address": manager.address, "user": manager.user})
        self._set("step", max(self._get("step"), 2))

    def _do_register_blueprint(self, **fields: Any) -> None:
        name = Blueprint(**fields).name
        if self._get("step") < 2:
            raise Refused(409, "step", "Register Platform Manager first.")
        self._set("blueprints", sorted({*self._get("blueprints"), name}))
        self._set("step", 3)

    def _do_set_link(self, platform: str, system: str, is_up: bool) -> None:
        if platform not in self._get("platforms") or system not in SYSTEMS:
            raise InputError("SANDBOX-MMP", "There is no such link.", f"Systems: {', '.join(SYSTEMS)}.")
        down, link = set(self._get("links_down")), {f"{platform}/{system}"}
        self._set("links_down", sorted(down - link if is_up else down | link))

    def _do_set_task_seconds(self, seconds: float) -> None:
        self._set("task_seconds", max(0.0, float(seconds)))

    def _do_fail_next_task(self, message: str) -> None:
        self._set("fail_next", message)

    def _do_reboot(self) -> None:
        self._set("deleted", [])

    def _get(self, name: str) -> Any:
        return self._state.setting(f"mmp_{name}", _BEGIN[name])

    def _set(self, name: str, value: object) -> None:
        self._state.set(f"mmp_{name}", value)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdecimal())
