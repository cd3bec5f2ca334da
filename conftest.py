"""Fixtures of the whole project."""

pytest_plugins = ["tests.fixtures"]
