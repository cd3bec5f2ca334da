from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "giaouoc.audit"
