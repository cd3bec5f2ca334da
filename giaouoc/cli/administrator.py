"""``bin/giaouoc create-administrator EMAIL``: the first account, by which all others are invited."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from giaouoc.accounts.actions.invite import invitation_link
from giaouoc.accounts.models import User
from giaouoc.clusters.bootstrap import holds_administration, make_administrator
from giaouoc.lib import clock

from .startup import require_real


def main(argv: Sequence[str]) -> int:
    """Make the account and print the link with which its password is set."""
    parser = argparse.ArgumentParser(prog="bin/giaouoc create-administrator")
    parser.add_argument("email")
    options = parser.parse_args(argv)
    require_real()
    now = clock.current().now()
    user = User.objects.filter(email=options.email.lower()).first()
    user = user or User.objects.create_user(options.email, name="Quản trị hệ thống")
    if user.has_usable_password() or not holds_administration(user, now=now):
        make_administrator(user, now=now)
    # else the first link was lost or is too old: another one
    print("Mở liên kết này (dùng một lần, trong 14 ngày) để đặt mật khẩu:", file=sys.stderr)
    print(invitation_link(user, now=now))
    return 0
