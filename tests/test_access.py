# SPDX-License-Identifier: Apache-2.0
"""Who we are to a service is fetched from where kb.toml says, and from nowhere else."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from parts import require
from served_by_hand import JSON, ROW, ROWS, ByHand, Request, by_hand
from test_store import ONE

from dlprov_rdf import settings
from dlprov_rdf.errors import FaultySettings, SecretMissing, ServiceRefused, ServiceUnreachable
from dlprov_rdf.settings import Endpoint
from dlprov_rdf.store.base import Rows
from dlprov_rdf.store.remote import Access, RemoteStore

KB = """
base = "https://lab.example/"
[endpoints.lab]
address = "{address}"
user = "ann"
password_env = "LAB_PASSWORD"
[endpoints.other]
address = "https://other.example/sparql"
token_env = "OTHER_TOKEN"
"""


@pytest.fixture
def asking_who() -> Iterator[ByHand]:
    """A service that answers Ann with the password geheim, and nobody else."""

    def answer(request: Request) -> None:
        if request.headers["authorization"] == "Basic YW5uOmdlaGVpbQ==":
            request.give(200, ROWS % ROW)
        else:
            request.give(401, b"Who?", "text/plain", www_authenticate='Basic realm="lab"')

    with by_hand(answer) as server:
        yield server


def endpoints(folder: Path, address: str) -> dict[str, Endpoint]:
    """Read the endpoints of a knowledge base."""
    (folder / "kb.toml").write_text(KB.format(address=address))
    return settings.load(folder).endpoints


@pytest.mark.parametrize("by_name", [True, False])
def test_an_endpoint_of_kb_toml_is_told_who_asks(
    asking_who: ByHand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, by_name: bool
) -> None:
    """By its name, and by its address."""
    monkeypatch.setenv("LAB_PASSWORD", "geheim")
    known = endpoints(tmp_path, asking_who.address)

    with RemoteStore.named("lab" if by_name else asking_who.address + "/", known) as store:
        rows = store.query("SELECT ?v { ?s ?p ?v }")

    assert isinstance(rows, Rows)
    assert rows.variables == ["v"]


def test_an_address_that_kb_toml_does_not_have_is_told_nothing(
    asking_who: ByHand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Secrets go where they belong."""
    monkeypatch.setenv("LAB_PASSWORD", "geheim")
    monkeypatch.setenv("OTHER_TOKEN", "zeichen")
    known = endpoints(tmp_path, "http://lab.example/")

    with (
        RemoteStore.named(asking_who.address, known) as store,
        pytest.raises(ServiceRefused, match=r"401.*Who\?"),
    ):
        store.query("SELECT ?v { ?s ?p ?v }")

    assert not [one for one in asking_who.asked if one.headers["authorization"]]


@pytest.mark.parametrize("variable", ["LAB_PASSWORD", "OTHER_TOKEN"])
def test_a_variable_that_is_not_set_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """By its name, and before anything is contacted."""
    monkeypatch.delenv(variable, raising=False)
    known = endpoints(tmp_path, "http://lab.example/")

    with pytest.raises(SecretMissing, match=variable) as caught:
        RemoteStore.named(variable.partition("_")[0].lower(), known)

    assert caught.value.exit_status == 2


