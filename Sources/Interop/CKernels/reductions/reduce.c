// Reductions over any set of dimensions: along contiguous rows, or over tiles of adjacent results.
#include "../general/levels.h"
#include "ckernels_reductions.h"
#include <math.h>

enum { RANK = CKERNELS_MAX_RANK, TILE = 64 };

/// The next position in row-major order; 0 after the last one, and then back at the first.
INLINE int advance(
  ptrdiff_t rank, const ptrdiff_t *extents, const ptrdiff_t *strides, ptrdiff_t *position, ptrdiff_t *offset) {
  for (ptrdiff_t dim = rank - 1; dim >= 0; dim--) {
    *offset += strides[dim];
    if (++position[dim] < extents[dim]) return 1;
    position[dim] = 0;
    *offset -= extents[dim] * strides[dim];
  }
  return 0;
}

/// The position of an item in row-major order, and its offset.
INLINE ptrdiff_t locate(
  ptrdiff_t item, ptrdiff_t rank, const ptrdiff_t *extents, const ptrdiff_t *strides, ptrdiff_t *position) {
  ptrdiff_t offset = 0;
  for (ptrdiff_t dim = rank - 1; dim >= 0; dim--) {
    position[dim] = item % extents[dim];
    item /= extents[dim];
    offset += position[dim] * strides[dim];
  }
  return offset;
}

/// One way to join terms of type T in an accumulator of type A: along rows with LANES partial results, or over a tile.
/// Floats need several partial results to be vectorised; of integers the compiler makes them itself.
/// JOIN(a, x) joins a term, MERGE(a, b) two partial results.
#define JOINT(NAME, T, A, LANES, NEUTRAL, JOIN, MERGE) \
  INLINE A NAME##_row(const ckernels_reduction *plan, const T *src) { \
    const ptrdiff_t last = plan->reduced_rank - 1, row = plan->reduced_extents[last]; \
    A parts[LANES]; \
    for (int lane = 0; lane < LANES; lane++) parts[lane] = NEUTRAL; \
    ptrdiff_t position[RANK] = {0}, offset = 0; \
    do { \
      const T *const terms = src + offset; \
      ptrdiff_t i = 0; \
      for (; i + LANES <= row; i += LANES) { \
        for (int lane = 0; lane < LANES; lane++) parts[lane] = JOIN(parts[lane], terms[i + lane]); \
      } \
      for (int lane = 0; i < row; i++, lane++) parts[lane] = JOIN(parts[lane], terms[i]); \
    } while (advance(last, plan->reduced_extents, plan->reduced_strides, position, &offset)); \
    for (int half = LANES / 2; half > 0; half /= 2) { \
      for (int lane = 0; lane < half; lane++) parts[lane] = MERGE(parts[lane], parts[lane + half]); \
    } \
    return parts[0]; \
  } \
  INLINE void NAME##_tile(const ckernels_reduction *plan, const T *src, A *parts, ptrdiff_t width) { \
    for (ptrdiff_t i = 0; i < width; i++) parts[i] = NEUTRAL; \
    ptrdiff_t position[RANK] = {0}, offset = 0; \
    do { \
      const T *const terms = src + offset; \
      for (ptrdiff_t i = 0; i < width; i++) parts[i] = JOIN(parts[i], terms[i]); \
    } while (advance(plan->reduced_rank, plan->reduced_extents, plan->reduced_strides, position, &offset)); \
  }

