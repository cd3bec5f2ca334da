"""Invented regulations and what a drafting unit does to them, with the truth of it: for the alignment's tests and benchmark.

The words are formulaic on purpose, so that clauses resemble each other as those of real regulations do. Each revision
carries its truth: the rows that ``rules.align.align`` should give, by the rules of 'The truth of changes' in the
samples' README."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from giaouoc.documents.identity import rows_of_tree
from giaouoc.documents.rules.align import Change

Node = dict[str, Any]
LETTERS = "abcdđeghiklmnopqrstuvxy"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")

WHO = (
    "Cụm trưởng|Cụm phó|Thư ký Cụm|Đơn vị thành viên|Thủ trưởng đơn vị|Tổ thẩm định|Cơ quan thường trực|Đơn vị đăng cai|"
    "Cán bộ đầu mối|Ban Thi đua đơn vị|Tổ kiểm phiếu|Đơn vị được phân công"
).split("|")
DOES = (
    "chủ trì|phối hợp|tổng hợp|rà soát|báo cáo|thẩm định|đề xuất|kiểm tra|theo dõi|đôn đốc|công bố|lưu trữ|xây dựng|gửi|tiếp nhận|"
    "xác nhận|hướng dẫn|đánh giá"
).split("|")
WHAT = (
    "kế hoạch hoạt động năm|bản đăng ký thi đua|báo cáo sơ kết|hồ sơ đề nghị khen thưởng|kết quả chấm điểm|biên bản hội nghị|"
    "danh sách tập thể tiêu biểu|mô hình mới, cách làm hay|minh chứng của tiêu chí|ý kiến góp ý của các đơn vị|chương trình tọa đàm|"
    "nội dung giao ước|bảng tổng hợp điểm|phiếu tự chấm|dự thảo nghị quyết|kinh phí hoạt động chung|tin, bài tuyên truyền|"
    "hoạt động về nguồn|công trình chào mừng|kết quả thực hiện kết luận"
).split("|")
WHEN = (
    "trước ngày {n} tháng {m}|trong thời hạn {n} ngày làm việc|vào tuần đầu của quý {q}|chậm nhất {n} ngày trước hội nghị|"
    "ngay sau khi kết thúc đợt thi đua|theo lịch đã thống nhất|mỗi năm {k} lần|khi có yêu cầu của cơ quan chỉ đạo"
).split("|")
HOW = (
    "bằng văn bản|qua hệ thống dùng chung|có chữ ký của người đứng đầu|kèm minh chứng|công khai, dân chủ|đúng đối tượng và định mức|"
    "bảo đảm chính xác, kịp thời|theo mẫu thống nhất|sau khi lấy ý kiến các đơn vị|không làm phát sinh thủ tục"
).split("|")
WHY = (
    "để làm căn cứ bình xét cuối năm|để Cụm trưởng tổng hợp|phục vụ hội nghị tổng kết|nhằm nhân rộng trong toàn Cụm|"
    "để các đơn vị cùng theo dõi|làm cơ sở ký giao ước"
).split("|")
BOILERPLATE = (
    "Các nội dung khác thực hiện theo quy định của pháp luật về thi đua, khen thưởng.",
    "Trường hợp có vướng mắc, đơn vị phản ánh về Cụm trưởng để xem xét, giải quyết.",
    "Kinh phí thực hiện do các đơn vị tự bảo đảm.",
)
TWINS = ("kỳ quý I", "kỳ quý II", "kỳ quý III", "kỳ 6 tháng", "kỳ 9 tháng", "cả năm")
NAMES = "Nguyên tắc|Trách nhiệm|Quyền hạn|Trình tự|Thời hạn|Hồ sơ|Chế độ|Hình thức|Tiêu chuẩn|Phương pháp|Nội dung|Quy trình".split(
    "|"
)


def sentence(rng: random.Random) -> str:
    """One clause's words: who does what, when, how, why, a part or two left out."""
    when = rng.choice(WHEN).format(n=rng.randint(3, 28), m=rng.randint(1, 12), q=rng.randint(1, 4), k=rng.randint(1, 4))
    words = [rng.choice(WHO), rng.choice(DOES), rng.choice(WHAT)]
    if rng.random() < 0.3:
        words += ["và", rng.choice(DOES), rng.choice(WHAT)]
    for part, chance in ((when, 0.7), (rng.choice(HOW), 0.6), (rng.choice(WHY), 0.5)):
        if rng.random() < chance:
            words.append(part)
    if len(words) == 3:
        words.append(when)
    return " ".join(words) + rng.choice(".;")


