"""Simulators of the outside systems on loopback, for demo, tests and training; they keep their own state."""
