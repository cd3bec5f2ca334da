"""Attacks by chance on the sealed pact: bytes, updates, signatures put elsewhere, structures bent, genuine time stamps
over what was changed. For tests, and by hand for longer: ``python -m giaouoc.signing.tests.mutations SECONDS [SEED]``.

Whatever an attack does, it has no unit's key; a time stamp it can have, because such services stamp for everybody. So
none may ever be 'valid'."""

from __future__ import annotations

import re
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from giaouoc.signing.engine.fields import QuietWriter
from giaouoc.signing.engine.sign import add_seal

from .papers import UPDATES, pact, security_store, updated

Attack = Callable[[Random], bytes]


def some_revision(chance: Random) -> bytes:
    """Mostly the sealed file, else an earlier one that bears a signature."""
    return pact().sealed if chance.random() < 0.6 else chance.choice(pact().revisions[1:])


def stamped_again(data: bytes) -> bytes:
    """The attacked file with fresh long-term data and a genuine time stamp of the pinned authority over all of it."""
    office = pact().office
    return add_seal(
        data,
        stamper=office.authority.time_stamper(lambda: office.now),
        trust=office.trust,
        revocation=office.revocation,
    )


# Bytes ----------------------------------------------------------------------------------------------------------------


def flipped_bit(chance: Random) -> bytes:
    data = bytearray(pact().sealed)
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def cut_anywhere(chance: Random) -> bytes:
    return pact().sealed[: chance.randrange(len(pact().sealed))]


def cut_at_an_end(chance: Random) -> bytes:
    ends = [m.end() for m in re.finditer(rb"%%EOF\r?\n?", pact().sealed)]
    return pact().sealed[: chance.choice(ends[:-1])]


def block_moved(chance: Random) -> bytes:
    """A part taken out, put in a second time, or blanked."""
    data = pact().sealed
    begin = chance.randrange(len(data))
    end = min(len(data), begin + chance.choice([1, 2, 10, 20, 400, 5000]))
    block = data[begin:end]
    kind = chance.randrange(4)
    if kind == 0:
        return data[:begin] + data[end:]
    if kind == 1:
        return data[:end] + block + data[end:]
    if kind == 2:
        return data[:begin] + chance.choice([b" ", b"\0", b"0"]) * len(block) + data[end:]
    at = chance.randrange(len(data))
    return data[:at] + block + data[at:]


def words_swapped(chance: Random) -> bytes:
    """A word of the file's structure written as another of the same length, once."""
    swaps = [
        (b"/ByteRange", b"/ByteRang3"), (b"/Contents", b"/Content5"), (b"/DocTimeStamp", b"/DocTimeStanp"),
        (b"/ETSI.CAdES.detached", b"/adbe.pkcs7.detache1"), (b"/ETSI.RFC3161", b"/ETSI.RFC3162"), (b"/Prev", b"/Pref"),
        (b"/Fields", b"/Fieldz"), (b"/DSS", b"/DSX"), (b"/Root", b"/Info"), (b"/Pages", b"/Pagez"),
        (b"startxref", b"startxxef"), (b"/V ", b"/W "), (b" obj", b" 0bj"), (b"/Sig", b"/Txt"), (b"/FT", b"/FX"),
    ]  # fmt: skip
    data = pact().sealed
    old, new = chance.choice([pair for pair in swaps if pair[0] in data])
    at = chance.choice([m.start() for m in re.finditer(re.escape(old), data)])
    return data[:at] + new + data[at + len(old) :]


def glued(chance: Random) -> bytes:
    """Something in front or behind: the file twice, another file, junk."""
    data = some_revision(chance)
    other = chance.choice(
        [data, pact().revisions[0], pact().revisions[2], b"%PDF-1.7\n", b"\0" * 100, b"%%EOF\n", b" "]
    )
    return other + data if chance.random() < 0.5 else data + other


# ByteRange and signature values ---------------------------------------------------------------------------------------


def other_byte_range(chance: Random) -> bytes:
    """The numbers of a ByteRange written anew in their place: overlapping, a gap elsewhere, beyond the end, negative."""
    data = some_revision(chance)
    found = chance.choice(list(re.finditer(rb"/ByteRange\s*\[([^\]]*)\]", data)))
    numbers = [int(n) for n in found.group(1).split()]
    which = chance.randrange(4)
    numbers[which] = chance.choice(
        [
            0,
            1,
            numbers[which] + 1,
            numbers[which] - 1,
            numbers[1],
            numbers[2],
            len(data),
            -1,
            2**40,
            chance.randrange(len(data)),
        ]
    )
    text = b" ".join(b"%d" % n for n in numbers)
    room = len(found.group(1))
    text = text.ljust(room) if len(text) <= room else text[:room]
    return data[: found.start(1)] + text + data[found.end(1) :]


