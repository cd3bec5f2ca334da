"""Phương tiện ký: who holds the key. A carrier is one small class with one interface; the rounds do not know which it is.

One module of this folder is one carrier, offered under the name ``CARRIER``: adding one touches nothing else. Several may
be used in one document: each signature notes by which it was made."""

from __future__ import annotations

import pkgutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from typing import ClassVar

from django.utils.translation import gettext_noop

from ..engine.prepared import Prepared


@dataclass(frozen=True)
class SignRequest:
    """What is to be signed by whom. ``field``: the prepared field; ``post``: as printed over it; ``at``: aware; ``picture``: for the
    frame, a small PNG without transparency, or b""."""

    field: str
    unit_code: str
    unit_name: str
    post: str
    at: datetime
    picture: bytes = b""


@dataclass(frozen=True)
class Signed:
    """A new revision. ``signed_at``: by the time stamp, None without one; ``signer``: as the certificate names it."""

    data: bytes
    signed_at: datetime | None
    signer: str
    certificate_sha256: str


class Carrier(ABC):
    """Makes a signature on the head revision, or takes one that was made elsewhere, and checks the whole new file.

    ``name``: kept with each attempt, never changed; ``label``: for people, Vietnamese, marked with ``gettext_noop``;
    ``rank``: order in the list; ``lease``: how long nobody else can sign meanwhile; ``by_file``: the signer takes the file
    away and brings it back; ``by_phone``: the signer confirms elsewhere, and the signature comes later; ``asks_password``: the
    signer types one for each signature, ``password_label`` says which."""

    name: ClassVar[str]
    label: ClassVar[str]
    rank: ClassVar[int] = 50
    is_trial: ClassVar[bool] = False
    lease: ClassVar[timedelta] = timedelta(minutes=2)
    by_file: ClassVar[bool] = False
    by_phone: ClassVar[bool] = False
    asks_password: ClassVar[bool] = False
    password_label: ClassVar[str] = gettext_noop("Mật khẩu của khóa ký")

    @abstractmethod
    def lacks(self, unit_code: str | None = None) -> str:
        """'' where it can be used here (by that unit, where one is named), else a sentence: what has to be set up."""

    @abstractmethod
    def sign(self, base: bytes, request: SignRequest, answer: bytes = b"") -> Signed | Prepared:
        """The base with one more signature, or what there is of it where the rest comes later. ``answer``: the file that
        came back, or the password that was typed, of a carrier that asks for it; never kept, never logged.

        Raises Invalid or WrongState; then nothing was changed."""

    def resume(self, base: bytes, request: SignRequest, prepared: Prepared) -> Signed | Prepared:
        """Go on with what ``sign`` or an earlier ``resume`` left, perhaps in another process: asked every few seconds until
        the lease ends. Where the value is there, only the time stamp is missing.

        Raises as ``sign``; the attempt then ends."""
        from ..stepwise import finished

        return finished(base, request, prepared)


@cache
def all_carriers() -> tuple[Carrier, ...]:
    """Every carrier that the program knows, in order."""
    modules = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return tuple(sorted((module.CARRIER for module in modules), key=lambda one: one.rank))


def carriers_here(unit_code: str | None = None) -> list[Carrier]:
    """Those that can be used in this installation (by that unit)."""
    return [one for one in all_carriers() if not one.lacks(unit_code)]


def carrier_here(unit_code: str | None = None) -> Carrier | None:
    """The first that signs at once; or None."""
    return next((one for one in carriers_here(unit_code) if not (one.by_file or one.by_phone)), None)


def file_carrier_here(unit_code: str | None = None) -> Carrier | None:
    """The one that takes files signed elsewhere, or None."""
    return next((one for one in carriers_here(unit_code) if one.by_file), None)


def phone_carrier_here(unit_code: str | None = None) -> Carrier | None:
    """The one by which the unit's leader confirms on a phone, or None."""
    return next((one for one in carriers_here(unit_code) if one.by_phone), None)


def carrier_named(name: str) -> Carrier:
    """The carrier by the name that an attempt keeps."""
    return next(one for one in all_carriers() if one.name == name)
