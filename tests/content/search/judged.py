"""A judged set: a made-up paper, and 300 questions of which it is known what they should find.

Each story is about one subject, which its headline names, and mentions others. A question about a
subject should find its story first (grade 3), then those that mention it (grade 1). Everything is
made by a fixed seed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import log2
from random import Random
from typing import Any, Literal

import httpx

Kind = Literal["name", "spelling", "topic", "typo", "script"]
KINDS: Mapping[Kind, int] = {"name": 50, "spelling": 50, "topic": 50, "typo": 100, "script": 50}

DEPTH = 10
"""Hits that are looked at."""
ABOUT, MENTIONED = 3, 1

_HEADS = ("bro", "cal", "den", "fal", "gri", "hol", "jor", "kes", "lum", "mar", "nev", "osk", "pel")
_TAILS = ("tano", "vise", "mond", "rick", "lax", "quin", "dova", "stera", "fyn", "zello")
_SIZES = ("-7B", "3.6", " 2", "-XL", "", "-4o", " Pro", "")
_TOPICS = (
    *("battery recycling", "protein folding", "tidal energy", "speech synthesis", "weather radar"),
    *(
        "satellite imagery",
        "legal contracts",
        "ocean drones",
        "traffic signals",
        "cancer screening",
    ),
    *("wildfire detection", "archive scanning", "chess endgames", "subway timetables"),
    *("kitchen robots", "quantum sensors", "music transcription", "crop diseases", "sign language"),
    *("password managers", "compiler warnings", "database indexes", "bridge inspection"),
    *("glacier melting", "hospital staffing", "library catalogues", "spam filtering"),
    *("image captions", "vaccine logistics", "handwriting recognition", "harbour cranes"),
    *("memory leaks", "solar forecasting", "animal migration", "court transcripts"),
    *("radio telescopes", "street lighting", "tax returns", "voice cloning", "water meters"),
    *("insect counting", "railway switches", "mineral exploration", "museum guides"),
    *("parking sensors", "earthquake alarms", "customs forms", "football statistics"),
    *("greenhouse heating", "elevator maintenance"),
)
_SCRIPTS: Sequence[tuple[str, str, str]] = (
    ("Ёлочка распознаёт старинные рукописи", "елочка", "старинные рукописи"),
    ("Новый переводчик понимает диалекты", "переводчик", "диалекты"),
    ("Погода на завтра без суперкомпьютера", "погода", "суперкомпьютера"),
    ("Українська модель читає креслення", "українська", "креслення"),
    ("Български корпус за медицината", "корпус", "медицината"),
    ("Η Αθήνα μετρά την κυκλοφορία", "αθηνα", "κυκλοφορια"),
    ("Ελληνικό μοντέλο για νομικά κείμενα", "ελληνικο", "νομικα"),
    ("نموذج جديد يفهم اللهجات", "نموذج", "اللهجات"),
    ("مكتبة رقمية للمخطوطات القديمة", "مكتبة", "المخطوطات"),
    ("روبوت يزرع القمح في الصحراء", "روبوت", "القمح"),
    ("מודל חדש לומד עברית", "מודל", "עברית"),
    ("ספרייה פתוחה לתמונות רפואיות", "ספרייה", "תמונות"),
    ("हिन्दी में बोलने वाला सहायक", "हिन्दी", "सहायक"),
    ("किसानों के लिए मौसम पूर्वानुमान", "मौसम", "पूर्वानुमान"),
    ("বাংলা ভাষার নতুন অভিধান", "বাংলা", "অভিধান"),
    ("தமிழ் எழுத்துக்களை படிக்கும் நிரல்", "தமிழ்", "நிரல்"),
    ("한국어 음성 인식 대회", "한국어", "인식"),
    ("서울 지하철 시간표 예측", "서울", "시간표"),
    ("日本語の方言を学ぶモデル", "日本語", "方言"),
    ("東京の天気を予測する研究", "東京", "天気"),
    ("中文手写识别的新方法", "中文", "手写识别"),
    ("北京 地铁 时刻表 预测", "北京", "时刻表"),
    ("ภาษาไทย พูดได้แล้ว", "ภาษาไทย", "พูดได้แล้ว"),
    ("Հայերեն բառարան բոլորի համար", "Հայերեն", "բառարան"),
    ("ქართული ენის ახალი მოდელი", "ქართული", "მოდელი"),
)
"""A headline, and two questions that should find it, some without its accents and points."""

_FILLER = (
    "The team released its figures on Tuesday and answers questions in the open.",
    "Nothing in it needs a special machine, and most of it runs over night.",
    "Critics say that the test was too easy, and the authors agree in part.",
    "The next version is planned for the autumn, with more data and fewer claims.",
    "Earlier work had promised more, but was never tried outside of a laboratory.",
    "An independent group repeated the experiment and found about the same.",
)


@dataclass(frozen=True, slots=True)
class Story:
    """One story of the paper."""

    slug: str
    headline: str
    body: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and what it should find: slugs of stories with their grades."""

    text: str
    kind: Kind
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Subject:
    """What stories are about."""

    slug: str
    name: str
    topic: str
    mentioned_in: list[str] = field(default_factory=list)

    @property
    def grades(self) -> dict[str, int]:
        """What a question about it should find."""
        return {**dict.fromkeys(self.mentioned_in, MENTIONED), self.slug: ABOUT}


