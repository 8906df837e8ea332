#pragma once
#include "ckernels_reductions.h"
#include <math.h>

/// The parameters of every ckernels_map, and marks for those that a function does not use.
#define MAP_PARAMETERS \
  const ckernels_map_arguments *arguments, const void *const *src, const ptrdiff_t *step, void *dst, ptrdiff_t count
#define MAP_UNUSED (void)arguments, (void)src, (void)step

/// A function of one operand: `expression` in x, of type IN, gives an OUT.
#define UNARY_MAP(NAME, IN, OUT, expression) \
  static int NAME(MAP_PARAMETERS) { \
    MAP_UNUSED; \
    const double alpha = arguments->alpha, beta = arguments->beta, gamma = arguments->gamma; \
    (void)alpha, (void)beta, (void)gamma; \
    const IN *const values = src[0]; \
    OUT *const out = dst; \
    for (ptrdiff_t i = 0; i < count; i++) { \
      const IN x = values[i]; \
      out[i] = (OUT)(expression); \
    } \
    return 0; \
  }

/// A function of two operands: `expression` in x and y, of type IN, gives an OUT; it may set `fault`.
#define BINARY_MAP(NAME, IN, OUT, expression) \
  static int NAME(MAP_PARAMETERS) { \
    MAP_UNUSED; \
    const IN *const a = src[0], *const b = src[1]; \
    OUT *const out = dst; \
    int fault = 0; \
    if (step[0] && step[1]) { \
      for (ptrdiff_t i = 0; i < count; i++) { \
        const IN x = a[i], y = b[i]; \
        out[i] = (OUT)(expression); \
      } \
    } else if (step[0]) { \
      const IN y = *b; \
      for (ptrdiff_t i = 0; i < count; i++) { \
        const IN x = a[i]; \
        out[i] = (OUT)(expression); \
      } \
    } else if (step[1]) { \
      const IN x = *a; \
      for (ptrdiff_t i = 0; i < count; i++) { \
        const IN y = b[i]; \
        out[i] = (OUT)(expression); \
      } \
    } else { \
      const IN x = *a, y = *b; \
      for (ptrdiff_t i = 0; i < count; i++) out[i] = (OUT)(expression); \
    } \
    return fault; \
  }

/// The FP32 functions of an instruction-set level, one table for each file operators_*.c; NULL where a level has none.
typedef struct ckernels_map_table {
  ckernels_map unary[CKERNELS_UNARY_COUNT];
  ckernels_map binary[CKERNELS_BINARY_COUNT];
  ckernels_map clip;
  ckernels_lines softmax, log_softmax;
} ckernels_map_table;

/// The table of a level.
const ckernels_map_table *ckernels_maps(ckernels_isa isa);

/// Powers of one base type with exponents of any type; see CKERNELS_POW.
int ckernels_pow_f32(MAP_PARAMETERS);
int ckernels_pow_f64(MAP_PARAMETERS);
int ckernels_pow_s32(MAP_PARAMETERS);
int ckernels_pow_s64(MAP_PARAMETERS);
