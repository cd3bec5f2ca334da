from django.apps import AppConfig


class BallotsConfig(AppConfig):
    name = "giaouoc.ballots"

    def ready(self) -> None:
        from . import events  # noqa: F401 -- declares the acts of this slice
