#include <stdlib.h>
#include <string.h>

#include "KernelDigests.h"

enum { CHUNK = 1024, LINES = 512, DEPTH = 100, BLOCK = 32 };

static uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static float float_of(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint64_t mixed(uint64_t state) {
  state = (state ^ state >> 30) * 0xbf58476d1ce4e5b9u;
  state = (state ^ state >> 27) * 0x94d049bb133111ebu;
  return state ^ state >> 31;
}

uint64_t kerneldigests_of_words(const uint32_t *words, ptrdiff_t count, uint64_t first) {
  uint64_t digest = 0;
  for (ptrdiff_t i = 0; i < count; i++) digest += mixed((first + (uint64_t)i) << 32 | words[i]);
  return digest;
}

float kerneldigests_input(int exhaustive_bits, uint64_t index) {
  const int below = 32 - exhaustive_bits;
  const uint32_t all = (1u << below) - 1, half = 1u << (below - 1);
  const uint32_t patterns[KERNELDIGESTS_PATTERNS] = {
    0, 1, half - 1, half, half + 1, all, half >> 1, half | half >> 1, (half >> 1) - 1, 0x5a5a5a5au & all};
  const uint32_t upper = (uint32_t)(index / KERNELDIGESTS_PATTERNS) << below;
  return float_of(upper | patterns[index % KERNELDIGESTS_PATTERNS]);
}

static int is_nan(uint32_t bits) { return (bits & 0x7fffffff) > 0x7f800000; }

/// What a NaN with the sign of `x` counts as.
static uint32_t nan_code(const ckernels_conversion *conversion, uint32_t x) {
  const ckernels_number n = conversion->element;
  if (n.exponent_bits == 0 || n.specials == CKERNELS_SPECIALS_NONE) return 0;
  const uint32_t sign = (x >> 31) << (n.bits - 1), all = (1u << (n.bits - 1)) - 1;
  const uint32_t fraction = (1u << (n.bits - 1 - n.exponent_bits)) - 1;
  return sign | (n.specials == CKERNELS_SPECIALS_ONE_NAN ? all : all ^ fraction >> 1);
}

/// Codes of one chunk of inputs, widened to words.
static void encode_chunk(
  int level, const ckernels_conversion *conversion, const float *x, uint32_t *words, ptrdiff_t count, uint64_t first) {
  uint8_t codes[CHUNK * 4];
  const ptrdiff_t bytes = ckernels_number_bytes(&conversion->element);
  if (level != KERNELDIGESTS_ORACLE) ckernels_encode((ckernels_isa)level, conversion, x, codes, count, first);
  for (ptrdiff_t i = 0; i < count; i++) {
    words[i] = 0;
    if (level == KERNELDIGESTS_ORACLE) words[i] = ckernels_encode_one(conversion, x[i], first + (uint64_t)i);
    else memcpy(words + i, codes + i * bytes, (size_t)bytes);
    if (is_nan(bits_of(x[i]))) words[i] = nan_code(conversion, bits_of(x[i]));
  }
}

static void quantise_chunk(
  int level, const ckernels_conversion *conversion, const float *x, uint32_t *words, ptrdiff_t count, uint64_t first) {
  float values[CHUNK];
  if (level != KERNELDIGESTS_ORACLE) ckernels_quantise((ckernels_isa)level, conversion, x, values, count, first);
  for (ptrdiff_t i = 0; i < count; i++) {
    if (level == KERNELDIGESTS_ORACLE) {
      const uint32_t code = ckernels_encode_one(conversion, x[i], first + (uint64_t)i);
      values[i] = ckernels_decode_one(conversion, code);
    }
    words[i] = is_nan(bits_of(x[i])) ? nan_code(conversion, bits_of(x[i])) : bits_of(values[i]);
  }
}

typedef void chunk_function(int, const ckernels_conversion *, const float *, uint32_t *, ptrdiff_t, uint64_t);

static uint64_t digest_of_inputs(
  chunk_function *function, int level, const ckernels_conversion *conversion, int exhaustive_bits) {
  const uint64_t count = ((uint64_t)1 << exhaustive_bits) * KERNELDIGESTS_PATTERNS;
  float x[CHUNK];
  uint32_t words[CHUNK];
  uint64_t digest = 0;
  for (uint64_t first = 0; first < count; first += CHUNK) {
    const ptrdiff_t length = count - first < CHUNK ? (ptrdiff_t)(count - first) : CHUNK;
    for (ptrdiff_t i = 0; i < length; i++) x[i] = kerneldigests_input(exhaustive_bits, first + (uint64_t)i);
    function(level, conversion, x, words, length, first);
    digest += kerneldigests_of_words(words, length, first);
  }
  return digest;
}

uint64_t kerneldigests_encode(int level, const ckernels_conversion *conversion, int exhaustive_bits) {
  return digest_of_inputs(encode_chunk, level, conversion, exhaustive_bits);
}

uint64_t kerneldigests_quantise(int level, const ckernels_conversion *conversion, int exhaustive_bits) {
  return digest_of_inputs(quantise_chunk, level, conversion, exhaustive_bits);
}

uint64_t kerneldigests_decode(int level, const ckernels_conversion *conversion) {
  const uint32_t count = 1u << conversion->element.bits;
  const ptrdiff_t bytes = ckernels_number_bytes(&conversion->element);
  uint64_t digest = 0;
  for (uint32_t code = 0; code < count; code++) {
    float value;
    if (level == KERNELDIGESTS_ORACLE) {
      value = ckernels_decode_one(conversion, code) * conversion->scale;
    } else {
      // Each code among others, at each place of a vector.
      uint8_t codes[4 * 37] = {0};
      float values[37];
      for (int i = 0; i < 37; i++) memcpy(codes + i * bytes, &code, (size_t)bytes);
      ckernels_decode((ckernels_isa)level, conversion, codes, values, 37);
      for (int i = 1; i < 37; i++) {
        if (bits_of(values[i]) != bits_of(values[0])) return 0;
      }
      value = values[0];
    }
    uint32_t word = bits_of(value);
    if (is_nan(word)) word = (word & 0x80000000) | 0x7fc00000;
    digest += kerneldigests_of_words(&word, 1, code);
  }
  return digest;
}

float kerneldigests_block_input(uint64_t index) {
  const uint64_t line = index / DEPTH, random = mixed(index + 0x9e3779b97f4a7c15u);
  const uint32_t spread = line % 8 == 0 ? 250 : 24;
  const uint32_t base = line % 8 == 0 ? 1 : 1 + (uint32_t)(mixed(line) % 220);
  const uint32_t exponent = base + (uint32_t)(random >> 32) % spread;
  if (random % 97 == 0) return 0;
  if (random % 1999 == 0) return float_of(0xffc00000);
  // Every fourth has few bits, so that ties occur.
  const uint32_t fraction = random >> 60 < 4 ? (uint32_t)random & 0x780000 : (uint32_t)random & 0x7fffff;
  return float_of((uint32_t)(random >> 63) << 31 | exponent << 23 | fraction);
}

/// The block's values by the functions for codes, which know one level.
static void quantise_line(
  const ckernels_conversion *conversion, ckernels_block_scale kind, const float *x, float *real, uint64_t first) {
  uint8_t codes[DEPTH * 4], scales[DEPTH * 4];
  ckernels_encode_blocks(conversion, kind, BLOCK, x, codes, scales, DEPTH, first);
  ckernels_decode_blocks(conversion, kind, BLOCK, codes, scales, real, DEPTH);
}

static uint64_t digest_of_values(const float *values, ptrdiff_t count) {
  uint64_t digest = 0;
  for (ptrdiff_t i = 0; i < count; i++) {
    const uint32_t word = is_nan(bits_of(values[i])) ? 0x7fc00000 : bits_of(values[i]);
    digest += kerneldigests_of_words(&word, 1, (uint64_t)i);
  }
  return digest;
}

uint64_t kerneldigests_blocks(int level, const ckernels_conversion *conversion, ckernels_block_scale kind) {
  const size_t bytes = (size_t)LINES * DEPTH * sizeof(float);
  float *lines = malloc(bytes), *across = malloc(bytes);
  uint64_t digest = 0;
  if (!lines || !across) goto done;
  for (int i = 0; i < LINES * DEPTH; i++) lines[i] = kerneldigests_block_input((uint64_t)i);
  if (level == KERNELDIGESTS_ORACLE) {
    for (int line = 0; line < LINES; line++) {
      float real[DEPTH];
      quantise_line(conversion, kind, lines + line * DEPTH, real, (uint64_t)(line * DEPTH));
      memcpy(lines + line * DEPTH, real, sizeof real);
    }
    digest = digest_of_values(lines, LINES * DEPTH);
    goto done;
  }
  for (int line = 0; line < LINES; line++) {
    for (int k = 0; k < DEPTH; k++) across[k * LINES + line] = lines[line * DEPTH + k];
  }
  const ckernels_isa isa = (ckernels_isa)level;
  ckernels_quantise_blocks(isa, conversion, kind, BLOCK, lines, lines, LINES, DEPTH, DEPTH, 1, 0);
  ckernels_quantise_blocks(isa, conversion, kind, BLOCK, across, across, LINES, 1, DEPTH, LINES, 0);
  digest = digest_of_values(lines, LINES * DEPTH);
  for (int line = 0; line < LINES; line++) {
    for (int k = 0; k < DEPTH; k++) lines[line * DEPTH + k] = across[k * LINES + line];
  }
  if (digest != digest_of_values(lines, LINES * DEPTH)) digest = 0;
done:
  free(lines);
  free(across);
  return digest;
}
