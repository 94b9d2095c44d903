"""Deciding: pure functions from profile, answers, record and what was observed to progress and plans.

`progress` says where every task stands, `plan` what would be changed; the modules named after the runbooks hold the
recipes that turn a task of that stage into actions. Nothing here does anything.
"""