def name(rng: random.Random) -> str:
    """An article's heading."""
    what = rng.choice(WHAT)
    return (
        f"{rng.choice(NAMES)} {rng.choice(DOES)} {what}"
        if rng.random() < 0.6
        else f"{rng.choice(NAMES)} đối với {what}"
    )


def node(kind: str, text: str = "", heading: str | None = None, children: Sequence[Node] = ()) -> Node:
    return {"kind": kind, "number": None, "heading": heading, "text": text, "children": list(children)}


def regulation(rng: random.Random, articles: int = 16, *, leaves: int | None = None) -> list[Node]:
    """A regulation of so many articles; leaves: about so many clauses at the bottom of the tree instead."""
    made: list[Node] = []
    count = 0
    while (count < leaves) if leaves else (len(made) < articles):
        below: list[Node] = []
        for _ in range(rng.randint(2, 6)):
            if rng.random() < 0.3:
                points = [node("point", sentence(rng)) for _ in range(rng.randint(2, 6))]
                below.append(node("paragraph", sentence(rng)[:-1] + ", gồm:", None, points))
                count += len(points)
            else:
                below.append(node("paragraph", sentence(rng)))
                count += 1
        if rng.random() < 0.35:
            below.append(node("paragraph", rng.choice(BOILERPLATE)))
            count += 1
        if rng.random() < 0.2:  # siblings that differ by a word or a number, as reports by quarter do
            base = sentence(rng)[:-1]
            twins = [f"{base}, {what};" for what in rng.sample(TWINS, rng.randint(2, 4))]
            below.append(
                node("paragraph", "Việc thực hiện từng kỳ như sau:", None, [node("point", one) for one in twins])
            )
            count += len(twins)
        if rng.random() < 0.1:
            made.append(node("article", sentence(rng), name(rng)))
            count += 1
            continue
        made.append(node("article", "", name(rng), below))
    per = rng.randint(3, 6)
    chapters = [node("chapter", "", name(rng).upper(), made[at : at + per]) for at in range(0, len(made), per)]
    tree = [node("preamble", "", "QUY CHẾ"), *chapters]
    number(tree)
    return tree


def number(tree: Sequence[Node]) -> None:
    """Number all as a drafting unit does: articles through the whole text, the rest from 1 under its clause."""
    article = 0

    def visit(nodes: Sequence[Node]) -> None:
        nonlocal article
        places: dict[str, int] = {}
        for one in nodes:
            kind = one["kind"]
            if one.get("number") != "-" and not (one.get("bare") or kind in {"preamble", "table", "signature"}):
                places[kind] = places.get(kind, 0) + 1
                if kind == "article":
                    article += 1
                    one["number"] = str(article)
                elif kind == "point":
                    one["number"] = LETTERS[(places[kind] - 1) % len(LETTERS)] * (
                        1 + (places[kind] - 1) // len(LETTERS)
                    )
                elif kind == "paragraph":
                    one["number"] = str(places[kind])
                else:
                    one["number"] = ROMAN[places[kind] - 1] if places[kind] <= len(ROMAN) else str(places[kind])
            visit(one["children"])

    visit(tree)


def light(rng: random.Random, text: str) -> str:
    """The words with one or two places changed."""
    words = text.split(" ")
    for _ in range(rng.randint(1, 2)):
        at = rng.randrange(len(words))
        act = rng.random()
        if act < 0.4:
            words[at] = rng.choice(sentence(rng)[:-1].split(" "))
        elif act < 0.7:
            words[at:at] = rng.choice(HOW).split(" ")[:3]
        elif len(words) > 5:
            del words[at]
    return " ".join(words) if " ".join(words) != text else text + " " + rng.choice(HOW)


def heavy(rng: random.Random, text: str) -> str:
    """The words with about a third to a half of them written anew; the rest keeps its order."""
    words = text.split(" ")
    share = rng.uniform(0.3, 0.5)
    span = max(2, round(len(words) * share))
    at = rng.randint(0, max(0, len(words) - span))
    fresh = sentence(rng)[:-1].split(" ")
    words[at : at + span] = fresh[: max(2, span + rng.randint(-2, 3))]
    return " ".join(words)


