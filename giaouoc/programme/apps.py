from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "giaouoc.programme"

    def ready(self) -> None:
        from . import events, receivers  # noqa: F401 -- declares the acts of this slice, listens to signing
