"""The commands from outside: what they print, how they end, what they refuse."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from . import template
from .harness import ROOT, Server, Visitor, clean_environment, free_port, program

pytestmark = [pytest.mark.once]
SAMPLE = ROOT / "giaouoc" / "demo" / "data" / "quy-che-du-thao-1.docx"


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: Any) -> dict[str, Any]:
    """One lived day with a copy of its folder; lived once for all processes of the tests."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, told, own = base / "rehearsal", base / "rehearsal.json", tmp_path_factory.mktemp("rehearsal") / "data"
    with (base / "rehearsal.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not told.exists():
            done = program(["rehearse", "--units", "3", "--json", "--data", str(folder)])
            assert done.returncode == 0, done.stderr
            told.write_text(done.stdout)
        shutil.copytree(folder, own)
    found = json.loads(told.read_text())
    return found | {"folder": own, "pact": str(own / Path(found["pact"]).relative_to(folder))}


@pytest.fixture
def migrated(django_db_setup: None, tmp_path: Path) -> Path:
    """A data folder with an empty database of this version, for what has nothing to do with how it was made."""
    folder = tmp_path / "migrated"
    folder.mkdir()
    shutil.copy(template.sqlite_file(), folder / "giaouoc.sqlite3")
    return folder


def test_the_rehearsal_says_what_the_contract_asks(rehearsal: dict[str, Any]) -> None:
    assert Path(rehearsal["pact"]).is_absolute()
    assert Path(rehearsal["pact"]).read_bytes().startswith(b"%PDF-")
    assert rehearsal["verification"]["verdict"] == "valid"
    assert rehearsal["verification"]["signed"] == rehearsal["verification"]["expected"] == 3
    hashes = rehearsal["text_hash"]
    assert hashes["tabled"] == hashes["decided"] == hashes["pact"]
    assert len(hashes["consulted"]) == 64
    assert rehearsal["ranking"] == []
    assert set(rehearsal["invariants"]) == {str(number) for number in range(1, 10)}
    assert set(rehearsal["invariants"].values()) == {"held", "not built"}


@pytest.fixture
def lived(rehearsal: dict[str, Any]) -> Iterator[sqlite3.Connection]:
    """The database that the rehearsal left."""
    with contextlib.closing(sqlite3.connect(rehearsal["folder"] / "giaouoc.sqlite3")) as found:
        yield found


def rows(lived: sqlite3.Connection, question: str) -> list[tuple[Any, ...]]:
    return lived.execute(question).fetchall()


def test_texts_end_as_their_year_had_it(lived: sqlite3.Connection) -> None:
    texts = rows(
        lived,
        "SELECT d.kind, d.state, a.number FROM documents_document d LEFT JOIN documents_adoption a ON a.document_id = d.id "
        "ORDER BY d.id",
    )
    assert texts == [
        ("regulation", "superseded", "01-QC/CTĐ17"),
        ("plan", "in_force", "02-KH/CTĐ17"),
        ("regulation", "in_force", "03-QC/CTĐ17"),
        ("criteria", "withdrawn", None),
    ]


def test_words_came_in_by_every_way(lived: sqlite3.Connection) -> None:
    assert rows(lived, "SELECT count(*) FROM documents_unitsubmission WHERE paper_id IS NOT NULL") == [(2,)]
    assert rows(lived, "SELECT count(*) FROM documents_returnedfile WHERE entered_at IS NOT NULL") == [(1,)]
    quoted = rows(lived, "SELECT quote FROM documents_comment WHERE quote <> '' ORDER BY id")
    assert ("quá nửa số đơn vị thành viên có mặt tán thành",) in quoted
    assert rows(lived, "SELECT count(*), count(lifted_at) FROM files_hiddenwords") == [(1, 1)]


def test_both_conferences_are_over_with_their_minutes(lived: sqlite3.Connection) -> None:
    assert rows(lived, "SELECT state FROM meetings_meeting ORDER BY id") == [("archived",), ("recorded",)]
    assert rows(lived, "SELECT level, state FROM ballots_ballot ORDER BY opened_at") == [
        ("blind", "closed"), ("paper", "closed"), ("detached", "closed"),
    ]  # fmt: skip
    ((elected,),) = rows(lived, "SELECT elected FROM clusters_year")
    assert json.loads(elected) == {"CA": "head", "UBND": "deputy"}


def test_tasks_are_confirmed_waiting_and_in_work(lived: sqlite3.Connection) -> None:
    states = rows(lived, "SELECT state FROM directives_directivetask ORDER BY id")
    assert states == [("confirmed",), ("reported",), ("accepted",)]


def test_verify_takes_its_anchors_from_the_data_folder(rehearsal: dict[str, Any]) -> None:
    good = program(["verify", rehearsal["pact"], "--json"], GIAOUOC_DATA=str(rehearsal["folder"]))
    assert (good.returncode, json.loads(good.stdout)["verdict"]) == (0, "valid")
    bare = program(["verify", rehearsal["pact"], "--json"], GIAOUOC_DATA="/nonexistent")
    assert (bare.returncode, json.loads(bare.stdout)["verdict"]) == (2, "unknown")


def test_verify_answers_with_an_object_in_every_case(tmp_path: Path) -> None:
    for name in (str(tmp_path / "none.pdf"), str(tmp_path), str(SAMPLE)):
        done = program(["verify", name, "--json"])
        assert done.returncode == 2
        assert json.loads(done.stdout)["verdict"] == "unknown"


def test_a_pact_with_a_byte_changed_is_not_valid(rehearsal: dict[str, Any], tmp_path: Path) -> None:
    data = bytearray(Path(rehearsal["pact"]).read_bytes())
    at = data.index(b"stream") + 40
    data[at] ^= 1
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes(bytes(data))
    done = program(["verify", str(damaged), "--json"], GIAOUOC_DATA=str(rehearsal["folder"]))
    assert done.returncode in {1, 2}
    assert json.loads(done.stdout)["verdict"] != "valid"


def test_import_draft_prints_the_tree_alone() -> None:
    done = program(["import-draft", str(SAMPLE), "--json"])
    assert done.returncode == 0
    assert set(json.loads(done.stdout)) == {"tree", "warnings"}
    assert done.stderr == ""


def test_import_draft_refuses_with_one_sentence_and_exit_2(tmp_path: Path) -> None:
    wrong, marked = tmp_path / "a.docx", tmp_path / "TỐI MẬT.docx"
    wrong.write_bytes(b"PK\x03\x04 no zip")
    shutil.copy(SAMPLE, marked)
    for path in (wrong, marked, tmp_path / "none.docx", tmp_path):
        done = program(["import-draft", str(path), "--json"])
        assert done.returncode == 2
        assert done.stdout == ""
        assert len(done.stderr.strip().splitlines()) == 1


def test_the_trail_of_the_rehearsal_is_whole_and_a_changed_row_is_found(
    rehearsal: dict[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(rehearsal["folder"], folder)
    whole = program(["audit", "verify"], GIAOUOC_DATA=str(folder))
    assert whole.returncode == 0
    assert rehearsal["audit_head"] in whole.stdout
    import sqlite3

    with sqlite3.connect(folder / "giaouoc.sqlite3") as database:
        database.execute("DROP TRIGGER audit_auditevent_no_update")
        database.execute("UPDATE audit_auditevent SET actor = 'x' WHERE id = 5")
    broken = program(["audit", "verify"], GIAOUOC_DATA=str(folder))
    assert broken.returncode == 1
    doctor = program(["doctor"], GIAOUOC_DATA=str(folder))
    assert doctor.returncode == 1
    assert "audit_auditevent_no_update" in doctor.stdout


def test_a_backup_restores_to_the_same_audit_head(rehearsal: dict[str, Any], tmp_path: Path) -> None:
    saved, restored = tmp_path / "backup", tmp_path / "restored"
    made = program(["backup", str(saved)], GIAOUOC_DATA=str(rehearsal["folder"]))
    assert made.returncode == 0, made.stderr
    back = program(["restore", str(saved)], GIAOUOC_DATA=str(restored))
    assert back.returncode == 0, back.stderr
    head = program(["audit", "verify", "--json"], GIAOUOC_DATA=str(restored))
    assert json.loads(head.stdout)["audit_head"] == rehearsal["audit_head"]
    assert program(["doctor"], GIAOUOC_DATA=str(restored)).returncode == 0
    again = program(["restore", str(saved)], GIAOUOC_DATA=str(restored))
    assert again.returncode == 2
    assert "đã có dữ liệu" in again.stderr


def test_a_damaged_backup_is_not_restored(rehearsal: dict[str, Any], tmp_path: Path) -> None:
    saved = tmp_path / "backup"
    program(["backup", str(saved)], GIAOUOC_DATA=str(rehearsal["folder"]))
    rows = saved / "rows.jsonl"
    rows.write_bytes(rows.read_bytes().replace("Thư ký".encode(), b"Thu ky", 1))
    done = program(["restore", str(saved)], GIAOUOC_DATA=str(tmp_path / "restored"))
    assert done.returncode == 2
    assert "hỏng" in done.stderr


def test_a_backup_that_lacks_a_file_is_not_restored(rehearsal: dict[str, Any], migrated: Path, tmp_path: Path) -> None:
    saved = tmp_path / "backup"
    program(["backup", str(saved)], GIAOUOC_DATA=str(rehearsal["folder"]))
    assert saved.stat().st_mode & 0o077 == 0  # it holds password hashes
    next((saved / "files").glob("*/*")).unlink()
    done = program(["restore", str(saved)], GIAOUOC_DATA=str(migrated))
    assert done.returncode == 2
    assert "thiếu 1 tệp" in done.stderr


def test_a_store_that_lost_a_file_is_told_and_not_backed_up(rehearsal: dict[str, Any], tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(rehearsal["folder"], folder)
    signed = max((folder / "files").glob("*/*"), key=lambda one: one.stat().st_size)
    signed.unlink()
    saved = program(["backup", str(tmp_path / "backup")], GIAOUOC_DATA=str(folder))
    assert saved.returncode == 2 and signed.name in saved.stderr
    assert not (tmp_path / "backup" / "manifest.json").exists()
    told = json.loads(program(["doctor", "--json"], GIAOUOC_DATA=str(folder)).stdout)
    assert told["findings"]["i01"] and told["findings"]["i07"] == []  # it went on to the trail


def test_a_data_folder_without_a_database_is_one_line(tmp_path: Path) -> None:
    done = program(["audit", "verify"], GIAOUOC_DATA=str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


SECRET = {"GIAOUOC_SECRET_KEY": "k" * 50, "GIAOUOC_ALLOWED_HOSTS": "giaouoc.example"}


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({}, "GIAOUOC_SECRET_KEY"),
        ({"GIAOUOC_SECRET_KEY": "short"}, "GIAOUOC_SECRET_KEY"),
        ({"GIAOUOC_SECRET_KEY": "k" * 50}, "GIAOUOC_ALLOWED_HOSTS"),
        (SECRET | {"GIAOUOC_SECRET_KEY": "", "GIAOUOC_SECRET_KEY_FILE": "/nonexistent"}, "GIAOUOC_SECRET_KEY_FILE"),
    ],
)
def test_a_real_start_without_its_settings_is_refused_in_one_line(
    environment: dict[str, str], word: str, tmp_path: Path
) -> None:
    done = program(["serve"], GIAOUOC_DATA=str(tmp_path), **environment)
    assert done.returncode == 2
    assert word in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_real_start_on_demonstration_data_is_refused(rehearsal: dict[str, Any]) -> None:
    for command in ("serve", "worker"):
        done = program([command], GIAOUOC_DATA=str(rehearsal["folder"]), **SECRET)
        assert done.returncode == 2
        assert "minh họa" in done.stderr.strip().splitlines()[-1]


def test_a_real_start_with_the_trial_authority_is_refused(rehearsal: dict[str, Any], migrated: Path) -> None:
    trust = str(rehearsal["folder"] / "trust")
    done = program(["worker"], GIAOUOC_DATA=str(migrated), GIAOUOC_TRUST=trust, **SECRET)
    assert done.returncode == 2
    assert "thử nghiệm" in done.stderr


def test_the_first_administrator_gets_a_link(tmp_path: Path) -> None:
    assert program(["migrate"], GIAOUOC_DATA=str(tmp_path), **SECRET).returncode == 0
    done = program(["create-administrator", "quantri@example.vn"], GIAOUOC_DATA=str(tmp_path), **SECRET)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"https://giaouoc\.example/moi/[\w-]{40,}/\n", done.stdout)
    lost = program(["create-administrator", "quantri@example.vn"], GIAOUOC_DATA=str(tmp_path), **SECRET)
    assert "/moi/" in lost.stdout and lost.stdout != done.stdout
    second = program(["create-administrator", "khac@example.vn"], GIAOUOC_DATA=str(tmp_path), **SECRET)
    assert second.returncode == 2


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory: Any) -> Path:
    """The folder of a demonstration, which the first start fills."""
    return Path(tmp_path_factory.mktemp("demo")) / "Dữ liệu thử"


def test_the_demonstration_serves_and_ctrl_c_ends_it_within_five_seconds(demonstrated: Path) -> None:
    server = Server(demonstrated, free_port())
    server.start()
    everyone = server.processes()
    visitor = Visitor(server.url)
    visitor.sign_in("thuky.cqd")
    page = visitor.get("/cum/17/2026/")
    assert "17 ý kiến" in page
    assert "3 ý kiến chưa trả lời" in page
    assert server.interrupt() < 5
    time.sleep(0.2)
    assert [pid for pid in everyone if Path(f"/proc/{pid}").exists()] == []
    begun = time.monotonic()
    server.start()
    assert time.monotonic() - begun < 10  # the contract's five seconds, on a machine that runs other tests too
    os.kill(server.process.pid, signal.SIGTERM)  # type: ignore[union-attr]
    server.process.wait(timeout=6)  # type: ignore[union-attr]


def test_children_end_when_their_parent_is_killed(demonstrated: Path) -> None:
    server = Server(demonstrated, free_port())
    server.start()
    everyone = server.processes()
    os.kill(server.process.pid, signal.SIGKILL)  # type: ignore[union-attr]
    server.process.wait()  # type: ignore[union-attr]
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(Path(f"/proc/{pid}").exists() for pid in everyone):
        time.sleep(0.1)
    assert [pid for pid in everyone if Path(f"/proc/{pid}").exists()] == []


def test_a_taken_port_and_an_unwritable_folder_are_one_line_each(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = program(["demo", "--port", port, "--data", str(tmp_path / "data")])
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert port in done.stderr
    (tmp_path / "file").write_text("")
    done = program(["demo", "--port", str(free_port()), "--data", str(tmp_path / "file" / "data")])
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_fresh_never_empties_a_folder_of_something_else(tmp_path: Path) -> None:
    precious = tmp_path / "luan-van.docx"
    precious.write_text("x")
    done = program(["demo", "--port", str(free_port()), "--data", str(tmp_path), "--fresh"])
    assert done.returncode == 2
    assert precious.exists()


def test_an_old_python_gets_one_line(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for program_ in ("sh", "dirname", "readlink", "cmp", "cat", "env"):
        os.symlink(shutil.which(program_) or f"/bin/{program_}", tmp_path / program_)
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT / "bin", checkout / "bin")
    shutil.copytree(ROOT / "requirements", checkout / "requirements")
    done = subprocess.run(
        [str(checkout / "bin" / "demo")],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 2
    assert "3.11" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_no_network_at_the_first_run_is_one_line_and_no_half_environment_is_trusted(tmp_path: Path) -> None:
    checkout = tmp_path / "bản sao có dấu"
    shutil.copytree(ROOT / "bin", checkout / "bin")
    shutil.copytree(ROOT / "requirements", checkout / "requirements")
    environment = clean_environment(PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="0", PIP_NO_CACHE_DIR="1")
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_CONSTRAINT"):
        environment.pop(name, None)
    done = subprocess.run(
        [str(checkout / "bin" / "giaouoc"), "help"],
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 2, done.stderr
    assert "mạng" in done.stderr.strip().splitlines()[-1]
    assert not (checkout / ".venv" / ".ready-base").exists()


def test_an_unknown_command_shows_the_commands() -> None:
    done = program(["dance"])
    assert done.returncode == 2
    assert "rehearse" in done.stderr
