"""Webhooks reach only this machine: the URL is checked at creation, and URL and address at every attempt."""

import ipaddress
import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from each_case import each_case
from pb2b_notebook.sandbox.core.tables import WEBHOOKS
from pb2b_notebook.sandbox.webhooks.delivery_attempts import Outcome
from pb2b_notebook.sandbox.webhooks.posting import Poster
from pb2b_notebook.sandbox.webhooks.sinks import check_address, check_sink, locate

ELSEWHERE = [
    "169.254.169.254", "168.63.129.16", "100.100.100.200", "fd00:ec2::254",  # metadata services
    "0.0.0.0", "::", "10.0.0.1", "172.16.0.1", "192.168.0.1", "8.8.8.8", "126.255.255.255", "128.0.0.0",  # noqa: S104 - data
    "255.255.255.255", "224.0.0.1", "fe80::1", "fe80::1%lo", "::1%lo", "fc00::1", "2606:4700::1111", "ff02::1", "::2",
    "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:169.254.169.254", "::127.0.0.1",  # IPv4 in IPv6
    "2002:7f00:1::", "2002:a9fe:a9fe::1",  # 6to4
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1",  # NAT64
    "2001:0:7f00:1::", "::ffff:0:127.0.0.1",  # Teredo, translated
]  # fmt: skip


@given(
    st.one_of(st.ip_addresses(), st.ip_addresses(v=4, network="126.0.0.0/7"), st.ip_addresses(v=6, network="::/120"))
)
@example(ipaddress.ip_address("::1"))
def test_an_address_that_is_not_loopback_is_refused(address):
    here = str(address) == "::1" or str(address).startswith("127.")
    try:
        assert check_address(str(address)) == str(address)
    except ValueError:
        assert not here
    else:
        assert here


@each_case("address", [*ELSEWHERE, "localhost", "", "127.1", "0x7f000001", "2130706433", "127.0.0.1 "])
def test_no_other_notation_of_an_address_is_accepted(address):
    with pytest.raises(ValueError, match="address"):
        check_address(address)


@each_case("address", ELSEWHERE)
def test_an_address_elsewhere_is_refused_as_a_url_too(refuse_url, address):
    for host in (address, f"[{address}]", f"{address}.nip.io", f"localhost.{address}"):
        refuse_url(f"http://{host}/hooks")


@pytest.fixture
def refuse_url(shared_api, fields):
    def refuse(url):
        assert fields(shared_api.post("/webhooks", json={"url": url, "events": ["lead.created"]})) == ["url"]
        with pytest.raises(ValueError, match=r"http://|this machine|port"):
            check_sink(url)

    return refuse


def test_every_url_that_passes_leads_to_loopback():
    for url in ("http://localhost", "https://127.0.0.1:8443/a?b", "http://[::1]:1?x", "http://127.255.0.9/"):
        sink = locate(url)
        assert sink.addresses
        assert all(ipaddress.ip_address(address).is_loopback for address in sink.addresses)
        assert sink.target.startswith("/")


# URLs that were written to the file by hand, or by a release with other rules.
SMUGGLED = [
    "http://{machine}:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://0.0.0.0:{port}/",
    "http://localhost.localdomain:{port}/", "http://user@127.0.0.1:{port}/", "ftp://127.0.0.1:{port}/",
    "http://127.1:{port}/", "",
]  # fmt: skip


@pytest.mark.parametrize("url", SMUGGLED)
def test_the_url_is_checked_at_every_attempt(sandbox, make_sink, subscribe, deliveries, make_lead, url):
    sink = make_sink(host="0.0.0.0")  # noqa: S104 - reachable by every name of this machine, were it asked
    machine = socket.gethostbyname(socket.gethostname())
    webhook = subscribe(make_sink())
    stored = sandbox._store.get(WEBHOOKS, sandbox.workspace_id, webhook["id"])
    smuggled = url.format(machine="10.255.255.1" if machine.startswith("127.") else machine, port=sink.port)
    sandbox._store.put(WEBHOOKS, sandbox.workspace_id, stored | {"url": smuggled})
    make_lead(city="Ulm")
    sandbox.deliver()
    [delivery] = deliveries(webhook)
    assert (delivery["status"], delivery["attempt_count"], delivery["response_status_code"]) == ("pending", 1, None)
    assert "this machine only" in delivery["error_message"] or "http://" in delivery["error_message"]
    assert sink.received == []


def test_no_name_is_resolved(monkeypatch, make_sink):
    """A resolver could lead elsewhere, or change its answer between check and connection, so none is used."""
    asked = []

    def lead_elsewhere(*arguments, **_):
        asked.append(arguments)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 80))]

    sink = make_sink()
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        monkeypatch.setattr(socket, name, lead_elsewhere)
    assert Poster().post(f"http://localhost:{sink.port}/", {}, b"{}").status_code == 204
    assert asked == []
    assert sink.received[0].headers["host"] == f"localhost:{sink.port}"


def test_proxy_variables_of_the_environment_are_ignored(monkeypatch, make_sink):
    proxy, sink = make_sink(), make_sink()
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    assert Poster().post(sink.url, {}, b"{}").status_code == 204
    assert (len(sink.received), len(proxy.received)) == (1, 0)


@pytest.fixture
def ipv6():
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError:
        pytest.skip("this machine has no IPv6")


@pytest.mark.usefixtures("ipv6")
def test_localhost_is_tried_on_ipv4_and_then_ipv6(make_sink):
    sink = make_sink(host="::1")
    for url in (sink.url, f"http://localhost:{sink.port}/"):
        assert Poster().post(url, {}, b"{}") == Outcome(204, "")
    assert [received.headers["host"] for received in sink.received] == [f"[::1]:{sink.port}", f"localhost:{sink.port}"]


# --- TLS --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path):
    """Return the path of a self-signed certificate for localhost and 127.0.0.1, with its key."""
    pytest.importorskip("cryptography", reason="comes with keyring, on Linux")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sink of a test")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "sink.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return pem


@pytest.fixture
def tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_an_untrusted_certificate_fails_and_a_trusted_one_is_accepted(monkeypatch, certificate, tls, make_sink):
    sink = make_sink(tls=tls)
    refused = Poster().post(sink.url, {}, b"{}")
    assert refused == Outcome(problem="the endpoint's certificate is not trusted on this machine")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    poster = Poster()
    for host in ("127.0.0.1", "localhost"):
        assert poster.post(f"https://{host}:{sink.port}/", {}, b"{}") == Outcome(204, "")
    other_name = poster.post(f"https://127.0.0.2:{sink.port}/", {}, b"{}")
    assert other_name.problem in (refused.problem, "the connection was refused")
    assert len(sink.received) == 2


def test_tls_with_a_plain_http_sink_is_a_failed_attempt(make_sink):
    sink = make_sink()
    outcome = Poster(timeout=5).post(sink.url.replace("http:", "https:"), {}, b"{}")
    assert outcome.status_code is None
    assert outcome.problem in (
        "the TLS handshake failed",
        "the connection was closed before the response was complete",
    )


def test_a_hanging_handshake_times_out_with_the_attempt():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        outcome = Poster(timeout=0.2).post(f"https://127.0.0.1:{listening.getsockname()[1]}/", {}, b"{}")
    assert outcome == Outcome(problem="the endpoint did not send a complete response within 0.2 seconds")
