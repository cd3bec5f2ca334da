"""Guards: what the database itself refuses, and how they come along with an upgrade."""

from typing import Any

import pytest
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import DatabaseError, transaction
from django.db.migrations import Migration

from giaouoc.clusters.models import Cluster
from giaouoc.lib import engine

CHANGE = [(Migration("0002_change", "clusters"), False)]
pytestmark = pytest.mark.django_db


def test_a_guard_whose_condition_changed_is_replaced(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_guards", {})
    table = Cluster._meta.db_table
    engine.guard("trial_guard", table, "UPDATE", "1=0", "never")
    engine.install_guards()
    Cluster.objects.update(name="Một")
    engine.guard("trial_guard", table, "UPDATE", "1=1", "always")
    engine.install_guards()
    with pytest.raises(DatabaseError, match="always"), transaction.atomic():
        Cluster.objects.update(name="Hai")


def test_guards_are_away_while_an_upgrade_changes_tables() -> None:
    emit_pre_migrate_signal(0, False, "default", plan=[])
    assert engine.missing_guards() == []  # nothing to migrate: nothing stands open
    emit_pre_migrate_signal(0, False, "default", plan=CHANGE)
    assert engine.missing_guards() == engine.guard_names()
    emit_post_migrate_signal(0, False, "default", plan=CHANGE)
    assert engine.missing_guards() == []
