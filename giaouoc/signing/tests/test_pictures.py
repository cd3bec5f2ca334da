"""A picture in the frame: off unless the signer wants it, looked at as what a stranger sent, and the file stays what it was."""

from __future__ import annotations

import io
import subprocess
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from giaouoc.audit.trail import history_of
from giaouoc.clusters.models import Role
from giaouoc.files.models import Quarantine
from giaouoc.lib.errors import Invalid, NotAllowed
from giaouoc.signing.actions.picture import set_picture
from giaouoc.signing.actions.sign import sign_slot
from giaouoc.signing.engine.trust import TrustFolder
from giaouoc.signing.engine.verify import verify
from giaouoc.signing.frames import KEPT, cleaned
from giaouoc.signing.models import SignaturePicture
from giaouoc.signing.queries import expected_for, picture_of

from .test_engine_conformance import objects
from .test_stamps import own, stamped


def png(size: tuple[int, int] = (600, 600), *, colour: str = "#b01020", **more: Any) -> bytes:
    """A ring on a transparent ground."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((20, 20, size[0] - 20, size[1] - 20), outline=colour, width=12)
    out = io.BytesIO()
    image.save(out, "PNG", **more)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A small PNG whose head promises many pixels."""
    head = b"\0\0\0\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + head + zlib.crc32(head[4:]).to_bytes(4, "big") + png()[33:]


def test_what_is_kept_is_made_anew_without_transparency_and_small() -> None:
    secret = Image.open(io.BytesIO(png())).getexif()
    secret[0x010F] = "Máy ảnh"
    kept = cleaned(png(exif=secret))
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, image.mode, max(image.size)) == ("PNG", "RGB", KEPT)
        assert not image.info
        assert not image.getexif()
        assert image.getpixel((KEPT // 2, KEPT // 2)) == (255, 255, 255)


def _animated() -> bytes:
    out, frames = io.BytesIO(), [Image.new("RGB", (100, 100), colour) for colour in ("red", "blue")]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


def _jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (100, 100), "red").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PNG"),
        (_jpeg(), "PNG"),
        (png()[:400], "PNG"),
        (bomb(60_000, 60_000), "PNG"),
        (bomb(9_000, 9_000), "quá nhiều điểm ảnh"),
        (bomb(2_000, 2_000), "PNG"),
        (png((2_400, 300)), "mỗi cạnh"),
        (png((50, 300)), "mỗi cạnh"),
        (png() + b"\0" * 1024 * 1024, "1 MB"),
        (_animated(), "Ảnh động"),
        (png(colour="#ffffff"), "trống"),
    ],
    ids=["nothing", "svg", "jpeg", "cut", "bomb", "large", "promise", "wide", "narrow", "heavy", "animated", "empty"],
)
def test_what_is_no_small_still_png_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why) as refused:
        cleaned(data)
    assert refused.value.field == "picture"


def test_the_page_puts_it_in_and_takes_it_out_for_oneself_alone(world: Any, client: Any) -> None:
    world.add_clerk("CA")
    url = world.url("ky-so/hinh-trong-khung/")
    for who in ("secretary:CA", "assessor:CA", "observer"):
        assert world.sign_in(client, who).get(url).status_code == 403
        with pytest.raises(NotAllowed):
            set_picture(png(), by=world.mandate(who), now=world.now)
    world.sign_in(client, "clerk:CA")
    assert "Khung ký chỉ có chữ" in client.get(url).content.decode()
    bare = client.get(url + "xem.png").content
    sent = client.post(url, {"picture": SimpleUploadedFile("x.png", _jpeg(), "image/png")})
    assert sent.status_code == 422
    assert client.post(url, {"picture": SimpleUploadedFile("dau.png", png(), "image/png")}).status_code == 302
    assert client.get(url + "xem.png").content != bare
    clerk, leader = world.mandate("clerk:CA"), world.mandate("leader:CA")
    assert picture_of(clerk).startswith(b"\x89PNG")
    assert picture_of(leader) == b""
    assert "đã đặt hình trong khung ký của mình" in str(history_of(clerk)[0].sentence)
    row = SignaturePicture.objects.get()
    Quarantine.objects.create(sha256=row.file.sha256, reason="x", at=world.now)
    assert picture_of(clerk) == b""
    Quarantine.objects.update(lifted_at=world.now)
    assert client.post(url + "bo/").status_code == 302
    assert picture_of(clerk) == b""
    assert client.post(url + "bo/").status_code == 409


def test_signature_and_stamp_show_it_and_the_file_stays_archivable_and_valid(world: Any, tmp_path: Path) -> None:
    world.add_clerk("CA")
    clerk, leader = world.mandate("clerk:CA"), world.mandate("leader:CA")
    set_picture(png(colour="#1d3c8f"), by=leader, now=world.now)
    set_picture(png(), by=clerk, now=world.now)
    round_ = stamped(world)
    sign_slot(own(round_, "CA"), by=leader, now=world.now)
    sign_slot(own(round_, "CA", Role.CLERK), by=clerk, now=world.now)
    sign_slot(own(round_, "QS"), by=world.mandate("leader:QS"), now=world.now)
    data = round_.head.file.read()
    verdict = verify(data, TrustFolder.load(settings.DATA / "trust"), expected_for(round_.code))
    assert (verdict.verdict, verdict.signed) == ("valid", 3), verdict.reason

    found = [one for one in objects(PdfFileReader(io.BytesIO(data))) if isinstance(one, generic.DictionaryObject)]
    images = [one for one in found if "/Subtype" in one and one["/Subtype"] == "/Image"]
    assert len(images) == 2
    for image in images:
        assert "/SMask" not in image
        assert "/Mask" not in image
        assert image["/ColorSpace"][0] == "/ICCBased"
        assert "/Interpolate" not in image or not image["/Interpolate"]
    groups = [one for one in found if "/S" in one and one["/S"] == "/Transparency"]
    assert all("/CS" in one for one in groups)  # PDF/A-2: blending, if any, in a stated colour space
    file = tmp_path / "x.pdf"
    file.write_bytes(data)
    done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True).stdout
    assert text.count("Thời gian") == 3  # the words stay beside the picture