def other_value(chance: Random) -> bytes:
    """A signature's value replaced by another one's, lengthened by zeros, with digits changed, or emptied."""
    data = some_revision(chance)
    values = list(re.finditer(rb"/Contents\s*<([0-9A-Fa-f]{200,})>", data))
    target, source = chance.choice(values), chance.choice(values)
    room = len(target.group(1))
    text = bytearray(target.group(1))
    kind = chance.randrange(5)
    if kind == 0:
        text = bytearray(source.group(1)[:room].ljust(room, b"0"))
    elif kind == 1:
        text[chance.randrange(room)] = chance.choice(b"0123456789ABCDEFabcdef")
    elif kind == 2:
        text = bytearray(b"0" * room)
    elif kind == 3:
        text[-chance.randrange(1, 40)] = ord("1")
    else:
        text = bytearray(bytes(text).lower())
    if bytes(text) == target.group(1):
        text[0:2] = b"31"
    return data[: target.start(1)] + bytes(text) + data[target.end(1) :]


# Updates --------------------------------------------------------------------------------------------------------------


def known_update(chance: Random) -> bytes:
    return updated(some_revision(chance), chance.choice(UPDATES))


def stamped_update(chance: Random) -> bytes:
    """A known change with a genuine time stamp over it; after the last signature or in between."""
    change = chance.choice([u for u in UPDATES if u is not security_store])
    return stamped_again(updated(chance.choice([pact().sealed, pact().signed]), change))


def reachable(writer: QuietWriter) -> list[generic.IndirectObject]:
    seen: dict[Any, generic.IndirectObject] = {}
    todo: list[Any] = [writer.root]
    while todo:
        node = todo.pop()
        if isinstance(node, generic.IndirectObject):
            if node.reference in seen:
                continue
            seen[node.reference] = node
            node = node.get_object()
        if isinstance(node, generic.DictionaryObject):
            todo += [node.raw_get(key) for key in node]
        elif isinstance(node, generic.ArrayObject):
            todo += [node.raw_get(i) for i in range(len(node))]
    return list(seen.values())


def bend(chance: Random) -> Callable[[QuietWriter], None]:
    """An update that changes one object of the file somehow."""

    def change(writer: QuietWriter) -> None:
        every = reachable(writer)
        kinds = generic.DictionaryObject, generic.ArrayObject
        reference = chance.choice([one for one in every if isinstance(one.get_object(), kinds)])
        node = reference.get_object()
        values = [
            generic.NumberObject(chance.randrange(-2, 900)), pdf_name(chance.choice(["/Sig", "/Annot", "/None", "/X"])),
            generic.pdf_string("khác"), generic.NullObject(), generic.ArrayObject(), generic.DictionaryObject(),
            chance.choice(every), generic.BooleanObject(False),
        ]  # fmt: skip
        value = chance.choice(values)
        if isinstance(node, generic.ArrayObject):
            if len(node) and chance.random() < 0.5:
                del node[chance.randrange(len(node))]
            else:
                node.insert(chance.randrange(len(node) + 1), value)
        elif isinstance(node, generic.StreamObject) and chance.random() < 0.5:
            node._data, node._encoded_data = node.data + b" ", None
        else:
            keys = sorted(node)
            names = ["/AP", "/V", "/Kids", "/F", "/Rect", "/MediaBox", "/Contents", "/Annots", "/OCProperties", "/Lock"]
            key = chance.choice(keys) if keys and chance.random() < 0.6 else chance.choice(names)
            if key in node and chance.random() < 0.3:
                del node[key]
            else:
                node[pdf_name(key)] = value
        writer.mark_update(reference)

    return change


def bent_update(chance: Random) -> bytes:
    data = updated(some_revision(chance), bend(chance))
    return stamped_again(data) if chance.random() < 0.3 else data


def moved_signature(chance: Random) -> bytes:
    """A field bears another field's signature, or a field is called as another, or is there twice."""

    def change(writer: QuietWriter) -> None:
        fields = writer.root["/AcroForm"]["/Fields"]
        first, second = chance.sample(range(len(fields)), 2)
        one, other = fields[first], fields[second]
        kind = chance.randrange(3)
        if kind == 0 and "/V" in other:
            one[pdf_name("/V")] = other.raw_get("/V")
        elif kind == 1:
            one[pdf_name("/T")] = other["/T"]
        else:
            fields.append(fields.raw_get(first))
            writer.update_container(fields)
        writer.update_container(one)
        writer.mark_update(fields.raw_get(first))

    return updated(some_revision(chance), change)


def signature_copied(chance: Random) -> bytes:
    """A signature's dictionary as a new object of a later update, with its value and range as they were or cut."""

    def change(writer: QuietWriter) -> None:
        signed = [f.get_object() for f in writer.root["/AcroForm"]["/Fields"] if "/V" in f.get_object()]
        source, target = chance.choice(signed), chance.choice(signed)
        value = source["/V"]
        copied = generic.DictionaryObject({pdf_name(k): value.raw_get(k) for k in value})
        if chance.random() < 0.5:
            copied[pdf_name("/ByteRange")] = generic.ArrayObject(
                [generic.NumberObject(n) for n in (0, 10, 20, chance.randrange(1, 999))]
            )
        target[pdf_name("/V")] = writer.add_object(copied)
        writer.mark_update(target.container_ref)

    return updated(some_revision(chance), change)


