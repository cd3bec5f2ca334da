from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "giaouoc.documents"

    def ready(self) -> None:
        from . import events, hiding  # noqa: F401 -- declares the acts and the words of this slice
