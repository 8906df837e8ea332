// Conversions between element types.
#include "maps.h"
#include <string.h>

static uint32_t bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static float float_of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// FP16 to FP32, exact. An exponent field moves by 112; subnormals are normalised by a subtraction.
static inline float from_f16(uint16_t half) {
  const uint32_t sign = (uint32_t)(half & 0x8000) << 16, magnitude = half & 0x7fff;
  const uint32_t normal = (magnitude << 13) + (112u << 23);
  const uint32_t special = normal + (112u << 23);
  const uint32_t subnormal = bits_of_float(float_of_bits((magnitude << 13) + (113u << 23)) - 0x1p-14f);
  return float_of_bits(sign | (magnitude >= 0x7c00 ? special : magnitude < 0x0400 ? subnormal : normal));
}

/// FP32 to FP16, nearest even; beyond 65504 infinity; a NaN stays one.
static inline uint16_t to_f16(float value) {
  const uint32_t bits = bits_of_float(value), magnitude = bits & 0x7fffffff, sign = bits >> 16 & 0x8000;
  // Adding 1/2 aligns a subnormal's unit, 2^-24, with the last bit of the sum.
  const uint32_t subnormal = bits_of_float(float_of_bits(magnitude) + 0.5f) - 0x3f000000u;
  const uint32_t normal = (magnitude - (112u << 23) + 0x0fff + (magnitude >> 13 & 1)) >> 13;
  const uint32_t finite = magnitude < 0x38800000u ? subnormal : normal;
  const uint32_t special = magnitude > 0x7f800000u ? 0x7e00 : 0x7c00;
  return (uint16_t)(sign | (magnitude >= 0x477ff000u ? special : finite));
}

static inline float from_bf16(uint16_t bits) { return float_of_bits((uint32_t)bits << 16); }

/// FP32 to BF16, nearest even; a NaN stays one.
static inline uint16_t to_bf16(float value) {
  const uint32_t bits = bits_of_float(value);
  const uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  return (uint16_t)(value != value ? (bits >> 16 | 0x0040) : rounded);
}

/// FP64 to FP32 with the last bit set where anything was cut off: a second rounding to fewer bits is then right.
static inline float sticky_float(double value) {
  const float nearest = (float)value;
  if ((double)nearest == value || value != value) return nearest;
  // Towards zero. Infinity goes to the greatest float, from which the second rounding leads back.
  const uint32_t bits = bits_of_float(nearest) - (fabs((double)nearest) > fabs(value));
  return float_of_bits(bits | 1);
}

/// A 64-bit integer to FP64 in the same way.
static inline double sticky_double(uint64_t magnitude) {
  return (double)(magnitude >> 53 ? (magnitude & ~0x7ffull) | (magnitude & 0x7ff ? 0x800 : 0) : magnitude);
}

/// Of each type: the type to which its elements are read, and the function that reads.
#define F32_READ(v) (v)
#define F64_READ(v) (v)
#define F16_READ(v) from_f16(v)
#define BF16_READ(v) from_bf16(v)
#define INTEGER_READ(v) (v)
#define BOOL_READ(v) ((v) != 0)

/// Writing a float x.
#define FLOAT_TO_F32(x) ((float)(x))
#define FLOAT_TO_F64(x) ((double)(x))
#define FLOAT_TO_F16(x) to_f16(sticky_float((double)(x)))
#define FLOAT_TO_BF16(x) to_bf16(sticky_float((double)(x)))
#define FLOAT_TO_BOOL(x) ((x) != 0)
/// Writing an integer x. Beyond 2^53 only its leading bits and whether any others are set matter.
#define SIGNED_STICKY(x) ((x) < 0 ? -sticky_double(0 - (uint64_t)(int64_t)(x)) : sticky_double((uint64_t)(x)))
#define INTEGER_TO_F32(x) ((float)(x))
#define INTEGER_TO_F64(x) ((double)(x))
#define INTEGER_TO_F16(x) to_f16(sticky_float(SIGNED_STICKY(x)))
#define INTEGER_TO_BF16(x) to_bf16(sticky_float(SIGNED_STICKY(x)))
#define INTEGER_TO_BOOL(x) ((x) != 0)

/// Truncation of a float that clamps; LIMIT is the first power of two beyond the range, exact as a float.
#define CLAMPED(x, T, LEAST, GREATEST, LIMIT) \
  ((x) != (x) ? (T)0 : (x) >= (LIMIT) ? (T)(GREATEST) : (x) <= (LEAST) ? (T)(LEAST) : (T)(x))
#define FLOAT_TO_S8(x) CLAMPED(x, int8_t, INT8_MIN, INT8_MAX, 0x1p7f)
#define FLOAT_TO_S16(x) CLAMPED(x, int16_t, INT16_MIN, INT16_MAX, 0x1p15f)
#define FLOAT_TO_S32(x) CLAMPED(x, int32_t, -0x1p31f, INT32_MAX, 0x1p31f)
#define FLOAT_TO_S64(x) CLAMPED(x, int64_t, -0x1p63f, INT64_MAX, 0x1p63f)
#define FLOAT_TO_U8(x) CLAMPED(x, uint8_t, 0, UINT8_MAX, 0x1p8f)
#define FLOAT_TO_U16(x) CLAMPED(x, uint16_t, 0, UINT16_MAX, 0x1p16f)
#define FLOAT_TO_U32(x) CLAMPED(x, uint32_t, 0, UINT32_MAX, 0x1p32f)
#define FLOAT_TO_U64(x) CLAMPED(x, uint64_t, 0, UINT64_MAX, 0x1p64f)
#define INTEGER_TO_S8(x) ((int8_t)(x))
#define INTEGER_TO_S16(x) ((int16_t)(x))
#define INTEGER_TO_S32(x) ((int32_t)(x))
#define INTEGER_TO_S64(x) ((int64_t)(x))
#define INTEGER_TO_U8(x) ((uint8_t)(x))
#define INTEGER_TO_U16(x) ((uint16_t)(x))
#define INTEGER_TO_U32(x) ((uint32_t)(x))
#define INTEGER_TO_U64(x) ((uint64_t)(x))

