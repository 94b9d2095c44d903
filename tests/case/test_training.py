"""Customers for training beside those who are served: whatever they name, nobody who is served is touched."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding import settings
from onboarding.case import planning
from onboarding.case.case import Case
from onboarding.domain.history import Customer, check_customer_id
from onboarding.engine import procedure
from onboarding.engine.apply import apply_stage
from onboarding.errors import InputError, OnboardingError
from tests.world import AT, DOMAIN, World

TWIN = "bright-smile-twin"
REAL = "https://portal.provider.example/api"


@pytest.fixture
def twin(small: World) -> Callable[[], Case]:
    """A customer for training with all the answers of one that is served."""
    small.apply("provision")
    small.apply("enable_services")
    small.sandbox.forget_requests()
    small.store.create_customer(Customer(TWIN, "Bright Smile Dental Group", AT, is_training=True), "chinook")
    Case.open(small.store, TWIN, AT, "Kim").save_answers(small.case.document, "copy")
    return lambda: Case.open(small.store, TWIN, AT, "Kim")


def test_training_reaches_no_system_outside_this_machine(
    small: World, twin: Callable[[], Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a provider's real portal and mail server set, a person works the portal and mail waits in the outbox; those
    who are served go on reaching both.
    """
    monkeypatch.setenv(settings.PORTAL_URL.name, REAL)
    monkeypatch.setenv(settings.SMTP_HOST.name, "mail.provider.example")
    monkeypatch.setenv(settings.SMTP_TLS.name, "starttls")
    case = twin()
    assert planning.connector(case, "portal").is_manual
    assert case.context().delivers is False
    assert (small.case.context().delivers, planning.connector(small.case, "portal").is_manual) == (True, False)
    for stage in ("telephony", "provision", "enable_services"):
        assert apply_stage(twin(), stage).troubles == []
    states = {view.task.id: view.state.value for view in twin().progress().tasks}
    assert states["provision.create-company"] == "waiting"
    users = copy.deepcopy(case.document["users"])[:1]
    twin().save_section("users", users, "test")
    apply_stage(twin(), "provision")
    with pytest.raises(OnboardingError, match="PROCEDURE-NOTHING"):
        procedure.run(twin(), "remove", DOMAIN)
    assert small.writes() == {}
    assert len(small.emails()) == 3


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/v1", "http://localhost:9/v1", "http://[::1]:9/v1"])
def test_training_reaches_the_sandbox(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on this machine is there to try things out."""
    monkeypatch.setenv(settings.PORTAL_URL.name, address)
    assert settings.PORTAL_URL.reaches(is_training=True)


@given(
    st.sampled_from([
        "https://portal.example", "http://10.0.0.8/x", "http://127.0.0.1.portal.example/", "https://localhost.example",
        "http://127.0.0.1@portal.example/", "http://[::1", "http://portal.example#@127.0.0.1", "//127.0.0.1",
        "http://127\u30020\u30020\u30021/", "http://\uff4cocalhost/", "mail.example", "127.0.0.1.nip.io", "",
    ])
)  # fmt: skip
def test_no_address_passes_for_this_machine(address: str) -> None:
    """A name that only looks like it, by a user name, a fragment, wide letters or another dot, is somewhere else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(settings.PORTAL_URL.name, address)
        assert not settings.PORTAL_URL.reaches(is_training=True)
        assert settings.PORTAL_URL.reaches(is_training=False) is bool(address)


HOSTILE = [
    "bright-smile/../../etc", "../bright-smile", "Bright-Smile", "bright\u2010smile", "bright-sm\u0456le", "b" * 5000,
    "bright-smile\u200b", " bright-smile", "bright-smile ", "bright-smile\n", "con", "bright_smile", "BRIGHT-SMILE",
    "bright-smile\x00", "", "-", "sample/x", "\uff42right-smile",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_no_id_comes_to_look_like_another_ones(small: World, name: str) -> None:
    """Paths, other cases, letters that look alike, invisible ones and endless ones: refused before anything is made."""
    with pytest.raises(InputError, match="CUSTOMER-ID"):
        check_customer_id(name)
    with pytest.raises(InputError, match="CUSTOMER-ID"):
        small.store.create_customer(Customer(name, "Trial", AT, is_training=True), "chinook")
    assert [one.id for one in small.store.customers()] == ["bright-smile"]


def test_the_id_of_one_who_is_served_is_not_given_to_training(small: World) -> None:
    """Nor is one who is served made one for training, or the other way round."""
    with pytest.raises(InputError, match="CUSTOMER-EXISTS"):
        small.store.create_customer(Customer("bright-smile", "Trial", AT, is_training=True), "chinook")
    assert not small.store.customer("bright-smile").is_training


def test_names_and_numbers_of_one_who_is_served_are_kept_apart(small: World, twin: Callable[[], Case]) -> None:
    """Both have the same in an inventory of their own: the end of one frees nothing of the other."""
    from onboarding.case.ending import cancel

    number = [{"number": "+16175550133", "btn": "+16175550133"}]
    small.case.save_section("telephony", {"kind": "port"}, "test")
    small.case.save_section("port_numbers", number, "test")
    twin().save_section("telephony", {"kind": "port"}, "test")
    twin().save_section("port_numbers", number, "test")
    before = small.store.inventory("bright-smile")
    assert {item.value for item in before} == {item.value for item in small.store.inventory(TWIN)} == {"+16175550133"}
    cancel(twin(), "only tried out")
    assert small.store.inventory("bright-smile") == before
    assert small.case.record.end is None
    assert small.store.verify() == []
