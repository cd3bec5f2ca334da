"""``bin/giaouoc remote-signing CODE --url …``: with which account a unit signs at a signing service."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Sequence

from giaouoc.clusters.models import Unit
from giaouoc.signing.remote import VERSIONS, Account, keep_account

from .startup import require_real


def main(argv: Sequence[str]) -> int:
    """Keep the account, its secret (typed, or the first line of standard input) encrypted."""
    parser = argparse.ArgumentParser(prog="bin/giaouoc remote-signing")
    parser.add_argument("unit", help="mã đơn vị")
    parser.add_argument("--url", required=True, help="địa chỉ https của dịch vụ, trước /csc/…")
    parser.add_argument("--version", choices=VERSIONS, default="v2")
    parser.add_argument("--client", required=True, help="mã ứng dụng (client_id) do dịch vụ cấp")
    parser.add_argument("--credential", default="", help="mã khóa (credentialID), khi tài khoản có nhiều khóa")
    options = parser.parse_args(argv)
    require_real()
    if not Unit.objects.filter(code=options.unit).exists():
        parser.error(f"không có đơn vị nào mang mã {options.unit}.")
    secret = getpass.getpass("client_secret: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    path = keep_account(options.unit, Account(options.url, options.version, options.client, secret, options.credential))
    print(f"Đã lưu {path}; mật khẩu của ứng dụng được mã hóa bằng GIAOUOC_SECRET_KEY.")
    return 0
