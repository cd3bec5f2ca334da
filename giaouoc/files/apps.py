from django.apps import AppConfig
from django.core.signals import request_started
from django_tasks.signals import task_started

from giaouoc.lib import covering


class FilesConfig(AppConfig):
    name = "giaouoc.files"

    def ready(self) -> None:
        from .models import hidden_pieces

        covering.install(hidden_pieces)
        request_started.connect(covering.forget)
        task_started.connect(covering.forget)
