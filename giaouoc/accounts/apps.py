from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "giaouoc.accounts"

    def ready(self) -> None:
        from . import events  # noqa: F401 -- declares the acts of this slice
