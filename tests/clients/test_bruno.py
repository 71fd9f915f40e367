"""The Bruno collection has a request for each operation; `client_generator --check` compares it."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = ROOT / "clients" / "bruno"


def test_each_operation_has_a_request_in_the_folder_of_its_tag() -> None:
    document = json.loads((ROOT / "openapi" / "openapi.json").read_text())
    expected = {
        f"{operation['tags'][0]}/{operation['operationId']}.bru": (method, path)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }

    found = {}
    for file in COLLECTION.glob("*/*.bru"):
        if file.parent.name == "environments":
            continue
        text = file.read_text()
        request = re.search(
            r"^(get|post|put|patch|delete) \{\n  url: \{\{baseUrl\}\}(\S+)", text, re.M
        )
        assert request, file
        path = re.sub(r":(\w+)", r"{\1}", request[2].partition("?")[0])
        found[str(file.relative_to(COLLECTION))] = (request[1], path)

    assert found == expected


def test_the_key_is_sent_where_one_is_needed_and_kept_out_of_the_files() -> None:
    texts = {file.stem: file.read_text() for file in COLLECTION.glob("*/*.bru")}

    assert "auth: inherit" in texts["createIssue"]
    assert "auth: none" in texts["readIssue"]
    assert "/v1/search?q=" in texts["search"]
    assert not any("amp_" in text for text in texts.values())
