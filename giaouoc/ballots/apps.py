from django.apps import AppConfig


class BallotsConfig(AppConfig):
    name = "giaouoc.ballots"

    def ready(self) -> None:
        from . import events, hiding  # noqa: F401 -- declares the acts and the words of this slice
