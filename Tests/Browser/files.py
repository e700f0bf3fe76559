"""Small files for tests, made rather than kept."""

import struct
import zlib


def png(width, height, red=30, green=120, blue=130):
    """A picture with a gradient."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(
        b"\0" + b"".join(bytes((red + x * 60 // width, green + y * 90 // height, blue)) for x in range(width))
        for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def wav(seconds=1):
    """A tone."""
    count = 8000 * seconds
    samples = bytes(128 + (40 if at // 10 % 2 else -40) for at in range(count))
    return (b"RIFF" + struct.pack("<I", 36 + count) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
            + b"data" + struct.pack("<I", count) + samples)


def chosen(name, kind, content):
    """A file as Playwright hands it to a page."""
    return {"name": name, "mimeType": kind, "buffer": content}
