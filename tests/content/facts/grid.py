"""Combinations of subject, verb, number and tail: `python -m tests.content.facts.grid`.

Each sentence is judged with the true count and with twice the count. The files in `grid/` hold the
parts; `traps.txt` holds sentences that must not be judged. The table by part shows which one the
rules do not read.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

from app.content.facts.verdicts import count_of
from tests.content.facts.judging import judged, world

PARTS = Path(__file__).parent / "grid"
_NAMES = {
    "OpenBB-finance/OpenBB": "OpenBB",
    "ollama/ollama": "Ollama",
    "vllm-project/vllm": "vLLM",
    "langchain-ai/langchain": "LangChain",
    "ggml-org/llama.cpp": "llama.cpp",
    "scikit-learn/scikit-learn": "scikit-learn",
    "tinygrad/tinygrad": "tinygrad",
    "comfyanonymous/ComfyUI": "ComfyUI",
    "run-llama/llama_index": "LlamaIndex",
    "microsoft/autogen": "AutoGen",
    "pytorch/pytorch": "PyTorch",
}
_UNITS = ("stars", "GitHub stars", "stargazers")
_NUMBERS: Mapping[str, Callable[[int], str]] = {
    "66,912": lambda count: f"{count:,}",
    "66912": str,
    "66 912": lambda count: f"{count:,}".replace(",", "\u2009"),
    "66.9k": lambda count: f"{count / 1_000:.1f}k",
    "67K": lambda count: f"{round(count / 1_000)}K",
    "67 thousand": lambda count: f"{round(count / 1_000)} thousand",
    "more than": lambda count: f"more than {count // 1_000},000",
    "over": lambda count: f"over {count // 1_000},000",
    "upwards of": lambda count: f"upwards of {count // 1_000},000",
    "nearly": lambda count: f"nearly {count // 1_000 + 1},000",
    "just under": lambda count: f"just under {count // 1_000 + 1},000",
    "around": lambda count: f"around {round(count / 1_000)},000",
    "some": lambda count: f"some {round(count / 1_000)},000",
    "a whopping": lambda count: f"a whopping {count:,}",
    "66,000+": lambda count: f"{count // 1_000},000+",
}


class Combination(NamedTuple):
    """A sentence of the grid, true and false, with the parts that it is made of."""

    true: str
    false: str
    parts: Mapping[str, str]


def lines(name: str) -> list[str]:
    """Read the parts of one kind."""
    text = (PARTS / f"{name}.txt").read_text()
    return [line for line in text.splitlines() if not line.startswith("#")]


def combinations(seed: int) -> Iterator[Combination]:
    """Yield combinations without end: every frame, and every verb, in turn."""
    random = Random(seed)
    frames, verbs = lines("frames"), lines("verbs")
    while True:
        for frame in [*frames[1:], *(frames[0].replace("{V}", verb) for verb in verbs)]:
            yield _combination(frame, random)


def _combination(frame: str, random: Random) -> Combination:
    external_id = random.choice(list(_NAMES))
    parts = {"frame": frame, "id": external_id}
    if "{S}" in frame:
        parts["subject"] = random.choice(lines("subjects"))
    has_own_sentence = ". " in parts.get("subject", "") or "! " in parts.get("subject", "")
    is_heading = parts.get("subject", "").startswith("B ")
    if has_own_sentence or is_heading:
        if not frame.startswith(("{O}{S}", "{S}")):
            parts["subject"] = "{X}"
        frame = frame.replace("{O}", "")
    if "{O}" in frame:
        parts["opener"] = random.choice(["", *lines("openers")])
    if "{T}" in frame:
        parts["tail"] = random.choice(["", *lines("tails")])
    if "{U}" in frame:
        parts["unit"] = random.choice(_UNITS)
    parts["number"] = random.choice(list(_NUMBERS))
    count = _count_of(external_id)
    true, false = (_filled(frame, parts, value) for value in (count, 2 * count + 137))
    return Combination(true, false, parts)


def _filled(frame: str, parts: Mapping[str, str], count: int) -> str:
    opener = parts.get("opener", "")
    subject = parts.get("subject", "")
    if opener and not opener.endswith(":") and subject[:1].isupper():
        subject = f"{subject[0].lower()}{subject[1:]}"
    text = frame.replace("{O}", f"{opener} " if opener else "").replace("{S}", subject)
    text = text.replace("{T}", parts.get("tail", "")).replace("{U}", parts.get("unit", ""))
    name = _NAMES[parts["id"]]
    text = text.replace("{X}", name).replace("{x}", name.lower()).replace("{I}", parts["id"])
    text = text.replace("{N}", _NUMBERS[parts["number"]](count))
    return text[0].upper() + text[1:] if text[1].islower() and name not in text[:20] else text


def traps(seed: int) -> Iterator[str]:
    """Yield each trap once, about one of the subjects."""
    random = Random(seed)
    for line in lines("traps"):
        external_id = random.choice(list(_NAMES))
        name, count = _NAMES[external_id], _count_of(external_id)
        number = random.choice([f"{2 * count + 137:,}", f"{count // 3:,}", f"{count / 2_000:.1f}k"])
        text = line.replace("{S}", name).replace("{X}", name).replace("{x}", name.lower())
        text = text.replace("{N}", number).replace("{M}", f"{3 * count:,}").replace("{T}", "")
        text = text.replace("{n}", "42").replace("{k}", "7").replace("{U}", "stars")
        yield text if text.endswith((".", "?", "|")) else f"{text}."


def _count_of(external_id: str) -> int:
    subject = world().names.subject("github", "repository", external_id)
    assert subject is not None
    count = world().histories[subject.row_id].series("stars").values(None)[-1]
    assert count is not None
    return count


def is_contradicted(text: str) -> bool:
    """Whether a figure of a text is called contradicted."""
    return count_of(judged(text))["contradicted"] > 0


def main(size: int) -> None:
    """Print recall by part, the worst first."""
    all_of: Counter[tuple[str, str]] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    accused = []
    for each in islice(combinations(seed=1), size):
        is_found = is_contradicted(each.false)
        if is_contradicted(each.true):
            accused.append(each.true)
        for part in [*each.parts.items(), ("all", "all")]:
            all_of[part] += 1
            found[part] += is_found
    for part in sorted(all_of, key=lambda part: (part[0], found[part] / all_of[part])):
        share = f"{found[part]}/{all_of[part]}"
        sys.stdout.write(f"{share:>10}  {part[0]:8} {part[1]}\n")
    judged_traps = [text for text in traps(seed=1) if is_contradicted(text)]
    for kind, texts in (("accused", accused), ("trap", judged_traps)):
        sys.stdout.writelines(f"{kind}: {text}\n" for text in texts)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
