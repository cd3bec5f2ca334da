from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "giaouoc.meetings"

    def ready(self) -> None:
        from . import events, receivers  # noqa: F401 -- declares the acts of this slice, listens to signing
