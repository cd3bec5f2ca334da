"""What the papers of the project say is what the program does."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_links_between_the_papers_lead_somewhere() -> None:
    wrong = []
    for paper in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#:\s]+)\)", paper.read_text(encoding="utf-8")):
            if not (paper.parent / target).exists():
                wrong.append(f"{paper.relative_to(ROOT)}: {target}")
    assert wrong == []


def test_requirements_name_no_host_and_pin_every_package_with_hashes() -> None:
    for name in ("base", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert "://" not in text
        assert "index" not in text.replace("index-", "")
        assert len(re.findall(r"^[a-zA-Z0-9].*==", text, re.M)) == len(re.findall(r"^[a-zA-Z0-9]", text, re.M))
        assert text.count("--hash=sha256:") >= len(re.findall(r"^[a-zA-Z0-9]", text, re.M))
