// Powers: the base's type is the result's, the exponent may have any other type.
#include "maps.h"

/// An exponent of any type as a double; 64-bit integers beyond 2^53 are rounded.
static double float_exponent(const void *src, ckernels_element type, ptrdiff_t i) {
  switch (type) {
  case CKERNELS_F32:
    return ((const float *)src)[i];
  case CKERNELS_F64:
    return ((const double *)src)[i];
  case CKERNELS_S8:
    return ((const int8_t *)src)[i];
  case CKERNELS_S16:
    return ((const int16_t *)src)[i];
  case CKERNELS_S32:
    return ((const int32_t *)src)[i];
  case CKERNELS_S64:
    return (double)((const int64_t *)src)[i];
  case CKERNELS_U8:
    return ((const uint8_t *)src)[i];
  case CKERNELS_U16:
    return ((const uint16_t *)src)[i];
  case CKERNELS_U32:
    return ((const uint32_t *)src)[i];
  case CKERNELS_U64:
    return (double)((const uint64_t *)src)[i];
  default:
    return __builtin_nan("");
  }
}

/// Whether an exponent is an odd integer that a double cannot hold: rounded, it would be even.
static int is_large_odd(const void *src, ckernels_element type, ptrdiff_t i) {
  if (type == CKERNELS_U64) {
    const uint64_t exponent = ((const uint64_t *)src)[i];
    return (exponent & 1) && exponent >> 53;
  }
  if (type != CKERNELS_S64) return 0;
  const int64_t exponent = ((const int64_t *)src)[i];
  return (exponent & 1) && (exponent >= 1ll << 53 || exponent <= -(1ll << 53));
}

/// base^exponent in FP64. Of an exponent beyond 2^53 only the sign that it gives the power shows.
static double power_f64(double base, const void *src, ckernels_element type, ptrdiff_t i) {
  const double power = pow(base, float_exponent(src, type, i));
  return is_large_odd(src, type, i) && signbit(base) ? -power : power;
}

/// An FP32 power. Only an FP32 exponent may be computed with in FP32: others would be rounded.
static float power_f32(float base, const void *src, ckernels_element type, ptrdiff_t i) {
  return type == CKERNELS_F32 ? powf(base, ((const float *)src)[i]) : (float)power_f64(base, src, type, i);
}

/// One exponent for all: powers that models use are written out.
static void powers_f32(const float *base, const void *src, ckernels_element type, float *dst, ptrdiff_t count) {
  const double exponent = float_exponent(src, type, 0);
  if (exponent == 2) {
    for (ptrdiff_t i = 0; i < count; i++) dst[i] = base[i] * base[i];
  } else if (exponent == 3) {
    for (ptrdiff_t i = 0; i < count; i++) dst[i] = (float)((double)base[i] * base[i] * base[i]);
  } else if (exponent == 0.5) {
    // Unlike the square root, the power of -0 is +0 and that of minus infinity is infinity.
    for (ptrdiff_t i = 0; i < count; i++) dst[i] = base[i] == -INFINITY ? INFINITY : sqrtf(base[i]) + 0.0f;
  } else {
    for (ptrdiff_t i = 0; i < count; i++) dst[i] = power_f32(base[i], src, type, 0);
  }
}

int ckernels_pow_f32(MAP_PARAMETERS) {
  const float *const base = src[0];
  float *const out = dst;
  if (step[0] && !step[1]) {
    powers_f32(base, src[1], arguments->exponent, out, count);
  } else {
    for (ptrdiff_t i = 0; i < count; i++) {
      out[i] = power_f32(base[i * step[0]], src[1], arguments->exponent, i * step[1]);
    }
  }
  return 0;
}

int ckernels_pow_f64(MAP_PARAMETERS) {
  const double *const base = src[0];
  double *const out = dst;
  for (ptrdiff_t i = 0; i < count; i++) {
    out[i] = power_f64(base[i * step[0]], src[1], arguments->exponent, i * step[1]);
  }
  return 0;
}

/// base^exponent in wrapping 64-bit arithmetic by repeated squaring; the low bits are those of any narrower type, too.
static int64_t integer_power(int64_t base, int64_t exponent, int *fault) {
  if (exponent < 0) {
    if (base == 0) *fault = 1;
    return base == 1 ? 1 : base == -1 ? (exponent % 2 ? -1 : 1) : 0;
  }
  uint64_t result = 1;
  for (uint64_t square = (uint64_t)base; exponent; exponent >>= 1, square *= square) {
    if (exponent & 1) result *= square;
  }
  return (int64_t)result;
}

/// A power of which the exponent is a float: truncated and clamped to the type's range, NaN gives 0.
static int64_t rounded_power(double base, double exponent, int64_t least, int64_t greatest) {
  const double power = pow(base, exponent);
  if (power != power) return 0;
  // -least is one more than the greatest integer and, unlike that, a double.
  return power < (double)least ? least : power >= -(double)least ? greatest : (int64_t)power;
}

static int64_t integer_exponent(const void *src, ckernels_element type, ptrdiff_t i) {
  switch (type) {
  case CKERNELS_S8:
    return ((const int8_t *)src)[i];
  case CKERNELS_S16:
    return ((const int16_t *)src)[i];
  case CKERNELS_S32:
    return ((const int32_t *)src)[i];
  case CKERNELS_S64:
    return ((const int64_t *)src)[i];
  case CKERNELS_U8:
    return ((const uint8_t *)src)[i];
  case CKERNELS_U16:
    return ((const uint16_t *)src)[i];
  case CKERNELS_U32:
    return ((const uint32_t *)src)[i];
  case CKERNELS_U64: {
    // Of a wrapping power only the exponent's low 62 bits can matter: an odd base has an order that divides 2^62, and
    // an even one is 0 from the 64th power on.
    const uint64_t exponent = ((const uint64_t *)src)[i];
    return (int64_t)(exponent >> 62 ? (exponent & (1ull << 62) - 1) | 1ull << 62 : exponent);
  }
  default:
    return 0;
  }
}

#define INTEGER_POW(SUFFIX, T, LEAST, GREATEST) \
  int ckernels_pow_##SUFFIX(MAP_PARAMETERS) { \
    const T *const base = src[0]; \
    T *const out = dst; \
    const ckernels_element type = arguments->exponent; \
    int fault = 0; \
    for (ptrdiff_t i = 0; i < count; i++) { \
      const T x = base[i * step[0]]; \
      out[i] = (T)(type == CKERNELS_F32 || type == CKERNELS_F64 \
                     ? rounded_power((double)x, float_exponent(src[1], type, i * step[1]), LEAST, GREATEST) \
                     : integer_power(x, integer_exponent(src[1], type, i * step[1]), &fault)); \
    } \
    return fault; \
  }
INTEGER_POW(s32, int32_t, INT32_MIN, INT32_MAX)
INTEGER_POW(s64, int64_t, INT64_MIN, INT64_MAX)