/// All results of a range by one joint; FINISH(plan, a) turns an accumulator into a result.
#define REDUCE_RANGE(NAME, T, A, NEUTRAL, FINISH) \
  INLINE void NAME##_range(const ckernels_reduction *plan, ptrdiff_t begin, ptrdiff_t end) { \
    T *const dst = plan->dst; \
    const ptrdiff_t kept = plan->kept_rank, reduced = plan->reduced_rank; \
    if (plan->terms == 0) { \
      for (ptrdiff_t item = begin; item < end; item++) dst[item] = (T)FINISH(plan, (A)NEUTRAL); \
      return; \
    } \
    ptrdiff_t position[RANK]; \
    if (reduced > 0 && plan->reduced_strides[reduced - 1] == 1) { \
      ptrdiff_t offset = locate(begin, kept, plan->kept_extents, plan->kept_strides, position); \
      for (ptrdiff_t item = begin; item < end; item++) { \
        const A joined = NAME##_row(plan, (const T *)plan->src + offset); \
        dst[item] = (T)FINISH(plan, joined); \
        advance(kept, plan->kept_extents, plan->kept_strides, position, &offset); \
      } \
      return; \
    } \
    const ptrdiff_t width = kept > 0 ? plan->kept_extents[kept - 1] : 1; \
    for (ptrdiff_t item = begin; item < end;) { \
      const ptrdiff_t offset = locate(item, kept, plan->kept_extents, plan->kept_strides, position); \
      ptrdiff_t count = kept > 0 ? width - position[kept - 1] : 1; \
      count = count < end - item ? count : end - item; \
      count = count < TILE ? count : TILE; \
      A parts[TILE]; \
      NAME##_tile(plan, (const T *)plan->src + offset, parts, count); \
      for (ptrdiff_t i = 0; i < count; i++) dst[item + i] = (T)FINISH(plan, parts[i]); \
      item += count; \
    } \
  }

#define ADD(a, x) ((a) + (x))
#define ADD_SQUARE(a, x) ((a) + SQUARE(x))
#define ADD_MAGNITUDE(a, x) ((a) + MAGNITUDE(x))
#define MULTIPLY(a, x) ((a) * (x))
#define GREATER_OF(a, x) ((x) > (a) || (x) != (x) ? (x) : (a))
#define LESSER_OF(a, x) ((x) < (a) || (x) != (x) ? (x) : (a))
#define UNFINISHED(plan, a) (a)

// Floats, joined in FP64.
#define SQUARE(x) ((double)(x) * (double)(x))
#define MAGNITUDE(x) fabs((double)(x))

INLINE double finished(const ckernels_reduction *plan, double value) {
  switch (plan->finish) {
  case CKERNELS_FINISH_MEAN:
    return value / (double)plan->terms;
  case CKERNELS_FINISH_ROOT:
    return sqrt(value);
  case CKERNELS_FINISH_LOG:
    return log(value);
  default:
    return value;
  }
}

/// What is subtracted before exponentials: nothing where the difference would be infinity minus infinity.
INLINE double exponent_offset(double greatest) { return isfinite(greatest) ? greatest : 0; }

// The reductions that every number type has, as cases of a switch.
#define SHARED_CASES(S) \
  case CKERNELS_REDUCE_SUM: \
    S##_sum_range(plan, begin, end); \
    break; \
  case CKERNELS_REDUCE_SUM_OF_SQUARES: \
    S##_squares_range(plan, begin, end); \
    break; \
  case CKERNELS_REDUCE_SUM_OF_MAGNITUDES: \
    S##_magnitudes_range(plan, begin, end); \
    break; \
  case CKERNELS_REDUCE_PRODUCT: \
    S##_product_range(plan, begin, end); \
    break; \
  case CKERNELS_REDUCE_MAX: \
    S##_max_range(plan, begin, end); \
    break; \
  case CKERNELS_REDUCE_MIN: \
    S##_min_range(plan, begin, end); \
    break;

