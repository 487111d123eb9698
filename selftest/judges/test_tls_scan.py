"""What a TLS scanner's results tell."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from fixtures.tls.scan import RESULTS, finished
from golive.verdict import Unobservable
from tests.judges.tls_scan import VERSIONS, weak_suites, weaknesses


def _suite(name: str, openssl: str = "", anonymous: bool = False, **key: Any) -> dict[str, Any]:
    suite = {"name": name, "openssl_name": openssl or name, "is_anonymous": anonymous, "key_size": 128}
    return {"cipher_suite": suite, "ephemeral_key": key or None}


def _healthy() -> dict[str, Any]:
    scan: dict[str, Any] = {
        f"{v}_cipher_suites": {"is_tls_version_supported": False, "accepted_cipher_suites": []} for v in VERSIONS
    }
    scan["tls_1_3_cipher_suites"] = {
        "is_tls_version_supported": True,
        "accepted_cipher_suites": [_suite("TLS_AES_128_GCM_SHA256", type_name="ECDH", size=253)],
    }
    leaf = {"signature_hash_algorithm": {"name": "sha256"}, "subject": "leaf", "issuer": "ca"}
    root = {"signature_hash_algorithm": {"name": "sha1"}, "subject": "ca", "issuer": "ca"}
    chain = {"received_certificate_chain": [leaf, root], "received_chain_has_valid_order": True}
    return scan | {
        "certificate_info": {"certificate_deployments": [chain]},
        "elliptic_curves": {"supported_curves": [{"name": "X25519"}, {"name": "secp256r1"}]},
        "robot": {"robot_result": "NOT_VULNERABLE_RSA_NOT_SUPPORTED"},
        "heartbleed": {"is_vulnerable_to_heartbleed": False},
        "openssl_ccs_injection": {"is_vulnerable_to_ccs_injection": False},
        "tls_compression": {"supports_compression": False},
        "session_renegotiation": {
            "supports_secure_renegotiation": True,
            "is_vulnerable_to_client_renegotiation_dos": False,
        },
        "tls_fallback_scsv": {"supports_fallback_scsv": True},
    }


def _with(path: str, value: Any) -> dict[str, Any]:
    scan = deepcopy(_healthy())
    inner: Any = scan
    *keys, last = path.split("/")
    for key in keys:
        inner = inner[int(key)] if key.isdigit() else inner[key]
    inner[last] = value
    return scan


def _speaking(version: str, *suites: dict[str, Any], **more: Any) -> dict[str, Any]:
    spoken = {"is_tls_version_supported": True, "accepted_cipher_suites": list(suites)}
    return _healthy() | {f"{version}_cipher_suites": spoken} | more


def test_a_healthy_endpoint_has_no_weakness() -> None:
    assert (weak_suites(_healthy()), weaknesses(_healthy())) == ([], [])


@pytest.mark.parametrize(
    "suite",
    [
        _suite("TLS_RSA_WITH_AES_128_GCM_SHA256"),
        _suite("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
        _suite("TLS_DH_anon_WITH_AES_128_GCM_SHA256", anonymous=True),
    ],
)
def test_suites_without_secrecy_authentication_or_a_proven_server_are_weak(suite: dict[str, Any]) -> None:
    assert len(weak_suites(_speaking("tls_1_2", suite))) == 1


def test_suites_with_all_three_are_not() -> None:
    names = ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256")
    assert weak_suites(_speaking("tls_1_2", *map(_suite, names))) == []


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("heartbleed/is_vulnerable_to_heartbleed", True, "Heartbleed"),
        ("openssl_ccs_injection/is_vulnerable_to_ccs_injection", True, "CVE-2014-0224"),
        ("robot/robot_result", "VULNERABLE_WEAK_ORACLE", "ROBOT"),
        ("tls_compression/supports_compression", True, "CRIME"),
        ("session_renegotiation/is_vulnerable_to_client_renegotiation_dos", True, "lets clients renegotiate"),
        ("elliptic_curves/supported_curves", [{"name": "secp192r1"}], "the curve secp192r1"),
        ("certificate_info/certificate_deployments/0/received_chain_has_valid_order", False, "wrong order"),
        (
            "certificate_info/certificate_deployments/0/received_certificate_chain/0/signature_hash_algorithm",
            {"name": "sha1"},
            "signed over sha1",
        ),
    ],
)
def test_each_weakness_is_told(path: str, value: Any, words: str) -> None:
    found = weaknesses(_with(path, value))
    assert len(found) == 1
    assert words in found[0]


def test_a_small_group_is_told_with_its_size() -> None:
    suite = _suite("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", type_name="DH", size=1024)
    assert weaknesses(_speaking("tls_1_2", suite)) == ["agrees on keys by DH of 1024 bits"]


def test_renegotiation_and_fallback_matter_before_tls_1_3_only() -> None:
    alone = {"session_renegotiation": _healthy()["session_renegotiation"] | {"supports_secure_renegotiation": False}}
    alone["tls_fallback_scsv"] = {"supports_fallback_scsv": False}
    assert weaknesses(_healthy() | alone) == []
    assert [w for w in weaknesses(_speaking("tls_1_2", **alone)) if "RFC 5746" in w]
    two = _speaking("tls_1_2", **alone) | {"tls_1_1_cipher_suites": _speaking("tls_1_1")["tls_1_1_cipher_suites"]}
    assert [w for w in weaknesses(two) if "RFC 7507" in w]


def _written(status: str = "COMPLETED", suites: int = 1) -> dict[str, Any]:
    results = {
        name: {"status": status, "result": {"accepted_cipher_suites": [{}] * suites} if "suites" in name else {}}
        for name in RESULTS
    }
    where = {"hostname": "api.example.com", "port": 443, "ip_address": "192.0.2.1"}
    return {"server_scan_results": [{"server_location": where, "scan_status": "COMPLETED", "scan_result": results}]}


def test_a_scan_is_that_of_its_place() -> None:
    assert set(finished("the API", _written(), "api.example.com", 443, "192.0.2.1")) == set(RESULTS)
    with pytest.raises(Unobservable, match="wrote nothing of the API"):
        finished("the API", _written(), "api.example.com", 443, "192.0.2.2")


@pytest.mark.parametrize(
    ("written", "words"), [(_written("ERROR"), "could not scan"), (_written(suites=0), "no suite")]
)
def test_a_scan_that_failed_or_saw_nothing_shows_nothing(written: dict[str, Any], words: str) -> None:
    with pytest.raises(Unobservable, match=words):
        finished("the API", written, "api.example.com", 443, None)
