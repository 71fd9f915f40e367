"""Settings: unknown names and wrong values stop the start; docs/settings.md is what they say."""

import runpy
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.config import Settings
from app.config_faults import settings_faults

ROOT = Path(__file__).parent.parent


def refusal() -> str:
    with pytest.raises(ValidationError) as caught:
        Settings()
    return settings_faults(caught.value)


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("MORNINGPOST_PROT", " Did you mean 'MORNINGPOST_PORT'?"),
        ("MORNINGPOST_DATABSE_URL", " Did you mean 'MORNINGPOST_DATABASE_URL'?"),
        ("MORNINGPOST_X", ""),
    ],
)
def test_an_unknown_name_is_refused_from_either_place(
    name: str, advice: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    sentence = f"{name}: there is no such setting.{advice}"

    with monkeypatch.context() as context:
        context.setenv(name, "8174")
        assert refusal() == sentence
    (tmp_path / ".env").write_text(f"export {name}='8174'\nOTHER_PROGRAM=1\n")
    assert refusal() == sentence


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("GRAPHQL_DOCUMENTS", "/no/such/folder", "there is no folder or file '/no/such/folder'"),
        (
            "TRUSTED_PROXIES",
            "10.0.0.0/8,proxy",
            "'proxy' is not an IP address, a network such as 10.0.0.0/8, or unix",
        ),
        ("PORT", "abc", "must be a port number from 0 to 65535"),
        ("PORT", "70000", "must be a port number from 0 to 65535"),
        ("RATE_LIMIT", "lots", "must be 0 (off) or requests/seconds, such as 600/60"),
        ("WORKERS", "0", "must be at least 1"),
        ("DEMO", "perhaps", "must be true or false"),
        ("PUBLIC_URL", "paper", "must begin https:// or http:// and have a host, and no query"),
    ],
)
def test_a_wrong_value_is_told_what_would_be_right(
    name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"MORNINGPOST_{name}", value)

    assert refusal() == f"MORNINGPOST_{name}: {sentence}"


def test_the_page_of_settings_is_generated_from_them() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "settings_page.py"))

    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == script["page"]()


def test_a_value_can_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("from-a-file\n")
    monkeypatch.setenv("MORNINGPOST_GITHUB_TOKEN_FILE", str(secret))

    token = Settings().github_token

    assert token is not None
    assert token.get_secret_value() == "from-a-file"


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"X_FILE": "/x"}, "MORNINGPOST_X_FILE: there is no such setting."),
        (
            {"GITHUB_TOKEN_FILE": "/no/such"},
            "MORNINGPOST_GITHUB_TOKEN_FILE: '/no/such': No such file or directory.",
        ),
        (
            {"PORT": "80", "PORT_FILE": "/x"},
            "MORNINGPOST_PORT is set twice: directly, and as a file.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    variables: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"MORNINGPOST_{name}", value)

    assert refusal() == sentence
