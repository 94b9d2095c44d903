"""What people set up by hand around the management portal: platform groups, bundles for sale, links, a reboot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onboarding.errors import InputError
from onboarding.sandbox.mmp_shapes import Blueprint, BundleType, PlatformGroup, PlatformManager
from onboarding.sandbox.rules import Refused
from onboarding.sandbox.state import State

VOICE = "MiVoice Business"
"""The type of platform group that may be built from a blueprint."""
SYSTEMS = ("MiCollab", VOICE)
TASK_SECONDS = 0.2
SCRIPT_FROM = (8, 0)
"""Up to this version of both systems a bundle that needs the script is only there once the script was run."""
MEETINGS_FROM = (9, 2)


class Setup:
    """Settings of the portal that its own interface does not offer; kept like everything else."""

    def __init__(self, state: State) -> None:
        self._state = state

    def do(self, what: str, **fields: Any) -> None:
        """One thing a service provider's administrator does by hand.

        Raises InputError for what does not exist, Refused when the portal would not allow it.
        """
        operations: dict[str, Callable[..., None]] = {
            "add-bundle-type": self._add_bundle,
            "add-platform": self._add_platform,
            "enable-platform-manager": self._enable_manager,
            "register-platform-manager": self._register_manager,
            "register-blueprint": self._register_blueprint,
            "set-link": self._set_link,
            "set-task-seconds": self._set_task_seconds,
            "fail-next-task": self._fail_next,
            "reboot": self._reboot,
        }
        operation = operations.get(what)
        if operation is None:
            raise InputError("SANDBOX-MMP", f"The management portal knows no {what[:40]!r}.")
        with self._state.transaction():
            operation(**fields)

    def setup(self) -> dict[str, Any]:
        """What was set up; never a password."""
        return {
            "bundle_types": list(self.bundle_types().values()),
            "platform_groups": self.platforms(),
            "blueprint_step": self._step,
            "task_seconds": self.task_seconds,
        }

    # -- what the rules ask --------------------------------------------------------------------------------

    def bundle_types(self) -> dict[str, dict[str, Any]]:
        return dict(self._state.setting("mmp_bundle_types", {}))

    def platform(self, name: str) -> dict[str, Any] | None:
        """A platform group with its links."""
        group = self._platforms().get(name)
        if group is None:
            return None
        down = self._state.setting("mmp_links_down", [])
        return group | {"links": {system: f"{name}/{system}" not in down for system in SYSTEMS}}

    def platforms(self) -> list[dict[str, Any]]:
        return [group for name in self._platforms() if (group := self.platform(name))]

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

    @property
    def task_seconds(self) -> float:
        return float(self._state.setting("mmp_task_seconds", TASK_SECONDS))

    def take_failure(self) -> str:
        """The words with which the next task shall fail; once."""
        words = str(self._state.setting("mmp_fail_next", ""))
        if words:
            self._state.set("mmp_fail_next", "")
        return words

    def note_deleted(self, webid: str) -> None:
        held = self._state.setting("mmp_deleted", [])
        self._state.set("mmp_deleted", sorted({*held, webid.lower()}))

    def was_deleted(self, webid: str) -> bool:
        """Whether a customer of that web id was deleted since the last reboot."""
        return webid.lower() in self._state.setting("mmp_deleted", [])

    # -- operations ---------------------------------------------------------------------------------------------

    def _add_bundle(self, **fields: Any) -> None:
        bundle = BundleType(**fields).model_dump()
        self._state.set("mmp_bundle_types", self.bundle_types() | {bundle["name"]: bundle})

    def _add_platform(self, **fields: Any) -> None:
        group = PlatformGroup(**fields).model_dump()
        blueprint = group.pop("blueprint")
        if blueprint is not None:
            if group["type"] != VOICE:
                raise Refused(422, "blueprint-type", f"Blueprints apply to {VOICE} platform groups only.", "type")
            if blueprint not in self._state.setting("mmp_blueprints", []):
                raise Refused(409, "step", "Register the blueprint first.", "blueprint")
        self._state.set("mmp_platforms", self._platforms() | {group["name"]: group})

    def _enable_manager(self) -> None:
        self._state.set("mmp_step", max(self._step, 1))

    def _register_manager(self, **fields: Any) -> None:
        manager = PlatformManager(**fields)
        if self._step < 1:
            raise Refused(409, "step", "Enable the Platform Manager feature first.")
        # The simulator never speaks to it, so it has no use for the password and does not keep it.
        self._state.set("mmp_manager", {"address": manager.address, "user": manager.user})
        self._state.set("mmp_step", max(self._step, 2))

    def _register_blueprint(self, **fields: Any) -> None:
        name = Blueprint(**fields).name
        if self._step < 2:
            raise Refused(409, "step", "Register Platform Manager first.")
        self._state.set("mmp_blueprints", sorted({*self._state.setting("mmp_blueprints", []), name}))
        self._state.set("mmp_step", 3)

    def _set_link(self, platform: str, system: str, is_up: bool) -> None:
        if platform not in self._platforms() or system not in SYSTEMS:
            raise InputError("SANDBOX-MMP", "There is no such link.", f"Systems: {', '.join(SYSTEMS)}.")
        down = set(self._state.setting("mmp_links_down", []))
        link = {f"{platform}/{system}"}
        self._state.set("mmp_links_down", sorted(down - link if is_up else down | link))

    def _set_task_seconds(self, seconds: float) -> None:
        self._state.set("mmp_task_seconds", max(0.0, float(seconds)))

    def _fail_next(self, message: str) -> None:
        self._state.set("mmp_fail_next", message)

    def _reboot(self) -> None:
        self._state.set("mmp_deleted", [])

    @property
    def _step(self) -> int:
        return int(self._state.setting("mmp_step", 0))

    def _platforms(self) -> dict[str, dict[str, Any]]:
        return dict(self._state.setting("mmp_platforms", {}))


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdecimal())
