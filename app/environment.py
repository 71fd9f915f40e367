"""The environment beside our settings: for programs that we start, and for OpenTelemetry."""

import os
from collections.abc import Mapping


def child_environment(given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a program to start: ours, with some variables set or replaced.

    A variable that names a file with one of them is left out, for a setting must not be set twice.
    """
    left_out = {f"{name}_FILE" for name in given}
    return {**{n: v for n, v in os.environ.items() if n not in left_out}, **given}


def open_telemetry_variables() -> dict[str, str]:
    """Return the variables of OpenTelemetry, which its SDK reads as well."""
    return {name: value for name, value in os.environ.items() if name.startswith("OTEL_")}
