#include "ckernels_roofline.h"

// The arithmetic ceilings: each loop keeps more multiply-accumulates in flight than latency times throughput of any CPU
// known (Intel: 5 cycles x 2 a cycle; AMD Zen 5: 4 to 6 x 2). Each instruction is written by hand with its accumulator
// tied in place, because compilers put register copies around the intrinsics of vdpbf16ps and vpdpbusd.

#define EACH_8(STEP) STEP(0) STEP(1) STEP(2) STEP(3) STEP(4) STEP(5) STEP(6) STEP(7)
#define EACH_12(STEP) EACH_8(STEP) STEP(8) STEP(9) STEP(10) STEP(11)
#define EACH_24(STEP) \
  EACH_12(STEP) \
  STEP(12) STEP(13) STEP(14) STEP(15) STEP(16) STEP(17) STEP(18) STEP(19) STEP(20) STEP(21) STEP(22) STEP(23)

/// Element e of the operands, small enough that all sums are exact.
static inline int first(int e) { return 1 + e % 3; }
static inline int second(int e) { return 1 + e % 5; }

/// Defines a loop over COUNT accumulators of VECTOR, whose elements are SUMs; the operands `a` and `b` are in scope.
#define PEAK_LOOP(NAME, ATTRIBUTES, VECTOR, SUM, COUNT, OPERANDS, STEP) \
  ATTRIBUTES static int64_t NAME(int64_t iterations) { \
    VECTOR sums[COUNT] = {0}; \
    OPERANDS \
    for (int64_t i = 0; i < iterations; i++) { \
      EACH_##COUNT(STEP) \
    } \
    int64_t total = 0; \
    for (int j = 0; j < COUNT; j++) { \
      for (int lane = 0; lane < (int)(sizeof(VECTOR) / sizeof(SUM)); lane++) total += (int64_t)sums[j][lane]; \
    } \
    return total; \
  }

/// A vector whose element e is VALUE, as whatever type the instruction takes it.
#define OPERAND(NAME, VECTOR, ELEMENT, VALUE) \
  union { \
    VECTOR vector; \
    ELEMENT elements[sizeof(VECTOR) / sizeof(ELEMENT)]; \
  } NAME##_elements; \
  for (int e = 0; e < (int)(sizeof(VECTOR) / sizeof(ELEMENT)); e++) NAME##_elements.elements[e] = (ELEMENT)(VALUE); \
  VECTOR NAME = NAME##_elements.vector;

typedef float f32x4 __attribute__((vector_size(16)));

#if defined(__x86_64__)
#define IN_REGISTER "+x"
#elif defined(__aarch64__)
#define IN_REGISTER "+w"
#else
#define IN_REGISTER "+m"
#endif

// Plain C: sum * 1 + product in place, since two-operand code would need a copy of a factor for each product. What
// the compiler cannot see through is that both operands are what they are.
#define OPERANDS_GENERIC_FP32 \
  OPERAND(a, f32x4, float, 1) \
  OPERAND(b, f32x4, float, first(e) * second(e)) \
  __asm__ volatile("" : IN_REGISTER(a), IN_REGISTER(b));
#define STEP_GENERIC_FP32(J) \
  sums[J] = sums[J] * a + b; \
  __asm__ volatile("" : IN_REGISTER(sums[J]));
PEAK_LOOP(fp32_generic, , f32x4, float, 12, OPERANDS_GENERIC_FP32, STEP_GENERIC_FP32)

#if defined(__x86_64__)

typedef int32_t s32x4 __attribute__((vector_size(16)));
typedef float f32x8 __attribute__((vector_size(32)));
typedef int32_t s32x8 __attribute__((vector_size(32)));
typedef float f32x16 __attribute__((vector_size(64)));
typedef int32_t s32x16 __attribute__((vector_size(64)));

#define AVX2 __attribute__((target("avx2,fma,f16c")))
#define AVX2_VNNI __attribute__((target("avx2,fma,f16c,avxvnni")))
#define AVX512(EXTENSION) \
  __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512cd,avx512dq,avx512vl" EXTENSION), min_vector_width(512)))

// INT8 without byte instructions: 16-bit products, added in pairs.
#define OPERANDS_GENERIC_INT8 \
  OPERAND(a, s32x4, int16_t, first(e)) \
  OPERAND(b, s32x4, int16_t, second(e))
#define STEP_GENERIC_INT8(J) \
  { \
    s32x4 pairs = a; \
    __asm__ volatile("pmaddwd %2, %1\n\tpaddd %1, %0" : "+x"(sums[J]), "+&x"(pairs) : "x"(b)); \
  }
PEAK_LOOP(int8_generic, , s32x4, int32_t, 8, OPERANDS_GENERIC_INT8, STEP_GENERIC_INT8)

#define OPERANDS_FP32(VECTOR) OPERAND(a, VECTOR, float, first(e)) OPERAND(b, VECTOR, float, second(e))
#define STEP_FP32(J) __asm__ volatile("vfmadd231ps %2, %1, %0" : "+v"(sums[J]) : "v"(a), "v"(b));
PEAK_LOOP(fp32_avx2, AVX2, f32x8, float, 12, OPERANDS_FP32(f32x8), STEP_FP32)
PEAK_LOOP(fp32_avx512, AVX512(), f32x16, float, 24, OPERANDS_FP32(f32x16), STEP_FP32)

