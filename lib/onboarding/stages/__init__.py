"""Deciding: pure functions from profile, answers, record and what was observed to status and plans.

`project_status` says where every task stands, `plan` what would be changed; `checks` say what is missing before a gate
opens or a task closes by itself, `planners` turn a task into actions. Nothing here does anything.
"""
