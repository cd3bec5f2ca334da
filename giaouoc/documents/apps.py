from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "giaouoc.documents"

    def ready(self) -> None:
        from . import events  # noqa: F401 -- declares the acts of this slice
