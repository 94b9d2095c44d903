"""A provider's way of onboarding, read from a TOML file into typed objects, and the lint that checks it."""
