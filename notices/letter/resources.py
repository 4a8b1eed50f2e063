"""What stays the same from letter to letter: packs, senders, envelopes, pictures, fonts."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from notices.case.record import Record
from notices.catalogue import line_of
from notices.errors import PackError
from notices.letter.holds import read_holds
from notices.letter.live_text import LiveTexts
from notices.letter.workspace import Workspace, find_sender, is_sender_file, read_sender
from notices.pack.load import find_pack, load_pack
from notices.pack.types import Pack
from notices.page.document import Envelope, Image
from notices.page.envelopes import read_envelope
from notices.page.fonts import FontSet, read_font_set
from notices.page.pictures import PictureError
from notices.places import FONTS
from notices.plan.holds import HoldsBook
from notices.words.locales import check_formats


class Resources:
    """What stays the same from letter to letter: packs, senders, fonts, each read once."""

    def __init__(self, workspace: Workspace, fonts: tuple[Path, ...] = ()) -> None:
        self.workspace = workspace
        self.fonts: FontSet = read_font_set(FONTS, (*workspace.defaults.fonts, *fonts))
        self.live_texts: LiveTexts | None = None  # set by whoever may make live letters
        self._packs: dict[str, Pack | None] = {}
        self._senders: dict[str, Record] = {}
        self._envelopes: dict[str, Envelope] = {}
        self._pictures: dict[tuple[str, str], Image | PictureError] = {}

    @cached_property
    def holds(self) -> HoldsBook:
        """The workspace's holds file. Raises FileError."""
        return read_holds(self.workspace)

    def pack(self, name: str) -> Pack | None:
        """The pack by its id, the workspace's own before the built-in. Raises PackError."""
        if name not in self._packs:
            self._packs[name] = find_usable_pack(name, self.workspace)
        return self._packs[name]

    def live_pack(self, pack: Pack, kind: str, day: str) -> Pack:
        """What a live letter of the kind, issued on `day` (ISO 8601), is made from: the approved
        text where that is another. Raises WorkspaceError, FileError."""
        return self.live_texts.of(pack, kind, day).pack if self.live_texts else pack

    def work_with(self, pack: Pack) -> None:
        """From now on this pack in the place of the one on disk: wording that is not saved yet."""
        self._packs[pack.id] = pack

    def envelope(self, name: str) -> Envelope:
        """An envelope profile by name. Raises FileError."""
        if name not in self._envelopes:
            self._envelopes[name] = read_envelope(name, self.workspace.envelopes)
        return self._envelopes[name]

    def picture(self, file: str, name: str) -> Image:
        """A profile's picture, without words for those who can't see it. Raises PictureError."""
        from notices.page.images import read_image

        if (file, name) not in self._pictures:
            try:
                self._pictures[file, name] = read_image(Path(file), name, {})
            except PictureError as error:
                self._pictures[file, name] = error
        found = self._pictures[file, name]
        if isinstance(found, PictureError):
            raise found
        return found

    def has_sender(self, name: str) -> bool:
        """Whether the workspace has a profile of that name."""
        return name in self._senders or find_sender(self.workspace, name) is not None

    def sender(self, name: str, *, from_door: bool) -> Record:
        """A profile by name; a file only where somebody named it at the door."""
        if name not in self._senders:
            place = Path(name) if from_door and is_sender_file(name) else name
            self._senders[name] = read_sender(self.workspace, place)
        return self._senders[name]


def find_usable_pack(name: str, workspace: Workspace) -> Pack | None:
    """The pack by its id, the workspace's own before the built-in, its locales and patterns tried.

    None where there is none of that name. Raises PackError.
    """
    root = find_pack(name, workspace.pack_roots)
    if root is None:
        return None
    pack = load_pack(*workspace.of_pack(root))
    if faults := tuple(check_formats(pack)):
        raise PackError(f"{pack.id}: formats that can't be used: {line_of(faults[0])}", faults)
    return pack
