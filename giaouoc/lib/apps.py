from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate, pre_migrate


def _is_last(sender: Any) -> bool:
    """Whether the signal has come to the last app: one turn is enough for all guards."""
    return bool(sender == [one for one in apps.get_app_configs() if one.models_module is not None][-1])


def _drop_guards(sender: Any, using: str, plan: Any = (), **_kwargs: Any) -> None:
    from .engine import drop_guards

    if plan and _is_last(sender):  # SQLite changes a table by writing it anew, which a trigger that names it forbids
        drop_guards(using)


def _install_guards(sender: Any, using: str, **_kwargs: Any) -> None:
    from .engine import install_guards

    if _is_last(sender):
        install_guards(using)


class LibConfig(AppConfig):
    name = "giaouoc.lib"

    def ready(self) -> None:
        pre_migrate.connect(_drop_guards, dispatch_uid="giaouoc.guards.drop")
        post_migrate.connect(_install_guards, dispatch_uid="giaouoc.guards.install")
