"""Đặt, bỏ hình trong khung ký: whoever signs or stamps may have a picture beside the words in the own frame."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate
from giaouoc.files.storage import store
from giaouoc.lib.errors import WrongState
from giaouoc.lib.verdict import require

from ..access import can_set_picture
from ..frames import cleaned
from ..models import SignaturePicture


@transaction.atomic
def set_picture(data: bytes, *, by: Mandate, now: datetime) -> SignaturePicture:
    """Have this picture in the own frame from the next signature on; those given stay. Raises NotAllowed, Invalid."""
    assert by.year is not None
    require(can_set_picture(by, by.year, now))
    file = store(cleaned(data), "hinh-trong-khung-ky.png", "image/png", now=now)
    row, _made = SignaturePicture.objects.update_or_create(mandate=by, defaults={"file": file, "set_at": now})
    record("signing.set_picture", by, by=by, now=now, hash=file.sha256[:8].upper())
    return row


@transaction.atomic
def drop_picture(*, by: Mandate, now: datetime) -> None:
    """Words alone again. Raises NotAllowed, WrongState."""
    assert by.year is not None
    require(can_set_picture(by, by.year, now))
    if not SignaturePicture.objects.filter(mandate=by).delete()[0]:
        raise WrongState(_("Khung ký đang chỉ có chữ."))
    record("signing.drop_picture", by, by=by, now=now)
