// Functions of lines along an axis, in FP64 with libm; the FP32 vectors are in lines_f32.h.
#include "../operators/tables.h"
#include "ckernels_reductions.h"
#include <math.h>

enum { SIDE_BY_SIDE = 64 };

#define LINE_PARAMETERS \
  const ckernels_line_flags *flags, const void *src, void *dst, ptrdiff_t extent, ptrdiff_t stride, ptrdiff_t count

/// Runs the statements for each line, with its elements `x[i * stride]` and, for results of its length, `y[i *
/// stride]`.
#define LINE_FUNCTION(NAME, T, ...) \
  static void NAME(LINE_PARAMETERS) { \
    (void)flags; \
    const ptrdiff_t next = stride == 1 ? extent : 1; \
    for (ptrdiff_t line = 0; line < count; line++) { \
      const T *const x = (const T *)src + line * next; \
      T *const y = (T *)dst + line * next; \
      __VA_ARGS__ \
    } \
  }

/// The place of the first greatest element, the last one where `last`; NaN is greater than all. BEFORE is < or >.
#define EXTREME(T, BEFORE) \
  ptrdiff_t best = 0; \
  for (ptrdiff_t i = 1; i < extent; i++) { \
    const T a = x[best * stride], b = x[i * stride]; \
    if (a BEFORE b || (b != b && a == a) || (flags->last && (b == a || b != b))) best = i; \
  }

#define FLOAT_LINES(S, T) \
  LINE_FUNCTION(softmax_##S, T, { \
    double greatest = -INFINITY, sum = 0; \
    for (ptrdiff_t i = 0; i < extent; i++) greatest = x[i * stride] > greatest ? x[i * stride] : greatest; \
    for (ptrdiff_t i = 0; i < extent; i++) sum += exp(x[i * stride] - greatest); \
    for (ptrdiff_t i = 0; i < extent; i++) y[i * stride] = (T)(exp(x[i * stride] - greatest) / sum); \
  }) \
  LINE_FUNCTION(log_softmax_##S, T, { \
    double greatest = -INFINITY, sum = 0; \
    for (ptrdiff_t i = 0; i < extent; i++) greatest = x[i * stride] > greatest ? x[i * stride] : greatest; \
    for (ptrdiff_t i = 0; i < extent; i++) sum += exp(x[i * stride] - greatest); \
    const double logarithm = log(sum); \
    for (ptrdiff_t i = 0; i < extent; i++) y[i * stride] = (T)(x[i * stride] - greatest - logarithm); \
  }) \
  LINE_FUNCTION(hardmax_##S, T, { \
    EXTREME(T, <) \
    for (ptrdiff_t i = 0; i < extent; i++) y[i * stride] = i == best; \
  }) \
  LINE_FUNCTION(l1_normalize_##S, T, { \
    double norm = 0; \
    for (ptrdiff_t i = 0; i < extent; i++) norm += fabs((double)x[i * stride]); \
    for (ptrdiff_t i = 0; i < extent; i++) y[i * stride] = norm == 0 ? 0 : (T)(x[i * stride] / norm); \
  }) \
  LINE_FUNCTION(l2_normalize_##S, T, { \
    double squares = 0; \
    for (ptrdiff_t i = 0; i < extent; i++) squares += (double)x[i * stride] * (double)x[i * stride]; \
    const double norm = sqrt(squares); \
    for (ptrdiff_t i = 0; i < extent; i++) y[i * stride] = norm == 0 ? 0 : (T)(x[i * stride] / norm); \
  })

/// Running results in an accumulator of type A; dst may be src.
#define RUNNING(NAME, T, A, START, JOIN) \
  LINE_FUNCTION(NAME, T, { \
    A joined = START; \
    for (ptrdiff_t i = 0; i < extent; i++) { \
      const ptrdiff_t place = (flags->reverse ? extent - 1 - i : i) * stride; \
      const A term = (A)x[place]; \
      if (flags->exclusive) y[place] = (T)joined; \
      joined = joined JOIN term; \
      if (!flags->exclusive) y[place] = (T)joined; \
    } \
  })