#define OPERANDS_INT8(VECTOR) OPERAND(a, VECTOR, uint8_t, first(e)) OPERAND(b, VECTOR, int8_t, second(e))
#define OPERANDS_INT8_ONES(VECTOR) OPERANDS_INT8(VECTOR) OPERAND(ones, VECTOR, int16_t, 1)
/// Bytes to 16-bit pairs to 32-bit quadruples: what VNNI does in one instruction (but for saturation in 16 bits).
#define STEP_INT8_PAIRS(J) \
  { \
    __typeof__(a) pairs; \
    __asm__ volatile("vpmaddubsw %3, %2, %1\n\tvpmaddwd %4, %1, %1\n\tvpaddd %1, %0, %0" \
                     : "+v"(sums[J]), "=&v"(pairs) \
                     : "v"(a), "v"(b), "v"(ones)); \
  }
PEAK_LOOP(int8_avx2, AVX2, s32x8, int32_t, 8, OPERANDS_INT8_ONES(s32x8), STEP_INT8_PAIRS)
PEAK_LOOP(int8_avx512, AVX512(), s32x16, int32_t, 24, OPERANDS_INT8_ONES(s32x16), STEP_INT8_PAIRS)

#define STEP_INT8_VEX(J) __asm__ volatile("%{vex%} vpdpbusd %2, %1, %0" : "+x"(sums[J]) : "x"(a), "x"(b));
PEAK_LOOP(int8_avx2_vnni, AVX2_VNNI, s32x8, int32_t, 12, OPERANDS_INT8(s32x8), STEP_INT8_VEX)

#define STEP_INT8_VNNI(J) __asm__ volatile("vpdpbusd %2, %1, %0" : "+v"(sums[J]) : "v"(a), "v"(b));
PEAK_LOOP(int8_avx512_vnni, AVX512(",avx512vnni"), s32x16, int32_t, 24, OPERANDS_INT8(s32x16), STEP_INT8_VNNI)

/// The upper half of the float is the BF16 value: small integers are exact.
static inline uint16_t bf16(int value) {
  union {
    float value;
    uint32_t bits;
  } number = {.value = (float)value};
  return (uint16_t)(number.bits >> 16);
}
#define OPERANDS_BF16 OPERAND(a, f32x16, uint16_t, bf16(first(e))) OPERAND(b, f32x16, uint16_t, bf16(second(e)))
#define STEP_BF16(J) __asm__ volatile("vdpbf16ps %2, %1, %0" : "+v"(sums[J]) : "v"(a), "v"(b));
PEAK_LOOP(bf16_avx512, AVX512(",avx512bf16"), f32x16, float, 24, OPERANDS_BF16, STEP_BF16)

#endif

enum {
  NEEDS_AVX2 = CKERNELS_FEATURE_AVX2 | CKERNELS_FEATURE_FMA | CKERNELS_FEATURE_F16C,
  NEEDS_AVX2_VNNI = NEEDS_AVX2 | CKERNELS_FEATURE_AVX_VNNI,
  NEEDS_AVX512 = NEEDS_AVX2 | CKERNELS_FEATURE_AVX512F | CKERNELS_FEATURE_AVX512BW | CKERNELS_FEATURE_AVX512CD |
                 CKERNELS_FEATURE_AVX512DQ | CKERNELS_FEATURE_AVX512VL,
  NEEDS_AVX512_VNNI = NEEDS_AVX512 | CKERNELS_FEATURE_AVX512_VNNI,
  NEEDS_AVX512_BF16 = NEEDS_AVX512_VNNI | CKERNELS_FEATURE_AVX512_BF16,
};

static const ckernels_peak_loop loops[] = {
#if defined(__x86_64__)
  {"generic", "mulps + addps xmm", CKERNELS_PEAK_FP32, 0, 4, 12, fp32_generic},
  {"generic", "pmaddwd + paddd xmm", CKERNELS_PEAK_INT8, 0, 8, 8, int8_generic},
  {"avx2", "vfmadd231ps ymm", CKERNELS_PEAK_FP32, NEEDS_AVX2, 8, 12, fp32_avx2},
  {"avx2", "vpmaddubsw + vpmaddwd + vpaddd ymm", CKERNELS_PEAK_INT8, NEEDS_AVX2, 32, 8, int8_avx2},
  {"avx2_vnni", "vpdpbusd ymm", CKERNELS_PEAK_INT8, NEEDS_AVX2_VNNI, 32, 12, int8_avx2_vnni},
  {"avx512_core", "vfmadd231ps zmm", CKERNELS_PEAK_FP32, NEEDS_AVX512, 16, 24, fp32_avx512},
  {"avx512_core", "vpmaddubsw + vpmaddwd + vpaddd zmm", CKERNELS_PEAK_INT8, NEEDS_AVX512, 64, 24, int8_avx512},
  {"avx512_core_vnni", "vpdpbusd zmm", CKERNELS_PEAK_INT8, NEEDS_AVX512_VNNI, 64, 24, int8_avx512_vnni},
  {"avx512_core_bf16", "vdpbf16ps zmm", CKERNELS_PEAK_BF16, NEEDS_AVX512_BF16, 32, 24, bf16_avx512},
#else
  {"generic", "4-lane multiply and add", CKERNELS_PEAK_FP32, 0, 4, 12, fp32_generic},
#endif
};

const ckernels_peak_loop *ckernels_peak_loops(int32_t *count) {
  *count = (int32_t)(sizeof loops / sizeof loops[0]);
  return loops;
}
