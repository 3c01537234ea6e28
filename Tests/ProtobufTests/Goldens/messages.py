#!/usr/bin/env python3
"""Random messages of the test schema, made and judged by Python's protobuf.

  messages.py make SEED COUNT FILE       writes COUNT serialized `features.v1.Everything` messages
  messages.py merges SEED COUNT FILE     the same, each the concatenation of two: the second merges into the first
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
    ranges = [(0x01, 0x7F), (0x20, 0x7E), (0x80, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF)]
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
        return rng.randbytes(rng.choice([0, 1, 15, 16, 17, 100, 2047, 2048] if rng.random() < 0.1 else [0, 1, 16]))
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


def write(path, messages):
    with open(path, "wb") as file:
        for message in messages:
            file.write(struct.pack(">I", len(message)) + message)


def read(path):
    with open(path, "rb") as file:
        while prefix := file.read(4):
            yield file.read(struct.unpack(">I", prefix)[0])


def make(seed, count, path, parts):
    Everything, rng, messages = everything(), random.Random(seed), []
    for _ in range(count):
        content = b""
        for _ in range(parts):
            message = Everything()
            fill(message, rng, 1)
            content += message.SerializeToString(deterministic=True)
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
    if command in ("make", "merges"):
        make(int(arguments[0]), int(arguments[1]), arguments[2], parts=2 if command == "merges" else 1)
    elif command == "compare":
        compare(*arguments)
    else:
        sys.exit(__doc__)
