"""``python -m giaouoc.cli COMMAND …``: what bin/giaouoc runs. Thin: it calls actions and queries."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

USAGE = """Cách dùng: bin/giaouoc LỆNH …

  serve, worker, migrate        chạy thật, cấu hình bằng biến môi trường (docs/operate/settings.md)
  prepare                       dịch chuỗi, gom giao diện, khi tài khoản chạy không ghi được vào bản cài
  create-administrator EMAIL    tài khoản quản trị đầu tiên; in ra liên kết đặt mật khẩu
  remote-signing MÃ --url URL --client ID [--version v1|v2] [--credential ID]   tài khoản ký từ xa của đơn vị
  remote-signing MÃ --try | --remove                                            thử, bỏ tài khoản đó
  rehearse [--units N] [--seed S] [--data DIR] [--json]
  import-draft TỆP.docx [--json] [--convert]
  align A.docx B.docx [--json]
  verify TỆP.pdf [--json]
  recount TỆP.json [--json]      đếm lại một lần bỏ phiếu kín đã công bố (docs/recount.md)
  audit verify · doctor [--json]
  backup THƯ_MỤC · restore THƯ_MỤC
"""


def _django(mode: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("GIAOUOC_MODE", mode)
    import django

    django.setup()


def _import_draft(args: Sequence[str]) -> int:
    from giaouoc.documents.rules.cli_import import main

    return main(["import-draft", *args])


def _align(args: Sequence[str]) -> int:
    from giaouoc.documents.rules.cli_import import main

    return main(["align", *args])


def _recount(args: Sequence[str]) -> int:
    from giaouoc.ballots.rules.recount import main

    return main(list(args))


def _verify(args: Sequence[str]) -> int:
    from giaouoc.signing.engine.cli_verify import main

    return main(["verify", *args], _register() if _has_database() else None)


def _has_database() -> bool:
    """Whether the environment names an installation whose register can be asked; else verification needs no Django."""
    data = os.environ.get("GIAOUOC_DATA", "")
    return bool(os.environ.get("DATABASE_URL") or (data and os.path.exists(os.path.join(data, "giaouoc.sqlite3"))))


def _register() -> Callable[[bytes], Any]:
    """Asks the register who must sign a file; whatever stands in its way, the file alone is then the answer."""

    def ask(data: bytes) -> Any:
        try:
            _django("tool")
            from giaouoc.signing.queries import expected_of_file

            return expected_of_file(data)
        except (Exception, SystemExit):
            return None

    return ask


def _with_django(mode: str, module: str) -> Callable[[Sequence[str]], int]:
    def run(args: Sequence[str]) -> int:
        _django(mode)
        from importlib import import_module

        from django.db import OperationalError, connection

        from giaouoc.lib.errors import DomainError

        try:
            result: int = import_module(f"giaouoc.cli.{module}").main(list(args))
        except OperationalError as error:
            if connection.connection is not None:
                raise
            why = (str(error).splitlines() or ["không rõ"])[0]
            print(f"giaouoc: không kết nối được cơ sở dữ liệu (DATABASE_URL): {why}", file=sys.stderr)
            return 2
        except DomainError as error:
            print(f"giaouoc: {error.sentence} {error.advice}".rstrip(), file=sys.stderr)
            return 2
        return result

    return run


def _by_itself(module: str) -> Callable[[Sequence[str]], int]:
    """A command that reads its options before it chooses the settings."""

    def run(args: Sequence[str]) -> int:
        from importlib import import_module

        result: int = import_module(f"giaouoc.cli.{module}").main(list(args))
        return result

    return run


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "import-draft": _import_draft,
    "align": _align,
    "verify": _verify,
    "recount": _recount,
    "demo": _by_itself("demo"),
    "serve": _with_django("real", "serve"),
    "worker": _with_django("real", "worker"),
    "migrate": _with_django("real", "migrate"),
    "prepare": _with_django("tool", "prepare"),
    "create-administrator": _with_django("real", "administrator"),
    "remote-signing": _with_django("real", "remote_signing"),
    "rehearse": _by_itself("rehearse"),
    "audit": _with_django("tool", "audit"),
    "doctor": _with_django("tool", "doctor"),
    "backup": _with_django("tool", "backup"),
    "restore": _with_django("tool", "restore"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    args = list(sys.argv[1:] if argv is None else argv)
    if not args or args[0] in {"help", "--help", "-h"}:
        print(USAGE, end="")
        return 0 if args else 2
    command = COMMANDS.get(args[0])
    if command is None:
        print(f"giaouoc: không có lệnh {args[0]!r}.\n\n{USAGE}", end="", file=sys.stderr)
        return 2
    try:
        return command(args[1:])
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
