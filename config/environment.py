"""Reads the environment for the settings: what is wrong is named in one line, and nothing is guessed.

``READ`` collects every name that was asked for; docs/operate/settings.md is held against it by a test."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import environ

READ: set[str] = set()
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def refuse(sentence: str) -> NoReturn:
    """End the process with one line on standard error."""
    sys.stderr.write(f"giaouoc: {sentence}\n")
    raise SystemExit(2)


def text(name: str, default: str = "") -> str:
    """The value as it stands; an empty one counts as missing."""
    READ.add(name)
    return os.environ.get(name, "").strip() or default


def words(name: str) -> list[str]:
    """The parts of a value that is separated by commas."""
    return [one.strip() for one in text(name).split(",") if one.strip()]


def flag(name: str, default: bool) -> bool:
    """Yes or no."""
    value = text(name).lower()
    if value and value not in YES | NO:
        refuse(f"{name} chỉ nhận 1 hoặc 0.")
    return value in YES if value else default


def choice(name: str, allowed: list[str], default: str) -> str:
    """One of the allowed words."""
    value = text(name, default)
    if value not in allowed:
        refuse(f"{name} chỉ nhận một trong: {', '.join(allowed)}.")
    return value


def folder(name: str, default: Path, *, must_exist: bool = False) -> Path:
    """A folder of this machine, absolute."""
    value = text(name)
    if "://" in value:
        refuse(f"{name} phải là một thư mục của máy này; chưa dùng được kho ở nơi khác.")
    path = Path(value).expanduser().resolve() if value else default
    if value and must_exist and not path.is_dir():
        refuse(f"{name}: không có thư mục {path}.")
    return path


def addresses(name: str) -> list[str]:
    """Web addresses, separated by commas."""
    found = words(name)
    for one in found:
        if urlsplit(one).scheme not in {"http", "https"} or not urlsplit(one).hostname:
            refuse(f"{name} phải gồm các địa chỉ bắt đầu bằng http:// hoặc https://.")
    return found


def origin(name: str) -> str:
    """One web address without a path, such as https://phieu.example; '' when there is none."""
    found = addresses(name)
    if not found:
        return ""
    parts = urlsplit(found[0])
    if len(found) > 1 or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        refuse(f"{name} phải là một địa chỉ không có đường dẫn, như https://phieu.example.")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def secret(name: str, *, needed: bool) -> str:
    """A secret from NAME, or from the file that NAME_FILE points to; '' when there is none and none is needed."""
    value, path = text(name), text(f"{name}_FILE")
    if not value and path:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            refuse(f"không đọc được tệp {path} của {name}_FILE: {getattr(error, 'strerror', 'không phải văn bản')}.")
    if needed and len(value) < 32:
        refuse(f"thiếu {name} (ít nhất 32 ký tự ngẫu nhiên); đặt biến môi trường này hoặc {name}_FILE rồi chạy lại.")
    return value


def service(name: str, default: str, schemes: list[str]) -> dict[str, Any]:
    """The settings that an address such as ``postgres://…`` stands for. The value is never shown: it may hold a password."""
    value = text(name, default)
    read = {
        "DATABASE_URL": environ.Env.db_url_config,
        "CACHE_URL": environ.Env.cache_url_config,
        "EMAIL_URL": environ.Env.email_url_config,
    }[name]
    if value.partition("://")[0] in schemes and "://" in value:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                found: dict[str, Any] = read(value)
        except Exception:
            logging.getLogger(__name__).debug("%s cannot be read", name)
        else:
            return found
    refuse(f"{name} không đúng dạng; phải bắt đầu bằng {' hoặc '.join(f'{one}://' for one in schemes)}.")
