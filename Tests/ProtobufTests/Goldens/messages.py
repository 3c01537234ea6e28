#!/usr/bin/env python3
"""Random messages of the test schema, made and judged by Python's protobuf.

  messages.py make SEED COUNT FILE       writes COUNT serialized `features.v1.Everything` messages
  messages.py merges SEED COUNT FILE     the same, each the concatenation of two: the second merges into the first
  messages.py odd SEED COUNT FILE        the same, written as no encoder does: repeated numbers packed where the schema
                                         says not to and the other way round, unknown fields and groups, known fields
                                         with the wrong wire type
  messages.py compare EXPECTED ACTUAL    fails unless both files hold the same messages, as Python reads them

A file is a run of messages, each behind its length in four bytes, big endian. `everything.bin` beside this script is
`messages.py make 20261123 40 everything.bin`.
"""

import math
import os
import pathlib
import random
import struct
import sys
import tempfile

import grpc_tools
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

PROTOS = pathlib.Path(__file__).resolve().parent.parent / "Protos"
WELL_KNOWN = pathlib.Path(grpc_tools.__file__).parent / "_proto"


def everything():
    """The class of `features.v1.Everything`."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "set.bin")
        arguments = ["protoc", f"-I{PROTOS}", f"-I{WELL_KNOWN}", "--include_imports", f"--descriptor_set_out={path}"]
        if protoc.main(arguments + ["features/v1/features.proto"]) != 0:
            sys.exit("protoc failed")
        with open(path, "rb") as file:
            files = descriptor_pb2.FileDescriptorSet.FromString(file.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("features.v1.Everything"))


INTEGERS = {
    "INT32": (-(2**31), 2**31 - 1), "SINT32": (-(2**31), 2**31 - 1), "SFIXED32": (-(2**31), 2**31 - 1),
    "INT64": (-(2**63), 2**63 - 1), "SINT64": (-(2**63), 2**63 - 1), "SFIXED64": (-(2**63), 2**63 - 1),
    "UINT32": (0, 2**32 - 1), "FIXED32": (0, 2**32 - 1), "UINT64": (0, 2**64 - 1), "FIXED64": (0, 2**64 - 1),
}
TYPES = {value: name[5:] for name, value in descriptor_pb2.FieldDescriptorProto.Type.items()}


def text(rng):
    ranges = [(0x00, 0x00), (0x01, 0x7F), (0x20, 0x7E), (0x80, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFF),
              (0x10000, 0x10FFFF)]
    characters = (rng.randint(*rng.choice(ranges)) for _ in range(rng.choice([0, 1, 3, 9, 40])))
    return "".join(map(chr, characters))


def scalar(field, rng):
    kind = TYPES[field.type]
    if kind in INTEGERS:
        low, high = INTEGERS[kind]
        return rng.choice([0, 1, low, high, max(low, -1), rng.randint(low, high), rng.randint(0, 300)])
    if kind == "DOUBLE":
        return rng.choice([0.0, -0.0, 1.5, math.inf, -math.inf, math.nan, 5e-324, rng.uniform(-1e9, 1e9)])
    if kind == "FLOAT":
        return struct.unpack("<f", struct.pack("<f", rng.choice([0.0, -0.0, 0.1, math.inf, rng.uniform(-9, 9)])))[0]
    if kind == "BOOL":
        return rng.random() < 0.5
    if kind == "STRING":
        return text(rng)
    if kind == "BYTES":
        sizes = [0, 1, 15, 16, 17, 100, 2047, 2048, 20_000] if rng.random() < 0.1 else [0, 1, 16]
        return rng.randbytes(rng.choice(sizes))
    if kind == "ENUM":
        return rng.choice([value.number for value in field.enum_type.values] + [12345, -12345])
    raise ValueError(kind)


def is_map(field):
    return field.type == field.TYPE_MESSAGE and field.message_type.GetOptions().map_entry


def fill(message, rng, depth):
    for field in message.DESCRIPTOR.fields:
        if rng.random() < 0.4 or (depth > 4 and field.type == field.TYPE_MESSAGE):
            continue
        if is_map(field):
            target = getattr(message, field.name)
            key, value = field.message_type.fields_by_name["key"], field.message_type.fields_by_name["value"]
            for _ in range(rng.choice([1, 2, 5])):
                if value.type == value.TYPE_MESSAGE:
                    fill(target[scalar(key, rng)], rng, depth + 2)
                else:
                    target[scalar(key, rng)] = scalar(value, rng)
        elif field.is_repeated:
            target = getattr(message, field.name)
            for _ in range(rng.choice([1, 2, 3])):
                if field.type == field.TYPE_MESSAGE:
                    fill(target.add(), rng, depth + 2)
                else:
                    target.append(scalar(field, rng))
        elif field.type == field.TYPE_MESSAGE:
            getattr(message, field.name).SetInParent()
            fill(getattr(message, field.name), rng, depth + 1)
        else:
            setattr(message, field.name, scalar(field, rng))


def varint(number):
    encoded = bytearray()
    while number >= 0x80:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(encoded) + bytes([number])


def read_varint(content, start):
    number = shift = 0
    while True:
        byte = content[start]
        number |= (byte & 0x7F) << shift
        start, shift = start + 1, shift + 7
        if byte < 0x80:
            return number, start


def split(content):
    """The fields of a message without groups: number, wire type, value, which is without its length."""
    start = 0
    while start < len(content):
        tag, start = read_varint(content, start)
        if tag & 7 == 2:
            length, start = read_varint(content, start)
            end = start + length
        else:
            end = {0: lambda: read_varint(content, start)[1], 1: lambda: start + 8, 5: lambda: start + 4}[tag & 7]()
        yield tag >> 3, tag & 7, content[start:end]
        start = end


def field(number, wire_type, value):
    return varint(number << 3 | wire_type) + (varint(len(value)) if wire_type == 2 else b"") + value


def wire_type(descriptor):
    kind = TYPES[descriptor.type]
    if kind in ("STRING", "BYTES", "MESSAGE"):
        return 2
    return {"FIXED64": 1, "SFIXED64": 1, "DOUBLE": 1, "FIXED32": 5, "SFIXED32": 5, "FLOAT": 5}.get(kind, 0)


def noise(rng, number, kind, depth=1):
    """A field of the wire type with random content."""
    if kind == 3:
        inner = b"".join(
            noise(rng, rng.randint(1, 40), rng.choice([0, 1, 2, 3, 5] if depth < 5 else [0, 1, 2, 5]), depth + 1)
            for _ in range(rng.randint(0, 3)))
        return varint(number << 3 | 3) + inner + varint(number << 3 | 4)
    value = {0: lambda: varint(rng.getrandbits(rng.choice([1, 7, 40, 64]))), 1: lambda: rng.randbytes(8),
             2: lambda: rng.randbytes(rng.choice([0, 1, 20, 3000])), 5: lambda: rng.randbytes(4)}[kind]()
    return field(number, kind, value)


def misfit(rng, descriptor):
    """A field that is none of the message's: of an unknown number, or of a wire type that is not the field's."""
    if descriptor.fields and rng.random() < 0.5:
        known = rng.choice(descriptor.fields)
        right = {wire_type(known)} | ({2} if known.is_repeated else set())
        return noise(rng, known.number, rng.choice([kind for kind in (0, 1, 2, 3, 5) if kind not in right]))
    unknown = [number for number in (90, 19_999, 19_000, 99_999, 536_870_910)]
    return noise(rng, rng.choice(unknown), rng.choice([0, 1, 2, 3, 5]))


def odd(content, descriptor, rng):
    is_entry = descriptor.GetOptions().map_entry
    output = b""
    for number, kind, value in split(content):
        # Runtimes differ on whether unknown fields of a map's entry survive.
        if not is_entry and rng.random() < 0.1:
            output += misfit(rng, descriptor)
        known = descriptor.fields_by_number.get(number)
        if known.type == known.TYPE_MESSAGE:
            output += field(number, 2, odd(value, known.message_type, rng))
        elif known.is_repeated and wire_type(known) != 2 and rng.random() < 0.5:
            if kind != 2:
                output += field(number, 2, value)
                continue
            start = 0
            while start < len(value):
                end = {0: lambda: read_varint(value, start)[1], 1: lambda: start + 8, 5: lambda: start + 4}
                end = end[wire_type(known)]()
                output += field(number, wire_type(known), value[start:end])
                start = end
        else:
            output += field(number, kind, value)
    return output + (misfit(rng, descriptor) if not is_entry and rng.random() < 0.1 else b"")


def write(path, messages):
    with open(path, "wb") as file:
        for message in messages:
            file.write(struct.pack(">I", len(message)) + message)


def read(path):
    with open(path, "rb") as file:
        while prefix := file.read(4):
            yield file.read(struct.unpack(">I", prefix)[0])


def make(seed, count, path, parts, is_odd):
    Everything, rng, messages = everything(), random.Random(seed), []
    for _ in range(count):
        content = b""
        for _ in range(parts):
            message = Everything()
            fill(message, rng, 1)
            content += message.SerializeToString(deterministic=True)
        if is_odd:
            content = odd(content, Everything.DESCRIPTOR, rng)
        messages.append(content)
    write(path, messages)


def compare(expected_path, actual_path):
    Everything = everything()
    canonical = lambda content: Everything.FromString(content).SerializeToString(deterministic=True)
    expected, actual = list(read(expected_path)), list(read(actual_path))
    if len(expected) != len(actual):
        sys.exit(f"{len(expected)} messages became {len(actual)}")
    for index, (before, after) in enumerate(zip(expected, actual)):
        if canonical(before) != canonical(after):
            print(f"message {index} differs. Expected:\n{Everything.FromString(before)}\nActual:", file=sys.stderr)
            sys.exit(str(Everything.FromString(after)))


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    if command in ("make", "merges", "odd"):
        make(*map(int, arguments[:2]), arguments[2], parts=2 if command == "merges" else 1, is_odd=command == "odd")
    elif command == "compare":
        compare(*arguments)
    else:
        sys.exit(__doc__)
