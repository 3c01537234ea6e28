"""The bytes of the benchmark's requests: the messages are so small that no protobuf library is needed for them."""

SERVICE = "/bench.v1.Echo/"


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def echo(size, byte=b"x"):
    """An EchoMessage with a payload of `size` bytes."""
    return b"\x0a" + varint(size) + byte * size if size else b""


def stream_request(count, size):
    """A StreamRequest."""
    return b"\x08" + varint(count) + b"\x10" + varint(size)


def stream_summary(messages, total):
    """A StreamSummary."""
    return (b"\x08" + varint(messages) if messages else b"") + (b"\x10" + varint(total) if total else b"")


def framed(message):
    """The message with gRPC's prefix: a byte that says it is not compressed, and its length."""
    return b"\0" + len(message).to_bytes(4, "big") + message