def test_a_token_is_borne(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 6750."""
    monkeypatch.setenv("OTHER_TOKEN", "zeichen")

    access = Access.of("other", Endpoint("https://other.example/", None, None, "OTHER_TOKEN"))

    assert access.headers() == {"authorization": "Bearer zeichen"}


@pytest.mark.parametrize("key", ["password", "token"])
def test_kb_toml_has_no_place_for_a_secret(tmp_path: Path, key: str) -> None:
    """Folders are shared."""
    text = KB.format(address="http://lab.example/") + f'{key} = "geheim"\n'
    (tmp_path / "kb.toml").write_text(text)

    with pytest.raises(FaultySettings, match=key):
        settings.load(tmp_path)


@pytest.mark.require("keyring")
def test_a_secret_may_lie_in_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's password, or a token; what is not there is told."""
    import keyring
    from keyring.backend import KeyringBackend

    class Held(KeyringBackend):
        """A keyring in memory."""

        priority = 1.0

        def get_password(self, service: str, username: str) -> str | None:
            return {("labs", "ann"): "geheim", ("labs", "token"): "zeichen"}.get(
                (service, username)
            )

        def set_password(self, service: str, username: str, password: str) -> None:
            raise NotImplementedError

    before = keyring.get_keyring()
    keyring.set_keyring(Held())
    try:
        ann = Access.of("lab", Endpoint("http://lab.example/", user="ann", keyring="labs"))
        bearer = Access.of("lab", Endpoint("http://lab.example/", keyring="labs"))
        with pytest.raises(SecretMissing, match="'bob' of 'labs'"):
            Access.of("lab", Endpoint("http://lab.example/", user="bob", keyring="labs"))
    finally:
        keyring.set_keyring(before)

    assert ann == Access("ann", "geheim")
    assert bearer.headers() == {"authorization": "Bearer zeichen"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key, and a certificate for this machine that no authority has signed."""
    require("cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    file = tmp_path_factory.mktemp("tls") / "here.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "here")])
    here = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    file.with_suffix(".crt").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def over_tls(certificate: Path) -> Iterator[str]:
    """A service that speaks TLS, with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.with_suffix(".crt"), certificate)

    def answer(request: Request) -> None:
        request.give(200, ROWS % ROW, JSON)

    with by_hand(answer, context=context) as server:
        yield f"https://localhost:{server.server_port}"


def test_a_certificate_that_nobody_trusts_is_refused(over_tls: str) -> None:
    """And the message says how to trust it."""
    with (
        RemoteStore.at(over_tls) as store,
        pytest.raises(ServiceUnreachable, match=r"not trusted.*SSL_CERT_FILE"),
    ):
        store.count()


def test_a_certificate_that_is_named_is_trusted(
    over_tls: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By SSL_CERT_FILE, as other programs do it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))

    with RemoteStore.at(over_tls) as store:
        rows = store.query("SELECT ?v { ?s ?p ?v }")
        assert isinstance(rows, Rows)
        assert len(list(rows)) == 1


def test_a_file_of_certificates_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is trusted in its place."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))

    with pytest.raises(ServiceUnreachable, match="certificates"):
        RemoteStore.at("https://lab.example/")


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    asking_who: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could not reach us; nor need it know."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    with RemoteStore.at(asking_who.address, access=Access("ann", "geheim")) as store:
        assert store.query("SELECT ?v { ?s ?p ?v }")


def test_a_proxy_of_the_environment_is_asked_for_other_machines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Many labs have no other way out."""

    def proxy(request: Request) -> None:
        request.give(200, ROWS % ROW)

    with by_hand(proxy) as server:
        monkeypatch.setenv("HTTP_PROXY", server.address)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with RemoteStore.at("http://lab.example/dataset") as store:
            rows = store.query("SELECT ?v { ?s ?p ?v }")
            assert isinstance(rows, Rows)
            assert len(list(rows)) == 1

        assert {one.headers["host"] for one in server.asked} == {"lab.example"}


def test_what_is_asked_of_a_name_that_is_none_is_told(tmp_path: Path) -> None:
    """A name that kb.toml lacks is no address either."""
    from dlprov_rdf.errors import FaultyAddress

    with pytest.raises(FaultyAddress, match="labb"):
        RemoteStore.named("labb", endpoints(tmp_path, "http://lab.example/"))


def test_a_graph_is_dropped_by_whom_the_service_knows(asking_who: ByHand) -> None:
    """Writing has the same words as reading."""
    with RemoteStore.at(asking_who.address, access=Access("ann", "geheim")) as store:
        store.drop(ONE)

    assert f"DROP SILENT GRAPH {ONE}".encode() in asking_who.bodies()
