from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "giaouoc.programme"

    def ready(self) -> None:
        from . import events, hiding, receivers  # noqa: F401 -- declares the acts and the words of this slice, listens to signing
