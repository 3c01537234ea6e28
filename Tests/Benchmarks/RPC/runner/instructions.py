"""Counts a server's user instructions a call under callgrind, and says in which library they are spent.

Instructions are repeatable where times are not: the same program, the same calls, the same count to a per mille.
"""

import glob
import os
import re
import shutil
import subprocess
from collections import Counter

from loads import Unary

WARM_UP, CALLS = 2_000, 10_000
ALLOCATOR = {"malloc", "free", "calloc", "realloc", "malloc_consolidate", "unlink_chunk"}
#: Modules whose code is linked into our program, by the mangled name's identifiers, the most telling first.
MODULES = [
    ("3RPC", "RPC"), ("5HTTP2", "HTTP2"), ("8Protobuf", "Protobuf"), ("8rpc_echo", "echo service"),
    ("8NIOPosix", "NIO"), ("7NIOCore", "NIO"), ("22NIOConcurrencyHelpers", "NIO"), ("11DequeModule", "NIO"),
    ("6NIOSSL", "NIO"), ("11CoreMetrics", "metrics"), ("7Metrics", "metrics"), ("7Logging", "logging"),
]


def library(binary, function):
    """Which library a function belongs to, by the file it was loaded from and its name."""
    name = os.path.basename(binary)
    if name.startswith("libnghttp2"):
        return "nghttp2"
    if name.startswith("libprotobuf-c"):
        return "protobuf-c"
    if name.startswith("libjemalloc"):
        return "malloc"
    if name.startswith(("libc.", "libc-", "ld-")):
        plain = function.split("@")[0]
        return "malloc" if plain in ALLOCATOR or plain.startswith(("_int_", "__libc_", "tcache")) else "libc"
    if name.startswith(("libswift", "libdispatch", "libFoundation", "lib_Foundation", "libBlocks")):
        return "Swift runtime"
    if name.startswith("lib"):
        return name.split(".")[0]
    if function.startswith("$s"):
        # The module of the function itself, else (a generic of the standard library) the first that it is made for.
        for mangled, module in MODULES:
            if function.startswith("$s" + mangled):
                return module
        found = [(function.index(mangled), module) for mangled, module in MODULES if mangled in function]
        return min(found)[1] if found else "Swift library code in the program"
    if function.startswith("CNIO") or function.startswith("c_nio"):
        return "NIO"
    return "C code in the program"


def self_costs(path):
    """Instructions by (binary, function), without those of the functions called."""
    costs, names, binary, function, skip = Counter(), {}, "", "", False

    def name(kind, text):
        number, _, given = text.partition(" ")
        if given:
            names[kind, number] = given
        return names.get((kind, number), number)

    with open(path) as lines:
        for line in lines:
            line = line.rstrip("\n")
            if skip:  # The line after calls= holds the cost of the call.
                skip = False
            elif line.startswith("ob="):
                binary = name("ob", line[3:])
            elif line.startswith("cob="):
                name("ob", line[4:])
            elif line.startswith("fn="):
                # A recursive function appears once for each depth: name, name'2.
                function = name("fn", line[3:]).split("'")[0]
            elif line.startswith("cfn="):
                name("fn", line[4:])
            elif line.startswith("calls="):
                skip = True
            elif re.match(r"[\d+*-]\S* \d+$", line):
                costs[binary, function] += int(line.split()[1])
    return costs


def count(field, h2load, name, connections, streams, keep=None):
    """Instructions a unary call of 32 bytes: in all, and by library. `keep` is where the profile is left."""
    output = os.path.join(field.folder, f"callgrind-{name}-{connections}x{streams}")
    program = None
    if name == "ours":
        # Valgrind 3.19 gives up on the compiler's DWARF 5.
        program = os.path.join(field.folder, "rpc-echo")
        subprocess.run(["strip", "--strip-debug", "-o", program, field.programs[name]], check=True)
    server = field.start(
        name, program=program,
        wrapper=["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={output}"])
    load = Unary(h2load, 32, connections, streams)
    try:
        for calls in (WARM_UP, CALLS):
            load.run(server, field.path(name, "Unary"), calls)
            # A dump also sets the counters back to zero, so the second one is of the calls alone.
            subprocess.run(["callgrind_control", "-d", str(server.pid)], check=True, capture_output=True)
    finally:
        server.stop()
    dump = max(glob.glob(output + ".*"), key=lambda path: int(path.rpartition(".")[2]))
    if keep:
        shutil.copy(dump, keep)
    split = Counter()
    for (binary, function), cost in self_costs(dump).items():
        split[library(binary, function)] += cost / CALLS
    return sum(split.values()), split
