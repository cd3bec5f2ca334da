"""News have addresses of their own."""

from __future__ import annotations

from typing import Any

import pytest

from giaouoc.public.actions.articles import write_article


@pytest.mark.parametrize(("title", "slugs"), [("Viết", ["viet-2", "viet-3"]), ("Tin", ["tin", "tin-2"])])
def test_no_article_stands_where_articles_are_begun(world: Any, client: Any, title: str, slugs: list[str]) -> None:
    by = world.mandate("secretary:CQD")
    made = [write_article(world.year, by=by, now=world.now, title=title, lead="", body="Nội dung") for _ in slugs]
    assert [one.slug for one in made] == slugs
    world.sign_in(client, "secretary:CQD")
    assert title in client.get(world.url(f"tin-tuc/{slugs[0]}/")).content.decode()
