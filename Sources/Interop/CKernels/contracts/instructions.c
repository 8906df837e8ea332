#include "../include/ckernels_instructions.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

// Operands: AT&T order, so %0 accumulates, %1 is the first factor (src1 of the manual's form 231) and %2 the second.

__attribute__((target("avx2,fma"))) static void fma_256(
  uint32_t *accumulators, const void *a, const void *b, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += 8) {
    __m256i sum = _mm256_loadu_si256((const __m256i *)(accumulators + i));
    const __m256i left = _mm256_loadu_si256((const __m256i *)a + i / 8);
    const __m256i right = _mm256_loadu_si256((const __m256i *)b + i / 8);
    __asm__ volatile("vfmadd231ps %2, %1, %0" : "+x"(sum) : "x"(left), "x"(right));
    _mm256_storeu_si256((__m256i *)(accumulators + i), sum);
  }
}

/// One EVEX or VEX instruction on 32-bit lanes, whose groups of a and b take 32 bits too.
#define STEPS_512(function, features, instruction) \
  __attribute__((target(features))) static void function( \
    uint32_t *accumulators, const void *a, const void *b, ptrdiff_t count) { \
    for (ptrdiff_t i = 0; i < count; i += 16) { \
      __m512i sum = _mm512_loadu_si512(accumulators + i); \
      const __m512i left = _mm512_loadu_si512((const uint32_t *)a + i); \
      const __m512i right = _mm512_loadu_si512((const uint32_t *)b + i); \
      __asm__ volatile(instruction " %2, %1, %0" : "+v"(sum) : "v"(left), "v"(right)); \
      _mm512_storeu_si512(accumulators + i, sum); \
    } \
  }

#define STEPS_256(function, instruction) \
  __attribute__((target("avx2"))) static void function( \
    uint32_t *accumulators, const void *a, const void *b, ptrdiff_t count) { \
    for (ptrdiff_t i = 0; i < count; i += 8) { \
      __m256i sum = _mm256_loadu_si256((const __m256i *)(accumulators + i)); \
      const __m256i left = _mm256_loadu_si256((const __m256i *)a + i / 8); \
      const __m256i right = _mm256_loadu_si256((const __m256i *)b + i / 8); \
      __asm__ volatile(instruction " %2, %1, %0" : "+x"(sum) : "x"(left), "x"(right)); \
      _mm256_storeu_si256((__m256i *)(accumulators + i), sum); \
    } \
  }

STEPS_512(fma_512, "avx512f", "vfmadd231ps")
STEPS_512(dpbf16, "avx512f", "vdpbf16ps")
STEPS_512(dpbusd_512, "avx512f", "vpdpbusd")
STEPS_512(dpbusds_512, "avx512f", "vpdpbusds")
STEPS_256(dpbusd_256, "%{vex%} vpdpbusd")
STEPS_256(dpbusds_256, "%{vex%} vpdpbusds")
STEPS_256(dpbssd_256, "vpdpbssd")

__attribute__((target("avx2"))) static void maddubs_256(
  uint32_t *accumulators, const void *a, const void *b, ptrdiff_t count) {
  const __m256i ones = _mm256_set1_epi16(1);
  for (ptrdiff_t i = 0; i < count; i += 8) {
    __m256i sum = _mm256_loadu_si256((const __m256i *)(accumulators + i));
    __m256i pairs = _mm256_loadu_si256((const __m256i *)a + i / 8);
    const __m256i right = _mm256_loadu_si256((const __m256i *)b + i / 8);
    __asm__ volatile("vpmaddubsw %2, %0, %0\n\tvpmaddwd %3, %0, %0\n\tvpaddd %0, %1, %1"
                     : "+x"(pairs), "+x"(sum)
                     : "x"(right), "x"(ones));
    _mm256_storeu_si256((__m256i *)(accumulators + i), sum);
  }
}

__attribute__((target("avx512f,avx512bw"))) static void maddubs_512(
  uint32_t *accumulators, const void *a, const void *b, ptrdiff_t count) {
  const __m512i ones = _mm512_set1_epi16(1);
  for (ptrdiff_t i = 0; i < count; i += 16) {
    __m512i sum = _mm512_loadu_si512(accumulators + i);
    __m512i pairs = _mm512_loadu_si512((const uint32_t *)a + i);
    const __m512i right = _mm512_loadu_si512((const uint32_t *)b + i);
    __asm__ volatile("vpmaddubsw %2, %0, %0\n\tvpmaddwd %3, %0, %0\n\tvpaddd %0, %1, %1"
                     : "+v"(pairs), "+v"(sum)
                     : "v"(right), "v"(ones));
    _mm512_storeu_si512(accumulators + i, sum);
  }
}

