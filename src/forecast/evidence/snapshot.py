"""The data folder packed into one file, so that an answer given today can be given again after the figures have changed."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from pathlib import Path

from forecast.errors import EvidenceError
from forecast.evidence.store import Evidence, data_files, load

LARGEST = 60_000_000  # bytes unpacked
_NAME = re.compile(r"(scenarios/)?[a-z0-9_]+\.(csv|yml)\Z")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def pack(store: Evidence) -> bytes:
    """The data files as a zip archive; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in data_files(store.folder):
            entry = zipfile.ZipInfo(path.relative_to(store.folder).as_posix(), date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def unpack(content: bytes) -> Evidence:
    """The evidence packed in `content`, checked like a data folder; raises EvidenceError for anything else in it."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise EvidenceError(f"Bản lưu số liệu hỏng: {error}.", f"The stored data are broken: {error}.") from error
    strange = [entry.filename for entry in entries if not _NAME.match(entry.filename)]
    if strange or sum(entry.file_size for entry in entries) > LARGEST:
        raise EvidenceError(f"Bản lưu số liệu có tệp lạ: {strange}.", f"Strange files in the stored data: {strange}.")
    with tempfile.TemporaryDirectory(prefix="forecast-data-") as folder:
        archive.extractall(folder)
        return load(Path(folder), kept=True)