@dataclass
class Revision:
    """A text, the next draft of it, and what became of each clause. ``ambiguous`` rows have more than one right answer."""

    old: list[Node]
    new: list[Node]
    truth: list[Change] = field(default_factory=list)


class _Reviser:
    """Works on a copy in which every clause knows the clauses that it came from (``came``: ids of the old ones)."""

    def __init__(self, tree: Sequence[Node], rng: random.Random) -> None:
        self.rng = rng
        self.old = copy.deepcopy(list(tree))
        self.new = copy.deepcopy(list(tree))
        self.touched: set[int] = set()
        for place, one in enumerate(_all(self.new)):
            one["came"] = [place]
            one["bare"] = one["number"] is None or one["number"] == "-"

    def siblings(self) -> list[tuple[Node, list[Node]]]:
        """(clause above, its list) for each list of numbered clauses."""
        found = []
        for one in _all(self.new):
            if len([child for child in one["children"] if child["kind"] in {"paragraph", "point"}]) > 1:
                found.append((one, one["children"]))
        return found

    def leaf(self, *, words: int = 0) -> tuple[list[Node], int] | None:
        """A place of an untouched leaf clause with at least so many words."""
        places = [
            (kin, at)
            for _above, kin in self.siblings()
            for at, one in enumerate(kin)
            if not one["children"]
            and one["kind"] in {"paragraph", "point"}
            and id(one) not in self.touched
            and len(one["text"].split()) >= words
        ]
        return self.rng.choice(places) if places else None

    def fresh(self, kind: str, like: Node | None = None) -> Node:
        made = (
            node(kind, sentence(self.rng))
            if self.rng.random() > 0.15 or kind == "point"
            else node(kind, self.rng.choice(BOILERPLATE))
        )
        made["came"], made["bare"] = [], bool(like and like["bare"])
        made["number"] = "-" if like and like["number"] == "-" else None
        self.touched.add(id(made))
        return made

    # -- what is done to a text

    def insert(self) -> None:
        if self.rng.random() < 0.25:
            holders = [one for one in self.holders() if one["children"]]
            if holders:
                article = node("article", "", name(self.rng), [self.fresh("paragraph") for _ in range(3)])
                article["came"], article["bare"] = [], False
                self.touched.add(id(article))
                holder = self.rng.choice(holders)
                holder["children"].insert(self.rng.randint(0, len(holder["children"])), article)
                return
        found = self.siblings()
        if found:
            _above, kin = self.rng.choice(found)
            like = self.rng.choice([one for one in kin if one["kind"] in {"paragraph", "point"}])
            kin.insert(kin.index(like) + self.rng.randint(0, 1), self.fresh(like["kind"], like))

    def holders(self) -> list[Node]:
        return [one for one in _all(self.new) if any(child["kind"] == "article" for child in one["children"])]

    def delete(self) -> None:
        if self.rng.random() < 0.15:
            places = [(one, child) for one in self.holders() if len(one["children"]) > 2 for child in one["children"]]
            if places:
                above, child = self.rng.choice(places)
                if not any(id(one) in self.touched for one in _all([child])):
                    above["children"].remove(child)
                return
        place = self.leaf()
        if place and len(place[0]) > 2:
            del place[0][place[1]]

    def move(self) -> None:
        place = self.leaf(words=6)
        if place is None:
            return
        kin, at = place
        kind = kin[at]["kind"]
        others = [
            (above, other)
            for above, other in self.siblings()
            if other is not kin and any(one["kind"] == kind for one in other) and len(kin) > 2
        ]
        if others:
            one = kin.pop(at)
            self.touched.add(id(one))
            other = self.rng.choice(others)[1]
            last = max(place for place, two in enumerate(other) if two["kind"] == kind)
            other.insert(self.rng.randint(0, last + 1), one)

    def move_article(self) -> None:
        holders = self.holders()
        if len(holders) > 1:
            source, target = self.rng.sample(holders, 2)
            if len(source["children"]) > 2:
                one = source["children"].pop(self.rng.randrange(len(source["children"])))
                target["children"].insert(self.rng.randint(0, len(target["children"])), one)

    def split(self) -> None:
        place = self.leaf(words=14)
        if place is None:
            return
        kin, at = place
        words = kin[at]["text"].split(" ")
        cut = self.rng.randint(5, len(words) - 5)
        rest = copy.deepcopy(kin[at])
        first, second = " ".join(words[:cut]), " ".join(words[cut:])
        kin[at]["text"], rest["text"] = first + ";", second[:1].upper() + second[1:]
        kin.insert(at + 1, rest)
        self.touched |= {id(kin[at]), id(rest)}

    def merge(self) -> None:
        place = self.leaf(words=6)
        if place is None:
            return
        kin, at = place
        if at + 1 >= len(kin) or len(kin) < 3:
            return
        one, other = kin[at], kin[at + 1]
        if (
            other["children"]
            or id(other) in self.touched
            or other["kind"] != one["kind"]
            or len(other["text"].split()) < 6
        ):
            return
        joined = one["text"].rstrip(".;") + "; " + other["text"][:1].lower() + other["text"][1:]
        one["text"], one["came"] = joined, [*one["came"], *other["came"]]
        del kin[at + 1]
        self.touched.add(id(one))

    def swap(self) -> None:
        """Two siblings with nearly the same words change places: the hardest case for an order-preserving pairing."""
        place = self.leaf(words=6)
        if place is None:
            return
        kin, at = place
        others = [
            two
            for two in range(len(kin))
            if two != at
            and not kin[two]["children"]
            and kin[two]["kind"] == kin[at]["kind"]
            and id(kin[two]) not in self.touched
        ]
        if not others:
            return
        two = self.rng.choice(others)
        kin[at], kin[two] = kin[two], kin[at]
        self.touched |= {id(kin[at]), id(kin[two])}

    def level(self) -> None:
        """A điểm becomes a khoản of its own, or a khoản the last điểm of the one before it."""
        for above in self.rng.sample(list(_all(self.new)), k=len(list(_all(self.new)))):
            kin = above["children"]
            for at, one in enumerate(kin):
                if (
                    at == 0
                    or id(one) in self.touched
                    or one["children"]
                    or one["heading"]
                    or len(one["text"].split()) < 6
                ):
                    continue
                before = kin[at - 1]
                if (
                    one["kind"] == "paragraph"
                    and one["number"] not in {None, "-"}
                    and before["children"]
                    and all(two["kind"] == "point" for two in before["children"])
                ):
                    del kin[at]
                    one["kind"] = "point"
                    before["children"].append(one)
                    self.touched.add(id(one))
                    return
            if (
                above["kind"] == "paragraph"
                and len(kin) > 2
                and kin[-1]["kind"] == "point"
                and kin[-1]["number"] != "-"
            ):
                one = kin[-1]
                over = next((two for two in _all(self.new) if any(three is above for three in two["children"])), None)
                if over is None or id(one) in self.touched or over["kind"] != "article" or len(one["text"].split()) < 6:
                    continue
                kin.pop()
                one["kind"] = "paragraph"
                place = next(at for at, two in enumerate(over["children"]) if two is above)
                over["children"].insert(place + 1, one)
                self.touched.add(id(one))
                return

    def reword(self, share: float, hard: float) -> None:
        for one in _all(self.new):
            if one["kind"] not in {"article", "paragraph", "point"} or id(one) in self.touched or not one["came"]:
                continue
            if self.rng.random() < share:
                change = heavy if self.rng.random() < hard else light
                if one["text"] and len(one["text"].split()) > 4:
                    one["text"] = change(self.rng, one["text"])
                elif one["heading"] and self.rng.random() < 0.5:
                    one["heading"] = light(self.rng, one["heading"])

    def same_words_moved(self) -> None:
        """What was dropped here and written word for word there has moved, whatever the drafting unit thought."""
        kept = {one for new in _all(self.new) for one in new["came"]}
        lost = {
            one["text"]: place
            for place, one in enumerate(_all(self.old))
            if place not in kept and not one["children"] and one["kind"] in {"paragraph", "point"}
        }
        for new in _all(self.new):
            if not new["came"] and new["text"] in lost and not new["children"]:
                new["came"] = [lost.pop(new["text"])]

    def finish(self) -> Revision:
        number(self.new)
        self.same_words_moved()
        truth = _truth(self.old, self.new)
        for one in _all(self.new):
            del one["came"], one["bare"]
        return Revision(self.old, self.new, truth)


