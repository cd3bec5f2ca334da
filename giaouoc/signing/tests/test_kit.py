"""Bộ kiểm tra ngoài tuyến: it works where our package, Django and a network are not, and says the same as we do."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from giaouoc.lib.apart import PACKAGE_ROOT
from giaouoc.signing import kit
from giaouoc.signing.models import SigningRound

from .real import sign_elsewhere
from .rounds import open_round, sign
from .test_returned_files import turn


@pytest.fixture
def sealed(world: Any) -> SigningRound:
    round_ = open_round(world, ["CA", "QS"])
    sign(world, round_, "CA", "QS")
    return round_


def pip(python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """pip for another environment: it need not lie there itself."""
    command = [sys.executable, "-m", "pip", "--python", str(python), *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd="/", check=False)


def installed(folder: Path, requirements: str) -> str:
    """Put what the kit's requirements name into an environment, each package by its hash; '' or why that cannot be tried
    here. Raises AssertionError when the requirements themselves are at fault."""
    if importlib.util.find_spec("pip") is None:
        return "there is no pip"
    (folder / kit.REQUIREMENTS).write_text(requirements, "utf-8")
    install = ("install", "-q", "--no-compile", "--retries", "0", "--timeout", "20", "--require-hashes")
    done = pip(folder / "bin" / "python", *install, "-r", str(folder / kit.REQUIREMENTS))
    said = done.stderr
    if done.returncode == 0:
        assert pip(folder / "bin" / "python", "check").returncode == 0
        return ""
    assert "hash" not in said.lower() and "conflict" not in said.lower(), said
    return "no package index answers: " + (said.strip().splitlines() or ["?"])[-1]


def linked(folder: Path) -> None:
    """The same packages by links to our own: where pip has nobody to ask."""
    site = next((folder / "lib").glob("python3*/site-packages"))
    for name in kit.NEEDED:
        files = importlib.metadata.distribution(name).files or []
        for top in {file.parts[0] for file in files if file.parts[0] not in ("..", "__pycache__")}:
            if not (site / top).exists():
                (site / top).symlink_to(importlib.metadata.distribution(name).locate_file(top))


def run(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    command = [str(python), str(folder / kit.SCRIPT), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=environment, cwd="/", check=False
    )


def unpacked(client: Any, round_: SigningRound, folder: Path) -> Path:
    """The kit as anybody downloads it, in a folder."""
    answer = client.get(f"/xac-minh/{round_.code}/kiem-tra-ngoai-tuyen.zip")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(folder)
    return folder


@pytest.mark.once
def test_the_kit_verifies_on_a_machine_without_our_package(client: Any, world: Any, real: Any, tmp_path: Path) -> None:
    """Also a document of which the file alone does not tell whose certificates are right: the kit has the register's list."""
    own = real.authority.leader("Tên ghi khác")
    round_ = open_round(world, ["CA", "QS"])
    real.authority.put("nguoi-ky/CA.cer", own)  # after the fields were prepared: only the register knows it
    turn(world, round_, "CA", lambda mine, base: sign_elsewhere(base, own, field=mine.field))
    other = real.authority.leader(world.unit("QS").name)
    turn(world, round_, "QS", lambda mine, base: sign_elsewhere(base, other, field=mine.field))
    folder = unpacked(client, round_, tmp_path / "kit")
    place = tmp_path / "place"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    untried = installed(place, (folder / kit.REQUIREMENTS).read_text("utf-8"))
    if untried:
        linked(place)
    python = place / "bin" / "python"
    ours = [str(python), "-c", "import importlib.util as u; print([u.find_spec(n) for n in ('giaouoc', 'django')])"]
    clean = {"PATH": os.environ["PATH"]}
    found = subprocess.run(ours, capture_output=True, text=True, cwd="/", env=clean, check=True)
    assert found.stdout.strip() == "[None, None]"

    good = run(python, folder, "--json")
    assert (good.returncode, good.stderr) == (0, "")
    assert json.loads(good.stdout) == json.loads((folder / "bao-cao.json").read_text("utf-8"))
    told = run(python, folder)
    assert "Kết luận: hợp lệ" in told.stdout
    assert told.stdout.strip() in (folder / "bao-cao.txt").read_text("utf-8")

    cut = folder / "cat.pdf"
    cut.write_bytes(round_.revisions.order_by("number")[1].file.read())
    assert run(python, folder, str(cut)).returncode == 1
    (folder / kit.SIGNERS).rename(folder / "khac.json")
    alone = run(python, folder, str(folder / f"{round_.code}.pdf"))
    assert (alone.returncode, "chưa rõ có phải của đơn vị đó" in alone.stdout) == (2, True)
    (folder / "khac.json").rename(folder / kit.SIGNERS)
    for anchor in (folder / kit.ANCHORS).glob("*.pem"):
        anchor.unlink()
    assert run(python, folder, str(folder / f"{round_.code}.pdf")).returncode == 2
    if untried:
        pytest.skip(f"the kit works with our own packages; pip could not install them by their hashes: {untried}")


@pytest.mark.once
def test_the_kit_tells_what_it_needs_and_how_to_check_its_anchors(world: Any, sealed: SigningRound) -> None:
    data = kit.offline_kit(sealed, now=world.now)
    assert data == kit.offline_kit(sealed, now=world.now)
    archive = zipfile.ZipFile(io.BytesIO(data))
    guide = archive.read("HUONG-DAN.txt").decode()
    anchors = [name for name in archive.namelist() if name.endswith(".pem")]
    assert len(anchors) == 2
    assert all(b"PRIVATE" not in archive.read(name) for name in archive.namelist() if name.startswith(kit.ANCHORS))
    assert len(re.findall(r"^ +[0-9a-f]{64}$", guide, re.M)) == len(anchors) + 1
    assert sealed.head.sha256 in guide
    assert archive.read(f"{sealed.code}.pdf") == sealed.head.file.read()
    assert "không có giá trị pháp lý" in archive.read("bao-cao.txt").decode()


def test_each_requirement_is_pinned_with_its_hashes() -> None:
    blocks = kit.requirements().split("\n")
    names = [line.split("==")[0] for line in blocks if line and not line.startswith(" ")]
    assert sorted(names) == sorted(kit.NEEDED)
    assert "--hash=sha256:" in kit.requirements()
    assert set(re.findall(r"^([\w-]+)==", (PACKAGE_ROOT / "requirements/base.txt").read_text("utf-8"), re.M)) >= set(
        names
    )


def test_the_script_carries_the_sources_as_they_are() -> None:
    held: dict[str, Any] = {"__name__": "kit", "__file__": "/x/xac_minh.py"}
    exec(compile(kit.script(), "xac_minh.py", "exec"), held)  # noqa: S102
    assert held["SOURCES"] == {path: (PACKAGE_ROOT / path).read_text("utf-8") for path in kit.MODULES}


@pytest.mark.once
def test_a_place_without_the_packages_is_told_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / kit.SCRIPT).write_text(kit.script(), "utf-8")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    done = run(tmp_path / "bare" / "bin" / "python", tmp_path, "x.pdf")
    assert done.returncode == 2
    assert "pyhanko: cần 0.38.0, đang có: chưa cài" in done.stderr


@pytest.mark.once
def test_there_is_no_kit_of_a_document_that_is_not_sealed(client: Any, world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    assert client.get(f"/xac-minh/{round_.code}/kiem-tra-ngoai-tuyen.zip").status_code == 404
    assert client.get("/xac-minh/K7M2QX9BD/kiem-tra-ngoai-tuyen.zip").status_code == 404
