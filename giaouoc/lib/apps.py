from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _install_guards(sender: Any, using: str, **_kwargs: Any) -> None:
    from .engine import install_guards

    install_guards(using)


class LibConfig(AppConfig):
    name = "giaouoc.lib"

    def ready(self) -> None:
        # Sent once for each app; the guards of an app exist when its turn has come.
        post_migrate.connect(_install_guards, dispatch_uid="giaouoc.guards")
