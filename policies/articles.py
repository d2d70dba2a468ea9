"""The text of a rule as chapters and articles, without changing a letter of it.

Layout of normative texts: "Chương I", its title on the next line, then "Điều 1. …".
"""

import re
from dataclasses import dataclass

_CHAPTER = re.compile(r"^Chương\s+[IVXLC0-9]+\b", re.IGNORECASE)
_ARTICLE = re.compile(r"^(Điều\s+(\d+)\s*[.:]?)\s*(.*)$")
# An article whose first line is longer has no title: the line is its text.
_LONGEST_TITLE = 120


@dataclass(frozen=True)
class Article:
    """One Điều. `heading` and `paragraphs` hold every letter of it, in order."""

    number: int
    heading: str
    paragraphs: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """The name by which a link finds it."""
        return f"dieu-{self.number}"


@dataclass(frozen=True)
class Chapter:
    """One Chương, or the whole text where there is none (`heading` is empty then)."""

    heading: str
    title: str
    articles: tuple[Article, ...]


@dataclass(frozen=True)
class Document:
    """What comes before the first chapter, and the chapters."""

    opening: tuple[str, ...]
    chapters: tuple[Chapter, ...]

    @property
    def articles(self) -> tuple[Article, ...]:
        """Every article of every chapter."""
        return tuple(a for chapter in self.chapters for a in chapter.articles)


def parse(text: str) -> Document:
    """Return the text in parts; every line that is not blank is in exactly one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    starts = [n for n, line in enumerate(lines) if _CHAPTER.match(line)]
    if not starts:
        first = next((n for n, line in enumerate(lines) if _ARTICLE.match(line)), None)
        if first is None:
            return Document(tuple(lines), ())
        whole = Chapter("", "", _articles(lines[first:]))
        return Document(tuple(lines[:first]), (whole,))
    ends = [*starts[1:], len(lines)]
    chapters = (_chapter(lines[a:b]) for a, b in zip(starts, ends, strict=True))
    return Document(tuple(lines[: starts[0]]), tuple(chapters))


def _chapter(lines: list[str]) -> Chapter:
    heading, rest = lines[0], lines[1:]
    first = next((n for n, line in enumerate(rest) if _ARTICLE.match(line)), len(rest))
    return Chapter(heading, " ".join(rest[:first]), _articles(rest[first:]))


def _articles(lines: list[str]) -> tuple[Article, ...]:
    starts = [n for n, line in enumerate(lines) if _ARTICLE.match(line)]
    ends = [*starts[1:], len(lines)]
    return tuple(_article(lines[a:b]) for a, b in zip(starts, ends, strict=True))


def _article(lines: list[str]) -> Article:
    found = _ARTICLE.match(lines[0])
    if found is None:
        raise ValueError("an article begins with its number")
    label, number, rest = found.groups()
    paragraphs = tuple(lines[1:])
    if len(rest) > _LONGEST_TITLE:
        return Article(int(number), label, (rest, *paragraphs))
    return Article(int(number), f"{label} {rest}".strip(), paragraphs)
