"""The shape of the project: foreign keys point down, migrations import none of our code, acts have one signature."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings

import giaouoc

ROOT = Path(__file__).resolve().parents[1]


def _layers() -> dict[str, int]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(one for one in contracts if one["type"] == "layers" and one["containers"] == ["giaouoc"])["layers"]
    return {
        name.strip(" ()"): place for place, layer in enumerate(reversed(layers)) for name in re.split(r"[|:]", layer)
    }


def test_foreign_keys_point_down_the_layers() -> None:
    place = _layers()
    wrong = []
    for model in apps.get_models():
        if not model.__module__.startswith("giaouoc."):
            continue
        own = model.__module__.split(".")[1]
        for field in model._meta.get_fields():
            target = field.related_model if field.is_relation and not field.auto_created else None
            if target is None or target._meta.label == settings.AUTH_USER_MODEL:
                continue
            other = target.__module__.split(".")[1]
            if target.__module__.startswith("giaouoc.") and other != own and place[other] >= place[own]:
                wrong.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    assert wrong == []


def test_migrations_import_none_of_our_code() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in ROOT.glob("giaouoc/*/migrations/*.py")
        if re.search(r"^(import|from) +giaouoc", path.read_text(), re.M)
    ]
    assert wrong == []


def all_actions() -> dict[str, Any]:
    """Every act of the project: 'slice.verb_object' -> function."""
    found = {}
    for module in pkgutil.walk_packages(giaouoc.__path__, "giaouoc."):
        if ".actions." in module.name:
            loaded = importlib.import_module(module.name)
            for name, function in inspect.getmembers(loaded, inspect.isfunction):
                if function.__module__ == module.name and not name.startswith("_"):
                    found[f"{module.name.split('.')[1]}.{name}"] = function
    return found


# Below the mandates, or without a person: they take what they need from whoever calls, and say so.
WITHOUT_MANDATE = {
    "documents.remind_by_clock",
    "notices.notify",
    "notices.send_digests",
    "notices.send_mail_later",
    "ballots.drop_paper",
    "accounts.invite_user",
    "accounts.invitation_link",
    "accounts.open_invitation",
    "accounts.accept_invitation",
    "accounts.close_account",
    "accounts.reopen_account",
}


@pytest.mark.parametrize("name", sorted(all_actions()))
def test_an_act_takes_by_and_now_by_keyword(name: str) -> None:
    parameters = inspect.signature(all_actions()[name]).parameters
    if name in WITHOUT_MANDATE or name.endswith("_later"):
        return
    assert {"by", "now"} <= set(parameters), name
    assert parameters["now"].kind == inspect.Parameter.KEYWORD_ONLY
    assert parameters["by"].kind == inspect.Parameter.KEYWORD_ONLY


def test_no_page_carries_code_or_style_of_its_own() -> None:
    wrong = []
    for path in ROOT.glob("giaouoc/*/templates/**/*.html"):
        text = path.read_text()
        for script in re.findall(r"<script\b[^>]*>", text):
            if "src=" not in script and "application/json" not in script:
                wrong.append(f"{path.name}: {script}")
        if re.search(r"<style\b|\sstyle=|\son[a-z]+=[\"']", text):
            wrong.append(f"{path.name}: inline style or handler")
    assert wrong == []


def test_only_one_module_asks_which_database_runs() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in ROOT.glob("giaouoc/**/*.py")
        if path.name != "engine.py"
        and "tests" not in path.parts
        and re.search(r"\bvendor\b|features\.", path.read_text())
    ]
    assert wrong == []