#define CAST(FROM, STORED, READ_TYPE, READ, KIND, TO, OUT) \
  static int cast_##FROM##_##TO(MAP_PARAMETERS) { \
    MAP_UNUSED; \
    const STORED *const values = src[0]; \
    OUT *const out = dst; \
    for (ptrdiff_t i = 0; i < count; i++) { \
      const READ_TYPE x = (READ_TYPE)READ(values[i]); \
      out[i] = KIND##_TO_##TO(x); \
    } \
    return 0; \
  }

#define CASTS(FROM, STORED, READ_TYPE, READ, KIND) \
  CAST(FROM, STORED, READ_TYPE, READ, KIND, F32, float) \
  CAST(FROM, STORED, READ_TYPE, READ, KIND, F64, double) \
  CAST(FROM, STORED, READ_TYPE, READ, KIND, F16, uint16_t) \
  CAST(FROM, STORED, READ_TYPE, READ, KIND, BF16, uint16_t) \
  CAST(FROM, STORED, READ_TYPE, READ, KIND, S8, int8_t) \
  CAST(FROM, STORED, READ_TYPE, READ, KIND, S16, int16_t) \
  CAST(FROM, STORED, READ_TYPE, READ, KIND, S32, int32_t) \
  CAST(FROM, STORED, READ_TYPE, READ, KIND, S64, int64_t) \
  CAST(FROM, STORED, READ_TYPE, READ, KIND, U8, uint8_t) \
  CAST(FROM, STORED, READ_TYPE, READ, KIND, U16, uint16_t) \
  CAST(FROM, STORED, READ_TYPE, READ, KIND, U32, uint32_t) \
  CAST(FROM, STORED, READ_TYPE, READ, KIND, U64, uint64_t) \
  CAST(FROM, STORED, READ_TYPE, READ, KIND, BOOL, uint8_t)

CASTS(F32, float, float, F32_READ, FLOAT)
CASTS(F64, double, double, F64_READ, FLOAT)
CASTS(F16, uint16_t, float, F16_READ, FLOAT)
CASTS(BF16, uint16_t, float, BF16_READ, FLOAT)
CASTS(S8, int8_t, int8_t, INTEGER_READ, INTEGER)
CASTS(S16, int16_t, int16_t, INTEGER_READ, INTEGER)
CASTS(S32, int32_t, int32_t, INTEGER_READ, INTEGER)
CASTS(S64, int64_t, int64_t, INTEGER_READ, INTEGER)
CASTS(U8, uint8_t, uint8_t, INTEGER_READ, INTEGER)
CASTS(U16, uint16_t, uint16_t, INTEGER_READ, INTEGER)
CASTS(U32, uint32_t, uint32_t, INTEGER_READ, INTEGER)
CASTS(U64, uint64_t, uint64_t, INTEGER_READ, INTEGER)
CASTS(BOOL, uint8_t, uint8_t, BOOL_READ, INTEGER)

#define ROW(FROM) \
  [CKERNELS_##FROM] = { \
    [CKERNELS_F32] = cast_##FROM##_F32, \
    [CKERNELS_F64] = cast_##FROM##_F64, \
    [CKERNELS_F16] = cast_##FROM##_F16, \
    [CKERNELS_BF16] = cast_##FROM##_BF16, \
    [CKERNELS_S8] = cast_##FROM##_S8, \
    [CKERNELS_S16] = cast_##FROM##_S16, \
    [CKERNELS_S32] = cast_##FROM##_S32, \
    [CKERNELS_S64] = cast_##FROM##_S64, \
    [CKERNELS_U8] = cast_##FROM##_U8, \
    [CKERNELS_U16] = cast_##FROM##_U16, \
    [CKERNELS_U32] = cast_##FROM##_U32, \
    [CKERNELS_U64] = cast_##FROM##_U64, \
    [CKERNELS_BOOL] = cast_##FROM##_BOOL, \
  }

static const ckernels_map table[CKERNELS_ELEMENT_COUNT][CKERNELS_ELEMENT_COUNT] = {
  ROW(F32),
  ROW(F64),
  ROW(F16),
  ROW(BF16),
  ROW(S8),
  ROW(S16),
  ROW(S32),
  ROW(S64),
  ROW(U8),
  ROW(U16),
  ROW(U32),
  ROW(U64),
  ROW(BOOL),
};

ckernels_map ckernels_cast_map(ckernels_element from, ckernels_element to) {
  return from < CKERNELS_ELEMENT_COUNT && to < CKERNELS_ELEMENT_COUNT ? table[from][to] : NULL;
}
