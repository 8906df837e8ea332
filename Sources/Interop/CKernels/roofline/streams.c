#include "ckernels_roofline.h"

// The bandwidth ceilings: one source for every vector width.

#define TARGET
#define VECTOR_BYTES 16
#define NAME(X) X##_generic
#define MULTIPLY_ADD(B, C) ((B) + 3.0f * (C))
#include "streams.h"
#undef TARGET
#undef VECTOR_BYTES
#undef NAME

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2,fma,f16c")))
#define VECTOR_BYTES 32
#define NAME(X) X##_avx2
#include "streams.h"
#undef TARGET
#undef VECTOR_BYTES
#undef NAME

#define TARGET \
  __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"), min_vector_width(512)))
#define VECTOR_BYTES 64
#define NAME(X) X##_avx512
#include "streams.h"
#endif

enum {
  NEEDS_AVX2 = CKERNELS_FEATURE_AVX2 | CKERNELS_FEATURE_FMA | CKERNELS_FEATURE_F16C,
  NEEDS_AVX512 = NEEDS_AVX2 | CKERNELS_FEATURE_AVX512F | CKERNELS_FEATURE_AVX512BW | CKERNELS_FEATURE_AVX512CD |
                 CKERNELS_FEATURE_AVX512DQ | CKERNELS_FEATURE_AVX512VL,
};

#define FAMILY(ISA, FEATURES, BYTES, SUFFIX) \
  {ISA, CKERNELS_STREAM_READ, 0, FEATURES, BYTES, 1, 0, read_##SUFFIX}, \
    {ISA, CKERNELS_STREAM_WRITE, 0, FEATURES, BYTES, 0, 1, write_##SUFFIX}, \
    {ISA, CKERNELS_STREAM_COPY, 0, FEATURES, BYTES, 1, 1, copy_##SUFFIX}, \
    {ISA, CKERNELS_STREAM_TRIAD, 0, FEATURES, BYTES, 2, 1, triad_##SUFFIX}, \
    {ISA, CKERNELS_STREAM_WRITE, 1, FEATURES, BYTES, 0, 1, write_around_##SUFFIX}, \
    {ISA, CKERNELS_STREAM_COPY, 1, FEATURES, BYTES, 1, 1, copy_around_##SUFFIX}, { \
    ISA, CKERNELS_STREAM_TRIAD, 1, FEATURES, BYTES, 2, 1, triad_around_##SUFFIX \
  }

static const ckernels_stream_loop loops[] = {
  FAMILY("generic", 0, 16, generic),
#if defined(__x86_64__)
  FAMILY("avx2", NEEDS_AVX2, 32, avx2),
  FAMILY("avx512_core", NEEDS_AVX512, 64, avx512),
#endif
};

const ckernels_stream_loop *ckernels_stream_loops(int32_t *count) {
  *count = (int32_t)(sizeof loops / sizeof loops[0]);
  return loops;
}
