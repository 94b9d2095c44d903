"""The people's side of the portal: the provider's support engineers at work in it."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from onboarding.errors import Rejected, Unavailable

_USER_FIELDS = dict.fromkeys(("email", "e-mail", "e-mail address", "user"), "email") | {
    title: name
    for name in ("first_name", "last_name", "site", "extension", "department")
    for title in (name, name.replace("_", " "))
}


class PeopleClient:
    """A support engineer at the portal. Doing a thing again that is there already changes nothing.

    Raises Rejected with the portal's words, Unavailable when the sandbox does not answer.
    """

    def __init__(self, url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._client = httpx.Client(base_url=url, timeout=30.0, trust_env=False, headers=headers)
        weakref.finalize(self, self._client.close)

    def enable(self, company: str, user: str, service: str, *, plan: str = "", number: str = "") -> None:
        """Give a user one service: lync with its number, crm, unified-messaging."""
        body = {"company": company, "user": user, "service": service, "plan": plan, "number": number}
        self._post("/services", f"people.{user}.{service}", body)

    def disable(self, company: str, user: str, service: str) -> None:
        """Take a service from a user again."""
        try:
            there = self._client.get("/services", params={"company": company}).json()["items"]
            for one in there:
                if (one["user"], one["service"]) == (user, service):
                    reference = {"reference": f"people.{user}.{service}.off"}
                    self._client.delete(f"/services/{one['id']}", params=reference).raise_for_status()
        except httpx.HTTPError as error:
            raise Unavailable("SANDBOX-DOWN", f"The sandbox does not answer: {error}.", "Start it.") from None

    def create_site(self, company: str, service: str, title: str, plan: str = "") -> None:
        """Create a company's site, such as CRM's."""
        body = {"company": company, "service": service, "title": title, "plan": plan}
        self._post("/sites", f"people.{company}.{service}", body)

    def import_users(self, company: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Create the users of a sheet; titles of columns or names of fields. Returns how many are new."""
        count = 0
        for row in rows:
            known = {_USER_FIELDS.get(title.strip().lower(), ""): value for title, value in row.items()}
            body = {name: known.get(name) for name in _USER_FIELDS.values()}
            count += self._post("/users", f"people.import.{body['email']}", {"company": company, **body})
        return count

    def _post(self, path: str, reference: str, body: Mapping[str, Any]) -> bool:
        fields = {"reference": reference} | {name: value for name, value in body.items() if value}
        try:
            answer = self._client.post(path, json=fields)
        except httpx.HTTPError as error:
            raise Unavailable("SANDBOX-DOWN", f"The sandbox does not answer: {error}.", "Start it.") from None
        if answer.status_code == 409:
            return False
        if answer.status_code != 201:
            raise Rejected("SANDBOX-REFUSED", f"{answer.status_code} {answer.json().get('message', '')}")
        return True