#define FLOAT_REDUCTIONS(S, T) \
  JOINT(S##_sum, T, double, 16, 0, ADD, ADD) \
  JOINT(S##_squares, T, double, 16, 0, ADD_SQUARE, ADD) \
  JOINT(S##_magnitudes, T, double, 16, 0, ADD_MAGNITUDE, ADD) \
  JOINT(S##_product, T, double, 16, 1, MULTIPLY, MULTIPLY) \
  JOINT(S##_max, T, T, 16, -(T)INFINITY, GREATER_OF, GREATER_OF) \
  JOINT(S##_min, T, T, 16, (T)INFINITY, LESSER_OF, LESSER_OF) \
  REDUCE_RANGE(S##_sum, T, double, 0, finished) \
  REDUCE_RANGE(S##_squares, T, double, 0, finished) \
  REDUCE_RANGE(S##_magnitudes, T, double, 0, finished) \
  REDUCE_RANGE(S##_product, T, double, 1, finished) \
  REDUCE_RANGE(S##_max, T, T, -(T)INFINITY, UNFINISHED) \
  REDUCE_RANGE(S##_min, T, T, (T)INFINITY, UNFINISHED) \
  /** The greatest first, then the sum of exponentials relative to it, term by term. */ \
  INLINE void S##_log_sum_exp_range(const ckernels_reduction *plan, ptrdiff_t begin, ptrdiff_t end) { \
    ptrdiff_t position[RANK]; \
    for (ptrdiff_t item = begin; item < end; item++) { \
      const T *const src = \
        (const T *)plan->src + \
        (plan->terms ? locate(item, plan->kept_rank, plan->kept_extents, plan->kept_strides, position) : 0); \
      double greatest = -INFINITY, sum = 0; \
      ptrdiff_t place[RANK] = {0}, offset = 0; \
      if (plan->terms) { \
        do { \
          greatest = GREATER_OF(greatest, (double)src[offset]); \
        } while (advance(plan->reduced_rank, plan->reduced_extents, plan->reduced_strides, place, &offset)); \
        do { \
          sum += exp((double)src[offset] - exponent_offset(greatest)); \
        } while (advance(plan->reduced_rank, plan->reduced_extents, plan->reduced_strides, place, &offset)); \
      } \
      ((T *)plan->dst)[item] = (T)(log(sum) + exponent_offset(greatest)); \
    } \
  } \
  INLINE void reduce_##S(const ckernels_reduction *plan, ptrdiff_t begin, ptrdiff_t end) { \
    switch (plan->reduce) { \
      SHARED_CASES(S) \
    default: \
      S##_log_sum_exp_range(plan, begin, end); \
      break; \
    } \
  }

FLOAT_REDUCTIONS(f32, float)
FLOAT_REDUCTIONS(f64, double)
#undef SQUARE
#undef MAGNITUDE
#undef ADD
#undef MULTIPLY

void ckernels_reduce_f32(ckernels_isa isa, const ckernels_reduction *plan, ptrdiff_t begin, ptrdiff_t end);
FOR_ALL_LEVELS(reduce_f32, (const ckernels_reduction *plan, ptrdiff_t begin, ptrdiff_t end), (plan, begin, end))

// Integers, joined modulo 2^64, of which the narrower types are the low bits.
#define WIDE(x) ((uint64_t)(x))
#define ADD(a, x) ((a) + WIDE(x))
#define MULTIPLY(a, x) ((a) * WIDE(x))
#define SQUARE(x) (WIDE(x) * WIDE(x))
#define MAGNITUDE(x) ((x) < 0 ? 0 - WIDE(x) : WIDE(x))

#define SIGNED_FINISH(plan, a) \
  ((plan)->finish != CKERNELS_FINISH_MEAN ? (int64_t)(a) : (plan)->terms ? (int64_t)(a) / (plan)->terms : 0)
#define UNSIGNED_FINISH(plan, a) \
  ((plan)->finish != CKERNELS_FINISH_MEAN ? (a) : (plan)->terms ? (a) / (uint64_t)(plan)->terms : 0)

#define INTEGER_REDUCTIONS(S, T, LEAST, GREATEST, FINISH) \
  JOINT(S##_sum, T, uint64_t, 1, 0, ADD, ADD) \
  JOINT(S##_squares, T, uint64_t, 1, 0, ADD_SQUARE, ADD) \
  JOINT(S##_magnitudes, T, uint64_t, 1, 0, ADD_MAGNITUDE, ADD) \
  JOINT(S##_product, T, uint64_t, 1, 1, MULTIPLY, MULTIPLY) \
  JOINT(S##_max, T, T, 1, LEAST, GREATER_OF, GREATER_OF) \
  JOINT(S##_min, T, T, 1, GREATEST, LESSER_OF, LESSER_OF) \
  REDUCE_RANGE(S##_sum, T, uint64_t, 0, FINISH) \
  REDUCE_RANGE(S##_squares, T, uint64_t, 0, UNFINISHED) \
  REDUCE_RANGE(S##_magnitudes, T, uint64_t, 0, UNFINISHED) \
  REDUCE_RANGE(S##_product, T, uint64_t, 1, UNFINISHED) \
  REDUCE_RANGE(S##_max, T, T, LEAST, UNFINISHED) \
  REDUCE_RANGE(S##_min, T, T, GREATEST, UNFINISHED) \
  static void reduce_##S(const ckernels_reduction *plan, ptrdiff_t begin, ptrdiff_t end) { \
    switch (plan->reduce) { \
      SHARED_CASES(S) \
    default: \
      break; \
    } \
  }

INTEGER_REDUCTIONS(s8, int8_t, INT8_MIN, INT8_MAX, SIGNED_FINISH)
INTEGER_REDUCTIONS(s16, int16_t, INT16_MIN, INT16_MAX, SIGNED_FINISH)
INTEGER_REDUCTIONS(s32, int32_t, INT32_MIN, INT32_MAX, SIGNED_FINISH)
INTEGER_REDUCTIONS(s64, int64_t, INT64_MIN, INT64_MAX, SIGNED_FINISH)
INTEGER_REDUCTIONS(u8, uint8_t, 0, UINT8_MAX, UNSIGNED_FINISH)
INTEGER_REDUCTIONS(u16, uint16_t, 0, UINT16_MAX, UNSIGNED_FINISH)
INTEGER_REDUCTIONS(u32, uint32_t, 0, UINT32_MAX, UNSIGNED_FINISH)
INTEGER_REDUCTIONS(u64, uint64_t, 0, UINT64_MAX, UNSIGNED_FINISH)

// Truth: any byte but 0 counts as 1.
#define ANY(a, x) ((a) | ((x) != 0))
#define ALL(a, x) ((a) & ((x) != 0))
JOINT(any, uint8_t, uint8_t, 1, 0, ANY, ANY)
JOINT(all, uint8_t, uint8_t, 1, 1, ALL, ALL)
REDUCE_RANGE(any, uint8_t, uint8_t, 0, UNFINISHED)
REDUCE_RANGE(all, uint8_t, uint8_t, 1, UNFINISHED)

int ckernels_reduce_range(ckernels_isa isa, const ckernels_reduction *plan, ptrdiff_t begin, ptrdiff_t end) {
  if (begin >= end) return 0;
  switch (plan->type) {
  case CKERNELS_F32:
    ckernels_reduce_f32(isa, plan, begin, end);
    return 0;
  case CKERNELS_F64:
    reduce_f64(plan, begin, end);
    return 0;
  case CKERNELS_S8:
    reduce_s8(plan, begin, end);
    break;
  case CKERNELS_S16:
    reduce_s16(plan, begin, end);
    break;
  case CKERNELS_S32:
    reduce_s32(plan, begin, end);
    break;
  case CKERNELS_S64:
    reduce_s64(plan, begin, end);
    break;
  case CKERNELS_U8:
    reduce_u8(plan, begin, end);
    break;
  case CKERNELS_U16:
    reduce_u16(plan, begin, end);
    break;
  case CKERNELS_U32:
    reduce_u32(plan, begin, end);
    break;
  case CKERNELS_U64:
    reduce_u64(plan, begin, end);
    break;
  case CKERNELS_BOOL:
    if (plan->reduce == CKERNELS_REDUCE_MAX) {
      any_range(plan, begin, end);
    } else {
      all_range(plan, begin, end);
    }
    return 0;
  default:
    return 0;
  }
  return plan->finish == CKERNELS_FINISH_MEAN && plan->terms == 0;
}
