# SPDX-License-Identifier: Apache-2.0
"""Python programs, each in a process of its own: run to its end, or killed at the test's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Starts a program, given as text, with arguments.
Start = Callable[..., "subprocess.Popen[str]"]


def output_of(program: str) -> str:
    """Run a program to its end, in a process of its own, and give what it wrote."""
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@contextmanager
def programs() -> Iterator[Start]:
    """Start programs, each with pipes to all its streams, and end those that are left."""
    started: list[subprocess.Popen[str]] = []

    def start(program: str, *args: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", program, *map(str, args)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    try:
        yield start
    finally:
        for process in started:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