/// The sums are FP16 codes in the lower halves of words.
__attribute__((target("avx512f,avx512bw"))) static void fma_fp16(
  uint32_t *accumulators, const void *a, const void *b, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += 32) {
    const __m256i low = _mm512_cvtepi32_epi16(_mm512_loadu_si512(accumulators + i));
    const __m256i high = _mm512_cvtepi32_epi16(_mm512_loadu_si512(accumulators + i + 16));
    __m512i sum = _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
    const __m512i left = _mm512_loadu_si512((const uint16_t *)a + i);
    const __m512i right = _mm512_loadu_si512((const uint16_t *)b + i);
    __asm__ volatile("vfmadd231ph %2, %1, %0" : "+v"(sum) : "v"(left), "v"(right));
    _mm512_storeu_si512(accumulators + i, _mm512_cvtepu16_epi32(_mm512_castsi512_si256(sum)));
    _mm512_storeu_si512(accumulators + i + 16, _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(sum, 1)));
  }
}

// MARK: AMX. Never run on a machine by its authors: none of theirs has it. Written after the Intel SDM.

enum { TILE_ROWS = 16, TILE_COLUMNS = 16 };

/// What LDTILECFG reads.
typedef struct tile_configuration {
  uint8_t palette, start_row, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} tile_configuration;
_Static_assert(sizeof(tile_configuration) == 64, "LDTILECFG reads 64 bytes");

/// Sixteen steps at a time: row i of tile 1 is group i of a, column i of tile 2 is group i of b, and of the 256 sums of
/// tile 0 those on the diagonal are the results. `words`: words of 32 bits in a group. TDP: the instruction on tiles.
#define TILE_STEPS(function, features, words, TDP) \
  __attribute__((target(features))) static void function( \
    uint32_t *accumulators, const void *a, const void *b, ptrdiff_t count) { \
    tile_configuration configuration = {.palette = 1}; \
    configuration.row_bytes[0] = configuration.row_bytes[2] = 4 * TILE_COLUMNS; \
    configuration.row_bytes[1] = 4 * (words); \
    configuration.rows[0] = configuration.rows[1] = TILE_ROWS; \
    configuration.rows[2] = (words); \
    _tile_loadconfig(&configuration); \
    for (ptrdiff_t i = 0; i < count; i += TILE_ROWS) { \
      uint32_t sums[TILE_ROWS][TILE_COLUMNS] = {0}, columns[words][TILE_COLUMNS]; \
      for (int lane = 0; lane < TILE_ROWS; lane++) { \
        sums[lane][lane] = accumulators[i + lane]; \
        for (int k = 0; k < (words); k++) { \
          memcpy(&columns[k][lane], (const uint8_t *)b + 4 * ((i + lane) * (words) + k), 4); \
        } \
      } \
      _tile_loadd(0, sums, 4 * TILE_COLUMNS); \
      _tile_loadd(1, (const uint8_t *)a + 4 * (words) * i, 4 * (words)); \
      _tile_loadd(2, columns, 4 * TILE_COLUMNS); \
      TDP(0, 1, 2); \
      _tile_stored(0, sums, 4 * TILE_COLUMNS); \
      for (int lane = 0; lane < TILE_ROWS; lane++) accumulators[i + lane] = sums[lane][lane]; \
    } \
    _tile_release(); \
  }

TILE_STEPS(tile_bf16, "amx-tile,amx-bf16", 16, _tile_dpbf16ps)
TILE_STEPS(tile_s8s8, "amx-tile,amx-int8", 1, _tile_dpbssd)
TILE_STEPS(tile_u8s8, "amx-tile,amx-int8", 1, _tile_dpbusd)

// MARK: Conversions

__attribute__((target("avx512f"))) static void to_bf16(const void *src, void *dst, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += 16) {
    const __m512i values = _mm512_loadu_si512((const uint32_t *)src + i);
    __m256i codes;
    __asm__ volatile("vcvtneps2bf16 %1, %0" : "=v"(codes) : "v"(values));
    _mm256_storeu_si256((__m256i *)((uint16_t *)dst + i), codes);
  }
}

