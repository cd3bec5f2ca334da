from django.apps import AppConfig


class ClustersConfig(AppConfig):
    name = "giaouoc.clusters"

    def ready(self) -> None:
        from . import events  # noqa: F401 -- declares the acts of this slice