/// The place of an extreme element, one int64 for each line.
#define ARG_LINES(NAME, T, BEFORE) \
  static void NAME(LINE_PARAMETERS) { \
    const ptrdiff_t next = stride == 1 ? extent : 1; \
    for (ptrdiff_t line = 0; line < count; line++) { \
      const T *const x = (const T *)src + line * next; \
      EXTREME(T, BEFORE) \
      ((int64_t *)dst)[line] = best; \
    } \
  }

#define ORDERED_LINES(S, T, A) \
  RUNNING(sums_##S, T, A, 0, +) \
  RUNNING(products_##S, T, A, 1, *) \
  ARG_LINES(arg_max_##S, T, <) \
  ARG_LINES(arg_min_##S, T, >)

FLOAT_LINES(f32, float)
FLOAT_LINES(f64, double)
ORDERED_LINES(f32, float, double)
ORDERED_LINES(f64, double, double)
ORDERED_LINES(s8, int8_t, uint64_t)
ORDERED_LINES(s16, int16_t, uint64_t)
ORDERED_LINES(s32, int32_t, uint64_t)
ORDERED_LINES(s64, int64_t, uint64_t)
ORDERED_LINES(u8, uint8_t, uint64_t)
ORDERED_LINES(u16, uint16_t, uint64_t)
ORDERED_LINES(u32, uint32_t, uint64_t)
ORDERED_LINES(u64, uint64_t, uint64_t)

#define FLOATS(NAME) [CKERNELS_F32] = NAME##_f32, [CKERNELS_F64] = NAME##_f64
#define NUMBERS(NAME) \
  FLOATS(NAME), [CKERNELS_S8] = NAME##_s8, [CKERNELS_S16] = NAME##_s16, [CKERNELS_S32] = NAME##_s32, \
                [CKERNELS_S64] = NAME##_s64, [CKERNELS_U8] = NAME##_u8, [CKERNELS_U16] = NAME##_u16, \
                [CKERNELS_U32] = NAME##_u32, [CKERNELS_U64] = NAME##_u64

static const ckernels_lines table[CKERNELS_LINE_COUNT][CKERNELS_ELEMENT_COUNT] = {
  [CKERNELS_SOFTMAX] = {FLOATS(softmax)},
  [CKERNELS_LOG_SOFTMAX] = {FLOATS(log_softmax)},
  [CKERNELS_HARDMAX] = {FLOATS(hardmax)},
  [CKERNELS_L1_NORMALIZE] = {FLOATS(l1_normalize)},
  [CKERNELS_L2_NORMALIZE] = {FLOATS(l2_normalize)},
  [CKERNELS_CUMULATIVE_SUM] = {NUMBERS(sums)},
  [CKERNELS_CUMULATIVE_PRODUCT] = {NUMBERS(products)},
  [CKERNELS_ARG_MAX] = {NUMBERS(arg_max)},
  [CKERNELS_ARG_MIN] = {NUMBERS(arg_min)},
};

ckernels_lines ckernels_line_function(ckernels_line function, ckernels_element type, ckernels_isa isa, int exact) {
  if (function >= CKERNELS_LINE_COUNT || type >= CKERNELS_ELEMENT_COUNT) return NULL;
  if (type == CKERNELS_F32 && !exact) {
    if (function == CKERNELS_SOFTMAX) return ckernels_maps(isa)->softmax;
    if (function == CKERNELS_LOG_SOFTMAX) return ckernels_maps(isa)->log_softmax;
  }
  return table[function][type];
}

void ckernels_lines_range(ckernels_lines function, const ckernels_line_flags *flags, const void *src, void *dst,
  ptrdiff_t src_bytes, ptrdiff_t dst_bytes, ptrdiff_t extent, ptrdiff_t inner, ptrdiff_t result_extent, ptrdiff_t begin,
  ptrdiff_t end) {
  while (begin < end) {
    const ptrdiff_t outer = begin / inner, column = begin % inner;
    // Rows follow one another to the end; columns are taken as many as share cache lines.
    ptrdiff_t count = end - begin;
    if (inner > 1) {
      count = count < inner - column ? count : inner - column;
      count = count < SIDE_BY_SIDE ? count : SIDE_BY_SIDE;
    }
    function(flags, (const char *)src + (outer * extent * inner + column) * src_bytes,
      (char *)dst + (outer * result_extent * inner + column) * dst_bytes, extent, inner, count);
    begin += count;
  }
}
