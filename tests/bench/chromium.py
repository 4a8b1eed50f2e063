"""A browser spoken to over its debugging pipe: no driver, no network."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from pathlib import Path
from typing import Any

READY = (
    "Promise.all([document.fonts.ready,"
    " ...Array.from(document.images).map(i => i.decode().catch(() => 0))])"
)


class Browser:
    """One browser with one page, in this process's environment and on its processors."""

    def __init__(self, program: str, profile: Path) -> None:
        reads, to_browser = os.pipe()
        from_browser, writes = os.pipe()
        # the browser reads from descriptor 3 and writes to 4; dup2 through high numbers first
        command = f'exec 3<&{reads} 4>&{writes}; exec "$0" "$@"'
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        arguments += ["--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]
        self._process = subprocess.Popen(
            ["/bin/bash", "-c", command, program, *arguments],
            pass_fds=(reads, writes),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(reads)
        os.close(writes)
        self._in, self._out = os.fdopen(to_browser, "wb", 0), os.fdopen(from_browser, "rb")
        self._number = 0
        self._session = ""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self._call("Page.enable")
        self._frame = self._call("Page.getFrameTree")["frameTree"]["frame"]["id"]

    def print(self, html: str) -> bytes:
        self._call("Page.setDocumentContent", frameId=self._frame, html=html)
        self._call("Runtime.evaluate", expression=READY, awaitPromise=True)
        printed = self._call(
            "Page.printToPDF",
            preferCSSPageSize=True,
            printBackground=True,
            generateTaggedPDF=True,
        )
        return base64.b64decode(printed["data"])

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._in.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = json.loads(self._read())
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result

    def _read(self) -> bytes:
        """One message: up to its zero byte."""
        parts = []
        while True:
            part = self._out.peek(1 << 16)  # type: ignore[attr-defined]
            if not part:
                raise RuntimeError("the browser has ended")
            head, end, _ = part.partition(b"\0")
            self._out.read(len(head) + len(end))
            parts.append(head)
            if end:
                return b"".join(parts)

    def close(self) -> None:
        self._in.close()
        self._process.terminate()
        self._process.wait()
