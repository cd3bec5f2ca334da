from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "giaouoc.public"

    def ready(self) -> None:
        from . import events  # noqa: F401 -- declares the acts of this slice
