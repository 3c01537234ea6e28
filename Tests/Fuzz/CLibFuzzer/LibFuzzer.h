#pragma once
#include <stddef.h>
#include <stdint.h>

// libFuzzer's entry point for programs with a main of their own: takes its options out of the arguments, then calls
// `one_input` over and over, which answers 0. Linked by scripts/fuzz.sh.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*one_input)(const uint8_t *data, size_t size));
