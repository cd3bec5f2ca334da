from django.apps import AppConfig


class DirectivesConfig(AppConfig):
    name = "giaouoc.directives"

    def ready(self) -> None:
        from . import events  # noqa: F401 -- declares the acts of this slice
