// Selection and copies by the size of an element, clamping, and the tables of the levels.
#include "../operators/tables.h"
#include "maps.h"
#include <string.h>

const ckernels_map_table *ckernels_maps(ckernels_isa isa) {
#if defined(__x86_64__)
  if (isa >= CKERNELS_ISA_AVX512) return &ckernels_maps_avx512;
  if (isa >= CKERNELS_ISA_AVX2) return &ckernels_maps_avx2;
#else
  (void)isa;
#endif
  return &ckernels_maps_generic;
}

#define SIZED_MAPS(BITS) \
  static int where_##BITS(MAP_PARAMETERS) { \
    MAP_UNUSED; \
    const uint8_t *const condition = src[0]; \
    const uint##BITS##_t *const a = src[1], *const b = src[2]; \
    uint##BITS##_t *const out = dst; \
    if (step[0] && step[1] && step[2]) { \
      for (ptrdiff_t i = 0; i < count; i++) out[i] = condition[i] ? a[i] : b[i]; \
    } else if (step[0] && step[1]) { \
      const uint##BITS##_t y = *b; \
      for (ptrdiff_t i = 0; i < count; i++) out[i] = condition[i] ? a[i] : y; \
    } else if (step[0] && step[2]) { \
      const uint##BITS##_t x = *a; \
      for (ptrdiff_t i = 0; i < count; i++) out[i] = condition[i] ? x : b[i]; \
    } else { \
      for (ptrdiff_t i = 0; i < count; i++) out[i] = condition[i * step[0]] ? a[i * step[1]] : b[i * step[2]]; \
    } \
    return 0; \
  } \
  static int copy_##BITS(MAP_PARAMETERS) { \
    MAP_UNUSED; \
    const uint##BITS##_t *const values = src[0]; \
    uint##BITS##_t *const out = dst; \
    if (step[0]) { \
      memcpy(out, values, (size_t)count * sizeof *out); \
    } else { \
      for (ptrdiff_t i = 0; i < count; i++) out[i] = *values; \
    } \
    return 0; \
  }
SIZED_MAPS(8)
SIZED_MAPS(16)
SIZED_MAPS(32)
SIZED_MAPS(64)

ckernels_map ckernels_where_map(ptrdiff_t element_bytes) {
  switch (element_bytes) {
  case 1:
    return where_8;
  case 2:
    return where_16;
  case 4:
    return where_32;
  case 8:
    return where_64;
  default:
    return NULL;
  }
}

ckernels_map ckernels_copy_map(ptrdiff_t element_bytes) {
  switch (element_bytes) {
  case 1:
    return copy_8;
  case 2:
    return copy_16;
  case 4:
    return copy_32;
  case 8:
    return copy_64;
  default:
    return NULL;
  }
}

/// The bounds are scalars. For integers a comparison with itself is always true.
#define CLIP_MAP(SUFFIX, T) \
  static int clip_##SUFFIX(MAP_PARAMETERS) { \
    MAP_UNUSED; \
    const T *const values = src[0]; \
    const T low = *(const T *)src[1], high = *(const T *)src[2]; \
    T *const out = dst; \
    for (ptrdiff_t i = 0; i < count; i++) { \
      const T x = values[i]; \
      const T raised = x > low || x != x ? x : low; \
      out[i] = raised < high || raised != raised ? raised : high; \
    } \
    return 0; \
  }
CLIP_MAP(f64, double)
CLIP_MAP(s8, int8_t)
CLIP_MAP(s16, int16_t)
CLIP_MAP(s32, int32_t)
CLIP_MAP(s64, int64_t)
CLIP_MAP(u8, uint8_t)
CLIP_MAP(u16, uint16_t)
CLIP_MAP(u32, uint32_t)
CLIP_MAP(u64, uint64_t)

ckernels_map ckernels_clip_map(ckernels_element type, ckernels_isa isa) {
  switch (type) {
  case CKERNELS_F32:
    return ckernels_maps(isa)->clip;
  case CKERNELS_F64:
    return clip_f64;
  case CKERNELS_S8:
    return clip_s8;
  case CKERNELS_S16:
    return clip_s16;
  case CKERNELS_S32:
    return clip_s32;
  case CKERNELS_S64:
    return clip_s64;
  case CKERNELS_U8:
    return clip_u8;
  case CKERNELS_U16:
    return clip_u16;
  case CKERNELS_U32:
    return clip_u32;
  case CKERNELS_U64:
    return clip_u64;
  default:
    return NULL;
  }
}
