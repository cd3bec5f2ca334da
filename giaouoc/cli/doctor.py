"""``bin/giaouoc doctor``: whether everything that can be checked on live data is whole."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from giaouoc.audit.trail import check_all
from giaouoc.ballots.queries import faults as ballot_faults
from giaouoc.clusters.queries import expected_chains
from giaouoc.documents.models import Adoption, DocumentVersion, kept_content
from giaouoc.documents.rules.clause_tree import content_hash
from giaouoc.files.models import StoredFile
from giaouoc.files.storage import DamagedFile, read_checked
from giaouoc.lib.clock import current, local
from giaouoc.lib.dates import short_date
from giaouoc.lib.engine import missing_guards
from giaouoc.meetings.models import MeetingDecision
from giaouoc.signing.models import Revision, SigningRound
from giaouoc.signing.queries import seals_at_risk


def _schema() -> Iterator[str]:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield "cơ sở dữ liệu chưa được nâng cấp: chạy bin/giaouoc migrate"
    for name in missing_guards():
        yield f"thiếu chốt chặn {name} trong cơ sở dữ liệu: chạy bin/giaouoc migrate"


def _files() -> Iterator[str]:
    for file in StoredFile.objects.order_by("pk").iterator(chunk_size=500):
        try:
            read_checked(file)
        except DamagedFile as error:
            yield str(error)


def _revisions() -> Iterator[str]:
    for round_ in SigningRound.objects.order_by("pk"):
        before = b""
        previous = ""
        for revision in Revision.objects.filter(round=round_).select_related("file").order_by("number"):
            try:
                data = read_checked(revision.file)
            except DamagedFile as error:
                yield f"vòng ký {round_.code}: {error}"
                continue
            if not data.startswith(before) or revision.previous_sha256 != previous:
                yield f"vòng ký {round_.code}: bản lưu {revision.number} không nối tiếp bản trước"
            if revision.sha256 != revision.file.sha256:
                yield f"vòng ký {round_.code}: bản lưu {revision.number} không đúng mã"
            before, previous = data, revision.sha256


def _texts() -> Iterator[str]:
    for version in DocumentVersion.objects.select_related("document").order_by("pk").iterator(chunk_size=100):
        if content_hash(kept_content(version, even_hidden=True)) != version.content_hash:
            yield f"{version.document.title}, {version.label}: chữ không còn đúng mã văn bản"
    for adoption in Adoption.objects.select_related("version", "document"):
        if adoption.text_hash != adoption.version.content_hash:
            yield f"{adoption.document.title}: bản thông qua không đúng mã của phiên bản"
    for decision in MeetingDecision.objects.exclude(version=None).select_related("version"):
        if decision.version is None or decision.text_hash != decision.version.content_hash:
            yield f"biểu quyết {decision.pk}: mã văn bản không đúng phiên bản đã trình"


def _seals() -> Iterator[str]:
    for seal in seals_at_risk(current().now()):
        until = short_date(local(seal.proof_until).date()) if seal.proof_until else "không rõ ngày"
        yield f"vòng ký {seal.round.code}: niêm phong chứng minh được đến {until}, chưa gia hạn; kiểm tra GIAOUOC_TSA_URL"


def _audit() -> Iterator[str]:
    for fault in check_all(expected_chains()):
        yield f"{fault.chain}, sự kiện {fault.sequence}: {fault.what}"


CHECKS: list[tuple[str, str, Callable[[], Iterator[str]]]] = [
    ("schema", "Cơ sở dữ liệu đúng phiên bản, đủ chốt chặn", _schema),
    ("i01", "Tệp đã lưu còn nguyên", _files),
    ("i02", "Bản lưu từng bước nối tiếp nhau", _revisions),
    ("i06", "Mỗi phiếu kín đếm một lần, khóa đã hủy", ballot_faults),
    ("i08", "Văn bản đã khóa không đổi", _texts),
    ("seals", "Niêm phong còn hạn, đã gia hạn đúng lịch", _seals),
    ("i07", "Nhật ký nguyên vẹn", _audit),
]


def examine() -> dict[str, list[str]]:
    """Every check's findings by its key; empty lists when all is well."""
    return {key: list(check()) for key, _words, check in CHECKS}


def main(argv: Sequence[str]) -> int:
    """Exit 0 when all is whole, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="bin/giaouoc doctor")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    found = examine()
    whole = not any(found.values())
    if options.json:
        print(json.dumps({"whole": whole, "findings": found}, ensure_ascii=False))
    else:
        for key, words, _check in CHECKS:
            print(f"{'tốt ' if not found[key] else 'HỎNG'}  {words}")
            for line in found[key]:
                print(f"        {line}")
    return 0 if whole else 1
