"""The table of figures that are contradicted or out of date."""

from collections.abc import Mapping, Sequence

from app.cli.output import print_table

_COLUMNS = ("where", "printed", "observed", "verdict")
_WIDTHS = (32, 20, 12)
"""Of all columns but the last; with it the table fits 80 columns."""


def print_numbers(warnings: Sequence[Mapping[str, object]]) -> None:
    """Print the warnings about figures, with the printed and the observed value of each."""
    if not warnings:
        return
    rows = [
        (
            str(each["pointer"]),
            str(each["printed"]),
            f"{each['observed']:,}",
            str(each["code"]).removeprefix("number_"),
        )
        for each in warnings
    ]
    print_table(_COLUMNS, rows, widths=_WIDTHS)
