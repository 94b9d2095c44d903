"""The outside systems, one module each, behind the protocol of `connectors.base`. All network code is here."""