#define TO_FP16(function, rounding) \
  __attribute__((target("avx,f16c"))) static void function(const void *src, void *dst, ptrdiff_t count) { \
    for (ptrdiff_t i = 0; i < count; i += 8) { \
      const __m256i values = _mm256_loadu_si256((const __m256i *)((const uint32_t *)src + i)); \
      __m128i codes; \
      __asm__ volatile("vcvtps2ph $" rounding ", %1, %0" : "=x"(codes) : "x"(values)); \
      _mm_storeu_si128((__m128i *)((uint16_t *)dst + i), codes); \
    } \
  }

// The immediate operand: 0 is nearest even, 3 toward zero.
TO_FP16(to_fp16_nearest, "0")
TO_FP16(to_fp16_truncated, "3")

__attribute__((target("avx,f16c"))) static void from_fp16(const void *src, void *dst, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += 8) {
    const __m128i codes = _mm_loadu_si128((const __m128i *)((const uint16_t *)src + i));
    __m256i values;
    __asm__ volatile("vcvtph2ps %1, %0" : "=x"(values) : "x"(codes));
    _mm256_storeu_si256((__m256i *)((uint32_t *)dst + i), values);
  }
}

// MARK: Tables

enum {
  NEEDS_FMA = CKERNELS_FEATURE_AVX2 | CKERNELS_FEATURE_FMA,
  NEEDS_AVX512 = NEEDS_FMA | CKERNELS_FEATURE_AVX512F | CKERNELS_FEATURE_AVX512BW,
  NEEDS_VNNI = NEEDS_AVX512 | CKERNELS_FEATURE_AVX512_VNNI,
  NEEDS_BF16 = NEEDS_AVX512 | CKERNELS_FEATURE_AVX512_BF16,
  NEEDS_FP16 = NEEDS_AVX512 | CKERNELS_FEATURE_AVX512_FP16,
  NEEDS_AVX_VNNI = CKERNELS_FEATURE_AVX2 | CKERNELS_FEATURE_AVX_VNNI,
  NEEDS_AVX_VNNI_INT8 = CKERNELS_FEATURE_AVX2 | CKERNELS_FEATURE_AVX_VNNI_INT8,
  NEEDS_AMX_BF16 = CKERNELS_FEATURE_AMX_TILE | CKERNELS_FEATURE_AMX_BF16,
  NEEDS_AMX_INT8 = CKERNELS_FEATURE_AMX_TILE | CKERNELS_FEATURE_AMX_INT8,
  NEEDS_F16C = CKERNELS_FEATURE_AVX | CKERNELS_FEATURE_F16C,
};

static const ckernels_step_instruction steps[] = {
  {"VFMADD231PS", "VEX, 256 bits", NEEDS_FMA, CKERNELS_ACCUMULATION_FP32_CHAIN, 8, 0, fma_256},
  {"VFMADD231PS", "EVEX, 512 bits", NEEDS_AVX512, CKERNELS_ACCUMULATION_FP32_CHAIN, 16, 0, fma_512},
  {"VDPBF16PS", "EVEX, 512 bits", NEEDS_BF16, CKERNELS_ACCUMULATION_FP32_ODD_EVEN_PAIRS, 16, 1, dpbf16},
  {"TDPBF16PS", "tiles of 16 x 64 bytes", NEEDS_AMX_BF16, CKERNELS_ACCUMULATION_FP32_ODD_EVEN_TILES, 16, 1, tile_bf16},
  {"VFMADD231PH", "EVEX, 512 bits", NEEDS_FP16, CKERNELS_ACCUMULATION_FP16_CHAIN, 32, 0, fma_fp16},
  {"VPMADDUBSW, VPMADDWD, VPADDD", "VEX, 256 bits", CKERNELS_FEATURE_AVX2, CKERNELS_ACCUMULATION_S16_SATURATING_PAIRS,
    8, 1, maddubs_256},
  {"VPMADDUBSW, VPMADDWD, VPADDD", "EVEX, 512 bits", NEEDS_AVX512, CKERNELS_ACCUMULATION_S16_SATURATING_PAIRS, 16, 1,
    maddubs_512},
  {"VPDPBUSD", "VEX, 256 bits", NEEDS_AVX_VNNI, CKERNELS_ACCUMULATION_U8S8_WRAPPING, 8, 1, dpbusd_256},
  {"VPDPBUSD", "EVEX, 512 bits", NEEDS_VNNI, CKERNELS_ACCUMULATION_U8S8_WRAPPING, 16, 1, dpbusd_512},
  {"TDPBUSD", "tiles of 16 x 4 bytes", NEEDS_AMX_INT8, CKERNELS_ACCUMULATION_U8S8_WRAPPING, 16, 1, tile_u8s8},
  {"VPDPBUSDS", "VEX, 256 bits", NEEDS_AVX_VNNI, CKERNELS_ACCUMULATION_U8S8_SATURATING, 8, 1, dpbusds_256},
  {"VPDPBUSDS", "EVEX, 512 bits", NEEDS_VNNI, CKERNELS_ACCUMULATION_U8S8_SATURATING, 16, 1, dpbusds_512},
  {"VPDPBSSD", "VEX, 256 bits", NEEDS_AVX_VNNI_INT8, CKERNELS_ACCUMULATION_S8S8_WRAPPING, 8, 1, dpbssd_256},
  {"TDPBSSD", "tiles of 16 x 4 bytes", NEEDS_AMX_INT8, CKERNELS_ACCUMULATION_S8S8_WRAPPING, 16, 1, tile_s8s8},
};

