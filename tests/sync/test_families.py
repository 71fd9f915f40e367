"""Re-packed copies as the Hub's listing tells them, down to the board."""

import httpx
import pytest

from app.sync.families import base_model_of
from tests.sync.conftest import RunDay
from tests.sync.upstream import Upstream

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn]


@pytest.mark.parametrize(
    ("tags", "base"),
    [
        (["gguf", "base_model:lab/base", "base_model:quantized:lab/base"], "lab/base"),
        (["base_model:quantized:gpt2"], "gpt2"),
        (["base_model:lab/base", "base_model:finetune:lab/base"], None),
        (["base_model:adapter:lab/base", "base_model:merge:lab/base"], None),
        (["base_model:quantized:"], None),
        (["base_model:quantized:a/b/c"], None),
        ([f"base_model:quantized:lab/{'x' * 300}"], None),
        (["base_model:quantized:lab/\u202e\x00"], None),
        ([], None),
    ],
)
def test_a_copy_is_told_by_its_tag(tags: list[str], base: str | None) -> None:
    assert base_model_of(tags) == base


@pytest.mark.slow
async def test_copies_of_a_listing_are_folded_and_filtered(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    upstream.models[2]["tags"] = ["gguf", "license:mit", "base_model:quantized:lab/model-1"]
    upstream.models[3]["tags"] = ["license:mit", "base_model:finetune:lab/model-1"]
    await run_day()
    for number, gain in ((1, 10), (2, 30), (3, 20)):
        upstream.models[number]["likes"] += gain
    await run_day()

    async def board(asked: str) -> list[str]:
        address = f"/v1/trending?source=huggingface&kind=model&window=day&{asked}"
        shown = (await client.get(address)).json()
        return [entry["external_id"] for entry in shown["data"]]

    assert await board("") == ["lab/model-2", "lab/model-3", "lab/model-1"]
    assert await board("copies=folded") == ["lab/model-3", "lab/model-1"]
    assert await board("licence=MIT") == ["lab/model-2", "lab/model-3"]
    assert await board("topic=gguf") == ["lab/model-2"]