def _all(tree: Sequence[Node]) -> Iterator[Node]:
    for one in tree:
        yield one
        yield from _all(one["children"])


def _truth(old: Sequence[Node], new: Sequence[Node]) -> list[Change]:
    """The rows of the README's table, from what each clause came from."""
    was, now = rows_of_tree(old), rows_of_tree(new)
    listed = {"article", "paragraph", "point"}
    to: dict[int, list[int]] = {}
    for place, row in enumerate(now):
        for one in row.node["came"]:
            to.setdefault(one, []).append(place)

    def under(rows: Any, place: int) -> Any:
        parent = rows[place].parent
        if parent is None or (rows[parent].node["kind"] not in listed and _holds_articles(rows[parent].node)):
            return None
        return parent

    found = []
    for place, row in enumerate(was):
        if row.node["kind"] not in listed:
            continue
        targets = to.get(place, [])
        if not targets:
            found.append(Change((row.path,), (), "deleted"))
        elif len(targets) > 1:
            found.append(Change((row.path,), tuple(now[one].path for one in targets), "split"))
        elif len(now[targets[0]].node["came"]) > 1:
            sources = now[targets[0]].node["came"]
            if sources[0] == place:
                found.append(Change(tuple(was[one].path for one in sources), (now[targets[0]].path,), "merged"))
        else:
            target = targets[0]
            found.append(Change((row.path,), (now[target].path,), _word(was, now, place, target, under)))
    found += [Change((), (row.path,), "inserted") for row in now if not row.node["came"] and row.node["kind"] in listed]
    return found


