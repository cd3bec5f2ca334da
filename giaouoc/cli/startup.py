"""What a real installation refuses to start on, each in one line."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connection

from giaouoc.clusters.bootstrap import is_demonstration

from .prepare import settings_refuse


def require_real() -> None:
    """End the process unless this may run as a real installation: no demonstration data, no trial authority."""
    if not settings.REAL:
        settings_refuse("lệnh này chỉ chạy với GIAOUOC_MODE=real (mặc định).")
    try:
        demonstration = is_demonstration()
    except DatabaseError as error:
        if connection.connection is None:  # it never answered: bin/giaouoc says so
            raise
        settings_refuse(
            f"không dùng được cơ sở dữ liệu: {str(error).splitlines()[0]} (đã chạy bin/giaouoc migrate chưa?)"
        )
        return
    if demonstration:
        settings_refuse(
            "dữ liệu này là dữ liệu minh họa; hệ thống thật không chạy trên đó. Đặt GIAOUOC_DATA, DATABASE_URL khác."
        )
    if found := trial_authority():
        settings_refuse(
            f"có cơ quan chứng thực thử nghiệm ({found}); hệ thống thật không chạy với nó. Xóa hoặc đặt GIAOUOC_TRUST khác."
        )


def trial_authority() -> str:
    """Where a trial certificate authority lies that a real installation would trust or use; '' when there is none."""
    from giaouoc.signing.engine.trust import TrustFolder

    if (settings.DATA / "trial").exists():
        return str(settings.DATA / "trial")
    return next(
        (anchor.source or anchor.name for anchor in TrustFolder.load(settings.TRUST).anchors if anchor.trial), ""
    )