def other_cross_references(chance: Random) -> bytes:
    """A last cross-reference section by hand: leaving revisions out, pointing elsewhere, or in a circle."""
    data = some_revision(chance)
    starts = [int(m.group(1)) for m in re.finditer(rb"startxref\s+(\d+)", data)]
    root = re.findall(rb"/Root (\d+ \d+ R)", data)[-1]
    size = max(int(n) for n in re.findall(rb"/Size (\d+)", data))
    number = chance.randrange(1, size)
    place = chance.choice(
        [0, chance.randrange(len(data)), chance.choice([m.start() for m in re.finditer(rb"\d+ 0 obj", data)])]
    )
    previous = chance.choice([*starts, len(data), 0, 10**9])
    extra = chance.choice([b"", b"/XRefStm %d" % chance.choice(starts), b"/Encrypt 1 0 R", b"/Prev %d" % starts[0]])
    return data + (
        b"xref\n%d 1\n%010d 00000 %s \ntrailer\n<</Size %d/Root %s/Prev %d%s>>\nstartxref\n%d\n%%%%EOF\n"
        % (number, place, chance.choice([b"n", b"f"]), size, root, previous, extra, len(data))
    )


def object_stream_bomb(chance: Random) -> bytes:
    """An update whose objects lie in a compressed stream that unfolds to hundreds of megabytes, or in itself."""
    data = some_revision(chance)
    packer = zlib.compressobj(9)
    packed = packer.compress(b"1 0 ") + b"".join(
        packer.compress(b" " * (1 << 20)) for _ in range(chance.choice([2, 300]))
    )
    packed += packer.flush()
    root = re.findall(rb"/Root (\d+) \d+ R", data)[-1]
    size = max(int(n) for n in re.findall(rb"/Size (\d+)", data))
    last = int(data.rsplit(b"startxref", 1)[1].split()[0])
    body = data + b"%d 0 obj\n<</Type/ObjStm/N %d/First 4/Filter/FlateDecode/Length %d>>\nstream\n" % (
        size, chance.choice([1, 10**6]), len(packed)
    )  # fmt: skip
    body += packed + b"\nendstream\nendobj\n"
    start = len(body)
    held = size if chance.random() < 0.8 else size + 1  # the stream that holds the catalog, or the table itself
    rows = b"\x02" + held.to_bytes(4, "big") + b"\0" + b"\x01" + len(data).to_bytes(4, "big") + b"\0"
    rows += b"\x01" + start.to_bytes(4, "big") + b"\0"
    return body + (
        b"%d 0 obj\n<</Type/XRef/W[1 4 1]/Size %d/Index[%s 1 %d 2]/Root %s 0 R/Prev %d/Length %d>>\nstream\n%s\n"
        b"endstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
        % (size + 1, size + 2, root, size, root, last, len(rows), rows, start)
    )


ATTACKS: tuple[Attack, ...] = (
    flipped_bit, cut_anywhere, cut_at_an_end, block_moved, words_swapped, glued, other_byte_range, other_value,
    known_update, stamped_update, bent_update, moved_signature, signature_copied, other_cross_references,
    object_stream_bomb,
)  # fmt: skip


def attack(seed: int) -> tuple[str, bytes]:
    """The attack of that number: its name and the file. The kinds take turns."""
    chance = Random(seed)
    act = ATTACKS[seed % len(ATTACKS)]
    for _try in range(20):
        data = act(chance)
        if data not in pact().revisions:
            return act.__name__, data
    raise AssertionError(act.__name__)


def main(seconds: float, seed: int) -> int:
    """Attack for so many seconds; print what was believed, or took long, and a count of the verdicts. 1 when any was."""
    import logging

    from giaouoc.signing.engine.process import verify_in_process

    logging.disable(logging.CRITICAL)
    counts: Counter[str] = Counter()
    bad = 0
    end = time.monotonic() + seconds
    trust = pact().office.folder / "trust"
    while time.monotonic() < end:
        try:
            kind, data = attack(seed)
        except Exception as error:  # the tool that writes the attack may itself stumble over it
            counts[f"not made: {error.__class__.__name__}"] += 1
            seed += 1
            continue
        begin = time.monotonic()
        verdict = verify_in_process(data, trust)
        took = time.monotonic() - begin
        counts[f"{kind}: {verdict.verdict}"] += 1
        if verdict.verdict == "valid" or not verdict.reason or took > 20:
            bad += 1
            print(f"seed {seed} {kind}: {verdict.verdict}, {took:.1f} s, {verdict.reason}", flush=True)
        seed += 1
    for name, count in sorted(counts.items()):
        print(f"{count:>6} {name}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