def _word(was: Any, now: Any, place: int, target: int, under: Any) -> str:
    a, b = was[place], now[target]
    if (a.node["heading"], a.node["text"]) != (b.node["heading"], b.node["text"]):
        return "reworded"
    above, over = under(was, place), under(now, target)
    if (above is None) != (over is None) or (above is not None and above not in now[over].node["came"]):
        return "moved"
    return "renumbered" if a.path != b.path else "unchanged"


def _holds_articles(one: Node) -> bool:
    return any(child["kind"] == "article" or _holds_articles(child) for child in one["children"])


def revise(tree: Sequence[Node], rng: random.Random, *, hard: bool) -> Revision:
    """A next draft: 25 % of the clauses reworded (hard: half of them, a third of those heavily), and all else."""
    work = _Reviser(tree, rng)
    acts = [
        work.insert,
        work.insert,
        work.delete,
        work.move,
        work.split,
        work.merge,
        work.swap,
        work.level,
        work.move_article,
    ]
    size = sum(1 for _ in _all(work.new))
    for act in acts:
        for _ in range(max(1, size // 150)):
            if rng.random() < (0.9 if hard else 0.6):
                act()
    work.reword(0.5 if hard else 0.25, 0.33 if hard else 0.1)
    return work.finish()


@dataclass
class Score:
    """Clauses by how their alignment came out; ``guessed``: of the asked, those whose guess was right."""

    right: int = 0
    wrong: int = 0
    asked: int = 0
    guessed: int = 0
    questions: int = 0
    bad: list[str] = field(default_factory=list)

    @property
    def all(self) -> int:
        return self.right + self.wrong + self.asked

    def add(self, other: Score) -> None:
        self.right += other.right
        self.wrong += other.wrong
        self.asked += other.asked
        self.guessed += other.guessed
        self.questions += other.questions
        self.bad += other.bad


def judge(revision: Revision, found: Sequence[Change]) -> Score:
    """Each true row is right, asked (somebody is asked about one of its clauses) or silently wrong."""
    score = Score(questions=sum(1 for one in found if one.asked))
    given = {(one.from_paths, one.to_paths, one.change): one for one in found}
    asked = {("old", path) for one in found if one.asked for path in one.from_paths}
    asked |= {("new", path) for one in found if one.asked for path in one.to_paths}
    for one in revision.truth:
        row = given.get((one.from_paths, one.to_paths, one.change))
        touches = {("old", path) for path in one.from_paths} | {("new", path) for path in one.to_paths}
        if touches & asked:
            score.asked += 1
            score.guessed += row is not None
        elif row is not None:
            score.right += 1
        else:
            score.wrong += 1
            near = [
                f"{two.from_paths}→{two.to_paths} {two.change} {two.confidence}"
                for two in found
                if set(two.from_paths) & set(one.from_paths) or set(two.to_paths) & set(one.to_paths)
            ]
            score.bad.append(f"{one.from_paths}→{one.to_paths} {one.change}: " + "; ".join(near))
    return score
