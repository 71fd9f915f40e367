"""A program that draws a share card: SVG in, PNG out. A server runs it and does not import it."""

import sys
from importlib.resources import files

import resvg_py

FONT_PACKAGE = "font_source_serif_pro"
WEIGHTS = ("Regular", "Bold")


def main() -> None:
    """Read an SVG from standard input and write it as PNG to standard output."""
    fonts = files(FONT_PACKAGE).joinpath("files")
    png = resvg_py.svg_to_bytes(
        svg_string=sys.stdin.buffer.read().decode(),
        font_files=[str(fonts.joinpath(f"SourceSerifPro-{weight}.ttf")) for weight in WEIGHTS],
    )
    sys.stdout.buffer.write(png)


if __name__ == "__main__":
    main()