def subjects() -> list[Subject]:
    """Make the 50 subjects of the Latin part."""
    chance = Random(7)
    names = [head.capitalize() + tail for head in _HEADS for tail in _TAILS]
    chance.shuffle(names)
    return [
        Subject(f"story-{place}", names[place] + _SIZES[place % len(_SIZES)], topic)
        for place, topic in enumerate(_TOPICS)
    ]


def stories(known: Sequence[Subject]) -> list[Story]:
    """Write one story for each subject and each other headline; notes who mentions whom."""
    chance = Random(8)
    written = []
    for subject in known:
        others = chance.sample([each for each in known if each is not subject], 3)
        for other in others:
            other.mentioned_in.append(subject.slug)
        said = [f"It was compared with {other.name}." for other in others]
        lines = [*chance.sample(_FILLER, 4), *said]
        chance.shuffle(lines)
        headline = f"{subject.name} takes on {subject.topic}"
        written.append(Story(subject.slug, headline, " ".join(lines)))
    for place, (headline, _, _) in enumerate(_SCRIPTS):
        written.append(Story(f"script-{place}", headline, " ".join(chance.sample(_FILLER, 3))))
    return written


def issues(written: Sequence[Story]) -> list[dict[str, Any]]:
    """Lay the stories out in issues of five."""
    documents = []
    for number, start in enumerate(range(0, len(written), 5), start=1):
        sections = [
            {
                "kind": "lead" if place == 0 else "brief",
                "slug": story.slug,
                "headline": story.headline,
                "body": story.body,
            }
            for place, story in enumerate(written[start : start + 5])
        ]
        day = (date(2026, 1, 1) + timedelta(days=number)).isoformat()
        documents.append({"number": number, "date": day, "sections": sections})
    return documents


def questions(known: Sequence[Subject]) -> list[Question]:
    """Ask 300 questions; `stories` was called before."""
    chance = Random(9)
    asked = [Question(each.name, "name", each.grades) for each in known]
    asked += [Question(_spelt(each.name), "spelling", each.grades) for each in known]
    asked += [Question(each.topic, "topic", {each.slug: ABOUT}) for each in known]
    for each in known:
        stem = each.name.split("-")[0].split(" ")[0].rstrip("0123456789.")
        asked.append(Question(_mistyped(stem.lower(), chance), "typo", each.grades))
        words = each.topic.split(" ")
        at = chance.randrange(2)
        words[at] = _mistyped(words[at], chance)
        asked.append(Question(" ".join(words), "typo", {each.slug: ABOUT}))
    for place, (_, one, other) in enumerate(_SCRIPTS):
        grades = {f"script-{place}": ABOUT}
        asked += [Question(one, "script", grades), Question(other, "script", grades)]
    return asked


def _spelt(name: str) -> str:
    """Spell a name as people do: other signs, other spaces, no capitals."""
    parts = name.lower().replace("-", " ").replace(".", " ").split()
    return "-".join(parts) if len(parts) > 1 else name.upper()


def _mistyped(word: str, chance: Random) -> str:
    """Make one mistake behind the first letter: swap, leave out, double or replace one."""
    at = chance.randrange(1, len(word) - 1)
    match chance.randrange(4):
        case 0 if word[at] != word[at + 1]:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 1:
            return word[:at] + word[at + 1 :]
        case 2:
            return word[:at] + word[at] + word[at:]
        case _:
            other = "e" if word[at] != "e" else "i"
            return word[:at] + other + word[at + 1 :]


async def ask(
    client: httpx.AsyncClient, asked: Sequence[Question]
) -> list[tuple[Question, list[str]]]:
    """Ask for stories; return the slugs of the hits, those of the suggestion where there is one."""
    answers = []
    for question in asked:
        given = {"q": question.text, "type": "section", "limit": str(DEPTH)}
        page = (await client.get("/v1/search", params=given)).json()
        suggestion = page["page"]["suggestion"]
        if suggestion is not None:
            page = (await client.get("/v1/search", params={**given, "q": suggestion})).json()
        answers.append((question, [hit["section"] for hit in page["data"]]))
    return answers


@dataclass(frozen=True, slots=True)
class Figures:
    """How well questions were answered, 0 to 1."""

    recall: float
    """The share of what should be among the first ten, and is."""
    ndcg: float
    """How near the order is to the best one."""


def judge(answers: Sequence[tuple[Question, Sequence[str]]]) -> dict[str, Figures]:
    """Judge answers, each the slugs of its hits, by kind of question and of `all`."""
    by_kind: dict[str, list[Figures]] = {"all": []}
    for question, found in answers:
        figures = _judged(question, found[:DEPTH])
        by_kind["all"].append(figures)
        by_kind.setdefault(question.kind, []).append(figures)
    return {kind: _mean(each) for kind, each in by_kind.items()}


def _judged(question: Question, found: Sequence[str]) -> Figures:
    grades = question.grades
    wanted = min(DEPTH, len(grades))
    best = _gain(sorted(grades.values(), reverse=True)[:DEPTH])
    hits = len(grades.keys() & set(found))
    return Figures(hits / wanted, _gain(grades.get(slug, 0) for slug in found) / best)


def _gain(grades: Sequence[int] | Iterator[int]) -> float:
    return float(sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades)))


def _mean(each: Sequence[Figures]) -> Figures:
    count = len(each)
    return Figures(sum(f.recall for f in each) / count, sum(f.ndcg for f in each) / count)
