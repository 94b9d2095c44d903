"""Deciding: pure functions from profile, answers, record and what was observed to status and plans.

`assessment` works out where every task stands (`project_status`), `plan` what would be changed; `checks` say what is
missing before a gate opens or a task closes by itself, `planners` turn a task into actions. Nothing here does anything.
"""
