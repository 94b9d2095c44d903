"""Actions and plans as data: what would change, and what an approval is bound to."""

from __future__ import annotations

from dataclasses import replace

from onboarding.domain.action import Action, Deferred, Operation, Plan

USER = Action(
    "provision.users/anna", "provision.users", "portal", Operation.CHANGE, "user", "anna", "Change a user",
    {"extension": "101", "plan": "Basic", "fax": None}, {"extension": "100", "plan": "Basic", "old": 1},
)  # fmt: skip
THERE = replace(USER, id="provision.users/ben", operation=Operation.NO_OP)
PLAN = Plan("acme", "provision", (USER, THERE))


def test_only_fields_that_differ_are_changes() -> None:
    """Field, old and new value; what is observed beyond what is wanted is left alone."""
    assert USER.changes == (("extension", "100", "101"),)
    assert replace(USER, before=None).changes == (("extension", None, "101"), ("plan", None, "Basic"))
    assert replace(USER, before=USER.body).changes == ()


def test_what_is_there_already_is_no_change() -> None:
    """A person's task is one, though nothing outside changes by our hand."""
    assert not THERE.is_change
    assert all(replace(USER, operation=one).is_change for one in Operation if one is not Operation.NO_OP)
    assert PLAN.changes == (USER,)


def test_an_approval_is_bound_to_the_changes_and_to_what_was_seen() -> None:
    """Another value, another observed world, another customer or stage, one change more: another plan."""
    others = [
        replace(PLAN, actions=(replace(USER, body={**USER.body, "extension": "102"}), THERE)),
        replace(PLAN, actions=(replace(USER, before={}), THERE)),
        replace(PLAN, actions=(replace(USER, operation=Operation.CREATE), THERE)),
        replace(PLAN, actions=(replace(USER, connector="manual"), THERE)),
        replace(PLAN, actions=(USER, THERE, replace(USER, id="provision.users/carl"))),
        replace(PLAN, customer="other"),
        replace(PLAN, stage="migrate"),
    ]
    assert len({PLAN.digest, *(other.digest for other in others)}) == 1 + len(others)
    alike = [
        replace(PLAN, actions=(USER,)),
        replace(PLAN, actions=(replace(USER, summary="Otherwise put"), THERE)),
        replace(PLAN, deferred=(Deferred("provision.sites", "waits"),)),
    ]
    assert {other.digest for other in alike} == {PLAN.digest}


def test_what_is_wanted_does_not_move_while_a_plan_is_being_finished() -> None:
    """Half of it carried out, the same things are wanted; other values are another want."""
    half = replace(PLAN, actions=(replace(USER, operation=Operation.NO_OP, before=USER.body), THERE))
    assert half.wanted == PLAN.wanted
    assert half.digest != PLAN.digest
    assert replace(PLAN, actions=(replace(USER, body={}), THERE)).wanted != PLAN.wanted


def test_a_body_is_known_by_its_digest() -> None:
    """Whatever the order of its fields."""
    turned = replace(USER, body=dict(reversed(USER.body.items())))
    assert turned.body_digest == USER.body_digest != replace(USER, body={}).body_digest
