# SPDX-License-Identifier: Apache-2.0
"""``dlprov run`` changes nothing that a script or its caller can see, and knows how it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from dlprov_rdf import log
from dlprov_rdf.events import RunEnded, RunStarted

ROOT = Path(__file__).parent.parent
WATCHED = [sys.executable, "-m", "dlprov_rdf", "run", "--no-build", "--kb", "kb"]

#: Makes a Python hear of SIGINT, which the jobs ignore that a shell starts in the background.
HEARING = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)

SCRIPTS = {
    "what it prints": """
        import sys
        print("out"); print("err", file=sys.stderr)
    """,
    "who it is": """
        import inspect, sys
        def f(): pass
        print(__name__, __file__, __package__, __spec__, type(__loader__).__name__, __doc__)
        print(sys.argv, sys.path, sys.orig_argv, sys.flags, sys.warnoptions)
        print(sys.modules["__main__"].f is f, inspect.getsource(f), sorted(globals()))
    """,
    "where it is": """
        import os
        print(os.getcwd(), sorted(os.environ.items()))
    """,
    "what its children see": """
        import multiprocessing, os, subprocess, sys
        def child(queue): queue.put(("dlprov_rdf" in sys.modules, sys.argv))
        if __name__ == "__main__":
            say = "import os, sys; print('dlprov_rdf' in sys.modules, sys.path, len(os.environ))"
            subprocess.run([sys.executable, "-c", say], check=True)
            context = multiprocessing.get_context("spawn")
            queue = context.Queue()
            process = context.Process(target=child, args=(queue,))
            process.start(); print(queue.get()); process.join()
    """,
    "random numbers": """
        import random
        random.seed(7); print(random.random(), hash(random.getstate()[1]))
    """,
    "exit 0": "import sys; sys.exit()",
    "exit 3": "import sys; sys.exit(3)",
    "exit True": "raise SystemExit(True)",
    "exit with words": "import sys; sys.exit('no data')",
    "exit at once": "import os; os._exit(4)",
    "an exception": """
        def inner(): return {}["missing"]
        def outer():
            try: inner()
            except KeyError as error: raise ValueError("bad\\nvalue") from error
        outer()
    """,
    "a group of exceptions": "raise ExceptionGroup('two', [ValueError(1), KeyError(2)])",
    "a syntax error": "x = = 1",
    "depth": """
        def down(n): return down(n + 1)
        down(0)
    """,
    "warnings": """
        import warnings
        warnings.warn("one")
        warnings.warn("two", stacklevel=2)
        warnings.warn("three", stacklevel=9)
    """,
    "an exception in a thread": """
        import threading
        def fail(): raise RuntimeError("in a thread")
        thread = threading.Thread(target=fail, name="worker"); thread.start(); thread.join()
    """,
    "its own hook": """
        import sys
        sys.excepthook = lambda kind, error, trace: print("hooked", kind.__name__)
        raise ValueError
    """,
    "at exit": """
        import atexit
        atexit.register(print, "bye")
        raise ValueError("first")
    """,
    "standard input": "print(input() + '!')",
    "death by a signal": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "an interruption": "raise KeyboardInterrupt",
}


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def _script(text: str, name: str = "train.py") -> str:
    Path(name).write_text(textwrap.dedent(text), encoding="utf-8")
    return name


def _run(command: list[str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, capture_output=True, input=b"typed\n", timeout=60, check=False)


def _seen(done: subprocess.CompletedProcess[bytes]) -> tuple[str, str, int]:
    return done.stdout.decode(), done.stderr.decode(), done.returncode


def _events(kind: type) -> list[object]:
    runs = sorted(Path("kb/logs").iterdir())
    return [event for run in runs for event in log.read_run(run) if isinstance(event, kind)]


def _end() -> tuple[str, str | None, str | None]:
    (ended,) = _events(RunEnded)
    assert isinstance(ended, RunEnded)
    return ended.status, ended.exception, ended.reason


@pytest.mark.parametrize("what", SCRIPTS)
def test_a_script_is_exactly_what_it_is_without_us(what: str) -> None:
    """Output, traceback and exit status are compared octet by octet."""
    script = _script(SCRIPTS[what])
    arguments = [script, "--epochs", "3", "--kb", "its own", "-m", "x"]

    without = _run([sys.executable, *arguments])
    watched = _run([*WATCHED, *arguments])

    assert _seen(watched) == _seen(without)
    assert len(_events(RunStarted)) == 1


@pytest.mark.parametrize("before", [None, "", "somewhere"])
def test_the_python_path_is_given_back(before: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset, empty and set are three different things to a script that looks."""
    command = "import os, sys; print(os.environ.get('PYTHONPATH'), sys.path)"
    script = _script(command)
    start = f"import sys; sys.path.append({str(ROOT)!r}); from dlprov_rdf.cli import main; main()"
    if before is None:
        monkeypatch.delenv("PYTHONPATH")
    else:
        monkeypatch.setenv("PYTHONPATH", before)

    without = _run([sys.executable, script])
    watched = _run([sys.executable, "-c", start, *WATCHED[3:], script])

    assert _seen(watched) == _seen(without)


