"""HTTP/2 streams that are reset before the answer's end. libcurl takes one that is reset without an error for
one that ended: what is missing of an answer without a length would not be noticed."""

from __future__ import annotations

from pathlib import Path

from .edits import edit

RULES = (
    (
        "lib/http2.c",
        r"^  BIT\(close_handled\);",
        r"  BIT(has_ended); /* by the server's END_STREAM */\n\g<0>",
    ),
    ("lib/http2.c", r"^ +stream->close_handled = FALSE;\n", r"\g<0>  stream->has_ended = FALSE;\n"),
    (
        "lib/http2.c",
        r"^ +if\(frame->hd\.flags & NGHTTP2_FLAG_END_STREAM\) \{\n(?= +if\(!stream->closed)",
        r"\g<0>    stream->has_ended = TRUE;\n",
    ),
    (
        "lib/http2.c",
        r"(case NGHTTP2_RST_STREAM:\n +stream->closed = TRUE;\n +if\(frame->rst_stream\.error_code)\)",
        r"\1 || !stream->has_ended)",
    ),
)


def mark_resets(source: Path) -> None:
    """Lets libcurl count a reset as the end of an answer only behind the server's own END_STREAM."""
    edit("libcurl", source, RULES)
