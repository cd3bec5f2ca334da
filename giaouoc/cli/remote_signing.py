"""``bin/giaouoc remote-signing CODE --url …``: with which account a unit signs at a signing service; as the page does."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Sequence

from giaouoc.audit.trail import SYSTEM
from giaouoc.lib import clock
from giaouoc.signing.actions.accounts import remove_account, set_account, try_account
from giaouoc.signing.queries import key_holders
from giaouoc.signing.remote_accounts import VERSIONS

from .startup import require_real


def main(argv: Sequence[str]) -> int:
    """Set the account (its secret typed, or the first line of standard input), try it, or take it away."""
    parser = argparse.ArgumentParser(prog="bin/giaouoc remote-signing")
    parser.add_argument("unit", help="mã đơn vị; MÃ.thuky: khóa của thư ký, MÃ.dau: con dấu")
    parser.add_argument("--url", help="địa chỉ https của dịch vụ, trước /csc/…")
    parser.add_argument("--version", choices=VERSIONS, default=VERSIONS[0])
    parser.add_argument("--client", help="mã ứng dụng (client_id) do dịch vụ cấp")
    parser.add_argument("--credential", default="", help="mã khóa (credentialID), khi tài khoản có nhiều khóa")
    parser.add_argument("--try", dest="trial", action="store_true", help="thử kết nối, không ký gì")
    parser.add_argument("--remove", action="store_true", help="xóa tài khoản")
    options = parser.parse_args(argv)
    setting = bool(options.url and options.client)
    if setting + options.trial + options.remove != 1:
        parser.error("cần --url và --client, hoặc --try, hoặc --remove.")
    require_real()
    holder = key_holders([options.unit]).get(options.unit)
    if holder is None:
        parser.error(f"không có đơn vị nào mang mã {options.unit}.")
    now = clock.current().now()
    if options.trial:
        answers = try_account(holder, by=SYSTEM, now=now)
        for one in answers:
            print(f"{'ĐƯỢC ' if one.good else 'HỎNG '} {one.step}: {one.words}")
        return 0 if answers[-1].good else 1
    if options.remove:
        remove_account(holder, by=SYSTEM, now=now)
        print(f"Đã xóa tài khoản ký từ xa của {holder.who}.")
        return 0
    secret = getpass.getpass("client_secret: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    told = {"url": options.url, "version": options.version, "client": options.client, "credential": options.credential}
    kept = set_account(holder, secret=secret, by=SYSTEM, now=now, **told)
    print(f"Đã lưu tài khoản ký từ xa của {holder.who} ở {kept.host}; mật khẩu được mã hóa bằng GIAOUOC_SECRET_KEY.")
    return 0
