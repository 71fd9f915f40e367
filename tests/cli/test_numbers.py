"""The table of checked numbers fits a terminal of 80 columns, and says what is wrong with each."""

import pytest

from app.cli.numbers import print_numbers

WARNINGS = [
    {
        "pointer": "/sections/11/entries/24/downloads",
        "code": "number_contradicted",
        "printed": "9,007,199,254,740,991 downloads",
        "observed": 123_456_789_012,
    },
    {
        "pointer": "/sections/0/body",
        "code": "number_stale",
        "printed": "66.9k GitHub stars",
        "observed": -1_452,
    },
]


def test_a_row_shows_place_figure_observation_and_verdict_in_80_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    print_numbers(WARNINGS)

    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    row = next(line for line in lines if "66.9k" in line)
    assert row.split("  ")[0].strip() == "/sections/0/body"
    assert ("-1,452" in row, row.rstrip().endswith("stale")) == (True, True)
    assert any("contradicted" in line for line in lines)


def test_without_warnings_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    print_numbers([])

    assert capsys.readouterr().out == ""
