from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "giaouoc.signing"

    def ready(self) -> None:
        from . import events  # noqa: F401 -- declares the acts of this slice
