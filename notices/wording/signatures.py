"""Signed approvals: Ed25519 keys, the workspace's list of who holds which, and whose line is whose.

The one room of `cryptography`. Private keys stand wherever their owner keeps them (PEM, mode 0600);
the workspace has public keys alone, `approvals/keys.jsonl`, lines only ever added. A workspace with
a key is a signed one: only signed approvals count there. Without, each identity is declared.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from notices.errors import FileError, WorkspaceError
from notices.files import append_line, read_bytes, write_new
from notices.finding import Finding
from notices.pack.folding import folded
from notices.textfiles import TextFileError, parse_json
from notices.wording.approvals import Approval, approval_record, person_name

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEYS = "keys.jsonl"


@dataclass(frozen=True)
class PublicKey:
    """A person's public key: 32 bytes in base64, registered at `when` (ISO 8601)."""

    name: str
    public: str
    when: str


def new_key(file: Path, name: str, when: datetime) -> PublicKey:
    """Write a new private key, for its owner alone, and return its public half.

    Raises FileError where the file exists or can't be written, WorkspaceError without
    `cryptography` or for a bad name.
    """
    person = person_name(name)
    private = _ed25519().Ed25519PrivateKey.generate()
    from cryptography.hazmat.primitives import serialization

    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_new(file, pem.decode(), private=True)
    return PublicKey(person, _public(private), when.isoformat(timespec="seconds"))


def register_key(folder: Path, key: PublicKey) -> Path:
    """Add a public key to the workspace's list. Raises FileError."""
    return append_line(folder / KEYS, asdict(key))


def read_keys(folder: Path | None) -> tuple[PublicKey, ...]:
    """The workspace's public keys. Raises WorkspaceError on a bad line."""
    file = folder / KEYS if folder else None
    if file is None or not file.is_file():
        return ()
    found = []
    lines = read_bytes(file).decode("utf-8", "replace").splitlines()
    for number, line in enumerate(lines, 1):
        try:
            found.append(PublicKey(**next(iter(parse_json(line, str(file)))).data))
        except (TextFileError, TypeError) as error:
            raise WorkspaceError(
                f"{file}:{number}: not a key: restore the file from git"
            ) from error
    return tuple(found)


def key_holder(key_file: Path, keys: Iterable[PublicKey]) -> str:
    """Under whose name a private key is registered, the latest where there are several.

    Raises FileError for what is no key, WorkspaceError where nobody is registered for it.
    """
    public = _public(_read_private(key_file))
    names = [key.name for key in keys if key.public == public]
    if not names:
        raise WorkspaceError(f"{key_file}: nobody is registered for this key")
    return names[-1]


def sign_approval(approval: Approval, key_file: Path, keys: Iterable[PublicKey]) -> Approval:
    """The approval signed with a private key that is registered under the approver's name.

    Raises FileError for what is no key, WorkspaceError where it isn't registered for this name.
    """
    private = _read_private(key_file)
    public = _public(private)
    held = {(folded(key.name), key.public) for key in keys}
    if (folded(approval.by), public) not in held:
        raise WorkspaceError(f"{key_file}: this key is not registered for {approval.by}")
    unsigned = replace(approval, key=public, signature="")
    signature = base64.b64encode(private.sign(_signed_bytes(unsigned))).decode()
    return replace(unsigned, signature=signature)


def check_signatures(
    approvals: Iterable[Approval], keys: Iterable[PublicKey]
) -> tuple[tuple[Approval, ...], tuple[Finding, ...]]:
    """The approvals that count, and a finding for each that is not what somebody signed.

    An altered line is an error. A line without a signature is a warning and does not count, unless
    nobody has a key.
    """
    known = tuple(keys)
    counted, found = [], []
    for number, approval in enumerate(approvals, 1):
        fault = _fault(approval, known) if known or approval.signature else ""
        if not fault:
            counted.append(approval)
            continue
        params = {"by": approval.by, "date": approval.when[:10], "number": str(number)}
        what = f"{approval.pack}/{approval.kind}" if approval.kind else approval.fact
        file = f"approvals/{approval.pack}.jsonl"
        if fault == "unsigned":
            finding = Finding("approval-unsigned", "warning", file, number, what, params)
        else:
            finding = Finding("approval-signature", "error", file, number, what, params)
        found.append(finding)
    return tuple(counted), tuple(found)


def _fault(approval: Approval, keys: Iterable[PublicKey]) -> str:
    if not approval.signature:
        return "unsigned"
    held = {(folded(key.name), key.public) for key in keys}
    if (folded(approval.by), approval.key) not in held:
        return "altered"
    ed25519 = _ed25519()
    from cryptography.exceptions import InvalidSignature

    try:
        public = ed25519.Ed25519PublicKey.from_public_bytes(base64.b64decode(approval.key))
        signature = base64.b64decode(approval.signature, validate=True)
        public.verify(signature, _signed_bytes(replace(approval, signature="")))
    except (InvalidSignature, ValueError):
        return "altered"
    return ""


def _signed_bytes(approval: Approval) -> bytes:
    record: Mapping[str, object] = approval_record(approval)
    return json.dumps(record, ensure_ascii=False, sort_keys=True).encode()


def _public(private: Ed25519PrivateKey) -> str:
    return base64.b64encode(private.public_key().public_bytes_raw()).decode()


def _read_private(file: Path) -> Ed25519PrivateKey:
    ed25519 = _ed25519()
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(read_bytes(file), password=None)
    except (ValueError, TypeError) as error:
        raise FileError(f"{file}: not a private key of `notices keys new`") from error
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise FileError(f"{file}: not a private key of `notices keys new`")
    return cast("Ed25519PrivateKey", key)


def _ed25519() -> Any:
    """The library's module. Raises WorkspaceError where it is not installed."""
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as error:
        raise WorkspaceError(
            "signatures need the package cryptography: pip install '.[sign]'"
        ) from error
    return ed25519
