"""Judges what a TLS scanner found at an endpoint. Pure.

Sources: RFC 9325 (suites with forward secrecy and AEAD, curves, Diffie-Hellman groups), RFC 5746 (renegotiation),
RFC 7507 (fallback), RFC 8446 section 4.4.2 (order of the chain).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

LEAST_GROUP, LEAST_CURVE = 2048, 224
"""Bits of a Diffie-Hellman group over a prime, and of a curve."""
WEAK_HASHES = ("md5", "sha1")
_AEAD = ("_GCM", "_CCM", "POLY1305")
VERSIONS = ("ssl_2_0", "ssl_3_0", "tls_1_0", "tls_1_1", "tls_1_2", "tls_1_3")


def weak_suites(scan: Mapping[str, Any]) -> list[str]:
    """Return the suites that it takes without forward secrecy, authenticated encryption or a server that proves itself.

    Those of TLS 1.3 have all three.
    """
    taken = [suite for version in VERSIONS[:-1] for suite in _accepted(scan, version)]
    names = [str(s["cipher_suite"]["openssl_name"]) for s in taken if _is_weak(s["cipher_suite"])]
    return list(dict.fromkeys(names))


def weaknesses(scan: Mapping[str, Any]) -> list[str]:
    """Return what else is weak, as sentences on the endpoint."""
    return [*_chains(scan), *_keys(scan), *_known(scan)]


def _accepted(scan: Mapping[str, Any], version: str) -> list[Any]:
    found: list[Any] = scan[f"{version}_cipher_suites"]["accepted_cipher_suites"]
    return found


def _is_weak(suite: Mapping[str, Any]) -> bool:
    name = str(suite["name"])
    forward = "DHE_" in name  # both DHE and ECDHE
    return not (forward and any(mode in name for mode in _AEAD)) or bool(suite.get("is_anonymous"))


def _chains(scan: Mapping[str, Any]) -> Iterator[str]:
    for deployment in scan["certificate_info"]["certificate_deployments"]:
        chain = deployment["received_certificate_chain"]
        if deployment["received_chain_has_valid_order"] is False:
            yield f"sends the {len(chain)} certificates of its chain in the wrong order"
        for certificate in chain:
            used = str((certificate.get("signature_hash_algorithm") or {}).get("name", ""))
            if used in WEAK_HASHES and certificate.get("subject") != certificate.get("issuer"):
                yield f"sends a certificate that is signed over {used}"


def _keys(scan: Mapping[str, Any]) -> Iterator[str]:
    small = set()
    for version in VERSIONS:
        for suite in _accepted(scan, version):
            key = suite.get("ephemeral_key") or {}
            least = LEAST_GROUP if key.get("type_name") == "DH" else LEAST_CURVE
            if key and key["size"] < least:
                small.add(f"{key['type_name']} of {key['size']} bits")
    for curve in scan["elliptic_curves"].get("supported_curves") or []:
        bits = re.search(r"(?<=[a-zA-Z])\d{3}(?!\d)", curve["name"])
        if bits and int(bits.group()) < LEAST_CURVE:
            small.add(f"the curve {curve['name']}")
    if small:
        yield f"agrees on keys by {', '.join(sorted(small))}"


def _known(scan: Mapping[str, Any]) -> Iterator[str]:
    old = [version for version in VERSIONS[:-1] if scan[f"{version}_cipher_suites"]["is_tls_version_supported"]]
    renegotiation = scan["session_renegotiation"]
    found = {
        "gives out its memory (Heartbleed)": scan["heartbleed"]["is_vulnerable_to_heartbleed"],
        "takes a change of keys too early (CVE-2014-0224)": scan["openssl_ccs_injection"][
            "is_vulnerable_to_ccs_injection"
        ],
        "tells right from wrong padding (ROBOT)": str(scan["robot"]["robot_result"]).startswith("VULNERABLE"),
        "compresses (CRIME)": scan["tls_compression"]["supports_compression"],
        "lets clients renegotiate": renegotiation["is_vulnerable_to_client_renegotiation_dos"],
        "renegotiates without telling sessions apart (RFC 5746)": old and not renegotiation[
            "supports_secure_renegotiation"
        ],
        "can be talked down to an older version (RFC 7507)": len(old) > 1 and not scan["tls_fallback_scsv"][
            "supports_fallback_scsv"
        ],
    }  # fmt: skip
    yield from (sentence for sentence, there in found.items() if there)
