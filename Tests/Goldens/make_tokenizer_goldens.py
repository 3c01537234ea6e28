#!/usr/bin/env python3
"""Writes tokenizer.json: texts and the ids that transformers' CLIPTokenizer gives them with OpenAI's vocabulary.

    python make_tokenizer_goldens.py bpe_simple_vocab_16e6.txt.gz        (needs transformers)
"""

import gzip
import json
import random
import sys
from pathlib import Path

from transformers import CLIPTokenizer

TEXTS = [
    "", "a photo of a cat", "A PHOTO of a sks1 Creature, on a pink background!",
    "it's they're I'm we'll he'd you've don't 'S", "12345 2024-11-23 3.14159", "hello   world\t\nnew  line",
    "naïve café résumé Ünïcödé", "日本語のテキスト 中文 한국어", "emoji 🦜🏳️‍🌈 👩‍👩‍👧 party", "ΑΣ ΟΔΟΣ İstanbul ẞtraße",
    "(masterpiece:1.2), [ugly], {best|worst}; a_b-c/d\\e", "e\u0301 vs é; \u212b Å ﬁ ligature",
    "<|startoftext|> in a text <|endoftext|> too", "<|notspecial|> <| endoftext|>", "..............!!!!!!!!????",
    "½ ² ⅷ ٣ १२", "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis", "a" * 200,
    "word " * 100, "x\u00a0y\u2003z\u200bw", "Привет, мир! مرحبا שלום สวัสดี हिन्दी", "http://example.com/?q=1&r=2#top",
    "don''t 'tis 're 'x '", "portrait, sharp focus, 8k, hdr, trending on artstation, by greg rutkowski",
    "\u0130\u0131 K\u212a", "tab\x00nul\x07bell", "🇩🇪 ™ © ® ∑ ≠ →",
    # A mark that joins the letter before it must not hide a special token, nor may one that only looks like it begins.
    "a<|endoftext|>\ufe0fb", "x<|END<|startoftext|>y", "<|<|endoftext|>", ")<|endoftext|>\u20dd\u0600",
    # White space of every kind, and what looks like it.
    "a\x85b\x1cc\u2028d\u3000e\u180ef\ufeffg\u202fh", "  \u00a0 ", "a\u200db\u2060c\u00add",
    # Letters whose lower case is another length, marks that compose, digits of other scripts.
    "ẞ ŉ ǰ ΐ ﬁ Ǆǅ Σς 𐐀 Ꭰ Ა", "e\u0323\u0307 \u1112\u1161\u11ab ᾳ\u0345", "٣४௫ ⅧⅣ ⓐⒷ ㊀ ½³ 𝟘𝟡",
    "it’s don´t 'LL we'Re '' 's's n't", "ﷺ ﬄ ㎏ Å K", "👨🏽‍🚀👩‍❤️‍💋‍👨 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ ☺︎", "zͣ̓aͭl̆g͊o̎ t̷e̴x̵t̶",
]
PIECES = ["a", "b", "the ", "quick", " brown ", "1", "23", ".", ",", "'s", "É", "ß", "日", "🙂", " ", "\n", "-", "Z",
          "lorikeet", "stable diffusion "]


def byte_tokens():
    """GPT-2's spelling of bytes, printable ones first: the first 256 ids."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + place) for place in range(len(others))]


def tokenizer(path):
    merges = gzip.open(path).read().decode().split("\n")[1:49152 - 256 - 2 + 1]
    singles = byte_tokens()
    tokens = [*singles, *(single + "</w>" for single in singles), *("".join(merge.split()) for merge in merges),
              "<|startoftext|>", "<|endoftext|>"]
    vocabulary = {}
    for index, token in enumerate(tokens):
        vocabulary.setdefault(token, index)
    return CLIPTokenizer(vocab=vocabulary, merges=[tuple(merge.split()) for merge in merges])


def main():
    clip = tokenizer(sys.argv[1])
    random.seed(5)
    texts = TEXTS + ["".join(random.choice(PIECES) for _ in range(random.randint(1, 30))) for _ in range(40)]
    goldens = {
        "tokens": [{"text": text, "ids": clip(text, add_special_tokens=False).input_ids} for text in texts],
        "sequences": [
            {"text": text, "ids": clip(text, padding="max_length", max_length=77, truncation=True).input_ids}
            for text in texts[:3] + ["word " * 100]
        ],
    }
    Path(__file__).with_name("tokenizer.json").write_text(json.dumps(goldens, separators=(",", ":")))


main()
