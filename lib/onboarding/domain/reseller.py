"""Resellers: who sells a provider's service, whose customers they are, and under whose name these are written to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reseller:
    """One reseller of the workspace.

    ``providers`` are the only profiles it sells (empty: all). ``sender`` is the address its mails come from, ``portal``
    that of its own portal, ``letter_head`` the lines that stand under what customers are sent, ``logo`` a picture as a
    data address.
    """

    id: str
    name: str
    providers: tuple[str, ...] = ()
    sender: str = ""
    portal: str = ""
    letter_head: tuple[str, ...] = ()
    logo: str = ""

    def sells(self, profile: str) -> bool:
        """Whether it sells the service of that profile."""
        return not self.providers or profile in self.providers