def test_a_module_is_run_as_python_runs_it() -> None:
    """With relative imports, and with options that look like ours."""
    Path("package").mkdir()
    _script("value = 7", "package/part.py")
    _script("", "package/__init__.py")
    _script(
        """
        import sys
        from .part import value
        print(value, __name__, __package__, __spec__.name, sys.argv, sys.path[0])
        """,
        "package/__main__.py",
    )
    arguments = ["-m", "package", "--name", "its own", "--help", "x"]

    without = _run([sys.executable, *arguments])
    watched = _run([*WATCHED, *arguments])

    assert _seen(watched) == _seen(without)
    (started,) = _events(RunStarted)
    assert isinstance(started, RunStarted)
    assert started.name == "package"
    assert started.script is not None
    assert str(started.script.path).endswith("package/__main__.py")


def test_a_sitecustomize_of_the_users_own_still_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours stands before it and gives way."""
    Path("site").mkdir()
    _script("print('customized', __file__)", "site/sitecustomize.py")
    script = _script("import sys; print(sys.modules['sitecustomize'].__file__)")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(Path("site").absolute())]))

    without = _run([sys.executable, script])
    watched = _run([*WATCHED, script])

    of_our_own_python = without.stdout.splitlines(keepends=True)[0]
    assert watched.stdout == of_our_own_python + without.stdout


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("pass", ("completed", None, None)),
        ("raise SystemExit", ("completed", None, None)),
        ("raise SystemExit(3)", ("failed", None, "exit_status")),
        ("raise ValueError('x')", ("failed", "ValueError", None)),
        ("raise KeyboardInterrupt", ("interrupted", "KeyboardInterrupt", None)),
        ("import os; os._exit(2)", ("failed", None, "exit_status")),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
            ("interrupted", None, "sigterm"),
        ),
    ],
)
def test_a_run_says_how_its_script_ended(
    text: str, end: tuple[str, str | None, str | None]
) -> None:
    """What Python cannot know of its own end, the one who waits for it writes."""
    _run([*WATCHED, _script(text)])

    assert _end() == end


@pytest.mark.parametrize(("number", "reason"), [(signal.SIGTERM, "sigterm"), (signal.SIGINT, None)])
def test_a_signal_reaches_the_script(number: signal.Signals, reason: str | None) -> None:
    """Whoever sends it to us sees the script end by it.

    It sleeps a little at a time: Python misses a signal that comes just before a sleep.
    """
    script = _script(
        "import time; print('up', flush=True); [time.sleep(0.01) for _ in range(6000)]"
    )
    with subprocess.Popen(
        [sys.executable, "-c", HEARING, *WATCHED[1:], script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as watched:
        assert watched.stdout is not None
        assert watched.stdout.readline() == b"up\n"

        watched.send_signal(number)
        watched.wait(timeout=30)

    assert watched.returncode == -number
    assert _end()[0] == "interrupted"
    assert _end()[2] == reason


def test_a_script_killed_outright_tells_no_end() -> None:
    """Nobody makes one up: the next build finds it dead."""
    done = _run([*WATCHED, _script("import os; os.kill(os.getpid(), 9)")])

    assert done.returncode == -signal.SIGKILL
    assert _events(RunEnded) == []


def test_a_script_that_is_not_there_is_no_run() -> None:
    """One line, exit status 2."""
    done = _run([*WATCHED, "nowhere.py"])

    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1
    assert "'nowhere.py'" in done.stderr.decode()
    assert not Path("kb").exists()


def test_a_folder_that_cannot_be_written_hurts_no_script() -> None:
    """The script's output and exit status stay what they are; the warning says why."""
    Path("kb").write_text("a file stands where the folder should", encoding="utf-8")

    done = _run([*WATCHED, _script("print('trained'); raise SystemExit(5)")])

    assert done.stdout == b"trained\n"
    assert done.returncode == 5
    assert b"kb" in done.stderr