#define NARROW(bits_, exponent_, bias_, rounding_, flushes_) \
  { \
    .element = {.bits = (bits_), .exponent_bits = (exponent_), .bias = (bias_), .specials = CKERNELS_SPECIALS_IEEE}, \
    .rounding = (rounding_), \
    .flushes_subnormals = (flushes_), \
    .scale = 1, \
  }

static const ckernels_conversion_instruction conversions[] = {
  {"VCVTNEPS2BF16", "EVEX, 512 bits", NEEDS_BF16, NARROW(16, 8, 127, CKERNELS_ROUNDING_NEAREST_EVEN, 1), 0, 1, to_bf16},
  {"VCVTPS2PH 0", "VEX, 256 bits", NEEDS_F16C, NARROW(16, 5, 15, CKERNELS_ROUNDING_NEAREST_EVEN, 0), 0, 0,
    to_fp16_nearest},
  {"VCVTPS2PH 3", "VEX, 256 bits", NEEDS_F16C, NARROW(16, 5, 15, CKERNELS_ROUNDING_TOWARD_ZERO, 0), 0, 0,
    to_fp16_truncated},
  {"VCVTPH2PS", "VEX, 256 bits", NEEDS_F16C, NARROW(16, 5, 15, CKERNELS_ROUNDING_NEAREST_EVEN, 0), 1, 0, from_fp16},
};

const ckernels_step_instruction *ckernels_step_instructions(int32_t *count) {
  *count = sizeof steps / sizeof *steps;
  return steps;
}

const ckernels_conversion_instruction *ckernels_conversion_instructions(int32_t *count) {
  *count = sizeof conversions / sizeof *conversions;
  return conversions;
}

// Calls through a pointer: no compiler moves arithmetic over them.
void ckernels_instruction_steps(const ckernels_step_instruction *instruction, uint32_t control, uint32_t *accumulators,
  const void *a, const void *b, ptrdiff_t count) {
  const uint32_t before = _mm_getcsr();
  _mm_setcsr(control);
  instruction->run(accumulators, a, b, count);
  _mm_setcsr(before);
}

void ckernels_instruction_convert(
  const ckernels_conversion_instruction *instruction, uint32_t control, const void *src, void *dst, ptrdiff_t count) {
  const uint32_t before = _mm_getcsr();
  _mm_setcsr(control);
  instruction->run(src, dst, count);
  _mm_setcsr(before);
}
#else
const ckernels_step_instruction *ckernels_step_instructions(int32_t *count) {
  *count = 0;
  return 0;
}

const ckernels_conversion_instruction *ckernels_conversion_instructions(int32_t *count) {
  *count = 0;
  return 0;
}

void ckernels_instruction_steps(const ckernels_step_instruction *instruction, uint32_t control, uint32_t *accumulators,
  const void *a, const void *b, ptrdiff_t count) {
  (void)control;
  instruction->run(accumulators, a, b, count);
}

void ckernels_instruction_convert(
  const ckernels_conversion_instruction *instruction, uint32_t control, const void *src, void *dst, ptrdiff_t count) {
  (void)control;
  instruction->run(src, dst, count);
}
#endif
