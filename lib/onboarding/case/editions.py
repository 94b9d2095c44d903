"""The profile as a customer has it: of the edition that is kept for it, not as its file is today."""

from __future__ import annotations

from dataclasses import replace

from onboarding.domain.edition import edition_at_version
from onboarding.domain.history import Engagement
from onboarding.domain.language import Language
from onboarding.errors import ProfileError
from onboarding.profile.catalogues import kept_language, load_language
from onboarding.profile.edition import short
from onboarding.profile.folders import OwnFiles, own_catalogues
from onboarding.profile.load import edition_of, load_edition, load_profile
from onboarding.profile.model import Profile
from onboarding.store.store import Store


def offer_of(store: Store, profile: str, edition: str) -> Profile:
    """The profile of an edition that is kept; without one, as the file says it now.

    Raises ProfileError for one that this installation cannot use, EvidenceError EDITION-… for one that is damaged.
    """
    if not edition:
        return load_profile(profile)
    try:
        return load_edition(store.edition(edition))
    except ProfileError as problem:
        if problem.code != "PROFILE-BROKEN":
            raise
        wrong = problem.message.partition("\n")[2].rstrip()
        words = f"The edition {short(edition)} of {profile}, which is kept, cannot be used by this installation:"
        remedy = "Install what it names, or the release it was made with."
        raise ProfileError("EDITION-BROKEN", f"{words}\n{wrong}\n", remedy) from None


def offer_at(store: Store, engagement: Engagement, version: int) -> Profile:
    """The profile of the edition that held for a version of the answers."""
    taken = edition_at_version(engagement.editions, version)
    return offer_of(store, engagement.profile, taken.digest if taken else "")


def earlier_offers(store: Store, engagement: Engagement) -> list[Profile]:
    """The profiles of the other editions that an engagement has had, each once."""
    others = {one.digest: one.profile for one in engagement.editions if one.digest != engagement.edition}
    return [offer_of(store, profile, digest) for digest, profile in others.items()]


def language_of(store: Store, engagement: Engagement, code: str) -> Language:
    """A language as a customer reads it: with the catalogues that are kept with its profile laid over it."""
    if not engagement.edition:
        return load_language(code, engagement.profile)
    return kept_language(code, store.edition(engagement.edition))


def own_files_of(engagement: Engagement, language: str) -> OwnFiles:
    """Files of one's own that an engagement's edition is made of instead of shipped ones, and those of a language now.

    Raises InputError PROFILE-UNKNOWN where no edition is kept and there is no profile of that id.
    """
    if not engagement.editions:
        found = edition_of(engagement.profile).own_files
    else:
        taken = engagement.editions[-1]
        found = OwnFiles(taken.own_files, taken.digest, taken.shipped)
    return replace(found, names=(*found.names, *own_catalogues(language)))
