"""Onboarding runbooks for hosted voice: from a signed order to live service."""

__version__ = "0.1.0"
