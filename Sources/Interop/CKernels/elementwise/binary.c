// Functions of two operands for every type but vectors of FP32.
#include "../operators/tables.h"
#include "maps.h"

/// The remainder of two doubles with the divisor's sign.
static double floored_remainder(double x, double y) {
  const double remainder = fmod(x, y);
  if (remainder == 0) return copysign(0.0, y);
  return (remainder < 0) != (y < 0) ? remainder + y : remainder;
}

#define FLOAT_MAPS(SUFFIX, T) \
  BINARY_MAP(add_##SUFFIX, T, T, x + y) \
  BINARY_MAP(sub_##SUFFIX, T, T, x - y) \
  BINARY_MAP(mul_##SUFFIX, T, T, x *y) \
  BINARY_MAP(div_##SUFFIX, T, T, x / y) \
  BINARY_MAP(min_##SUFFIX, T, T, x < y || x != x ? x : y) \
  BINARY_MAP(max_##SUFFIX, T, T, x > y || x != x ? x : y) \
  BINARY_MAP(mod_##SUFFIX, T, T, floored_remainder(x, y)) \
  BINARY_MAP(fmod_##SUFFIX, T, T, fmod(x, y)) \
  BINARY_MAP(prelu_##SUFFIX, T, T, x < 0 ? x * y : x) \
  COMPARISONS(SUFFIX, T)

#define COMPARISONS(SUFFIX, T) \
  BINARY_MAP(equal_##SUFFIX, T, uint8_t, x == y) \
  BINARY_MAP(less_##SUFFIX, T, uint8_t, x < y) \
  BINARY_MAP(less_or_equal_##SUFFIX, T, uint8_t, x <= y) \
  BINARY_MAP(greater_##SUFFIX, T, uint8_t, x > y) \
  BINARY_MAP(greater_or_equal_##SUFFIX, T, uint8_t, x >= y)

/// What signed and unsigned integers share. Products of 16 bits are widened, because int would overflow.
#define WRAPPING_MAPS(SUFFIX, U) \
  BINARY_MAP(add_##SUFFIX, U, U, x + y) \
  BINARY_MAP(sub_##SUFFIX, U, U, x - y) \
  BINARY_MAP(mul_##SUFFIX, U, U, (uint64_t)x *y) \
  BINARY_MAP(and_##SUFFIX, U, U, x &y) \
  BINARY_MAP(or_##SUFFIX, U, U, x | y) \
  BINARY_MAP(xor_##SUFFIX, U, U, x ^ y)

#define ORDERED_MAPS(SUFFIX, T) \
  BINARY_MAP(min_##SUFFIX, T, T, x < y ? x : y) \
  BINARY_MAP(max_##SUFFIX, T, T, x > y ? x : y) \
  COMPARISONS(SUFFIX, T)

/// The least integer by -1 would trap: the quotient wraps, the remainder is 0.
#define SIGNED_MAPS(SUFFIX, T, U, BITS) \
  ORDERED_MAPS(SUFFIX, T) \
  BINARY_MAP(div_##SUFFIX, T, T, y == 0 ? (fault = 1, 0) : y == -1 ? (T)(0 - (U)x) : (T)(x / y)) \
  BINARY_MAP(fmod_##SUFFIX, T, T, y == 0 ? (fault = 1, 0) : y == -1 ? 0 : x % y) \
  BINARY_MAP(mod_##SUFFIX, T, T, \
    y == 0                             ? (fault = 1, 0) \
    : y == -1                          ? 0 \
    : x % y != 0 && (x < 0) != (y < 0) ? x % y + y \
                                       : x % y) \
  BINARY_MAP(prelu_##SUFFIX, T, T, x < 0 ? (T)((uint64_t)x * (uint64_t)y) : x) \
  BINARY_MAP(shift_left_##SUFFIX, T, T, y < 0 || y >= BITS ? 0 : (T)((uint64_t)x << y)) \
  BINARY_MAP(shift_right_##SUFFIX, T, T, y < 0 || y >= BITS ? -(x < 0) : x >> y)

#define UNSIGNED_MAPS(SUFFIX, U, BITS) \
  WRAPPING_MAPS(SUFFIX, U) \
  ORDERED_MAPS(SUFFIX, U) \
  BINARY_MAP(div_##SUFFIX, U, U, y == 0 ? (fault = 1, 0) : x / y) \
  BINARY_MAP(mod_##SUFFIX, U, U, y == 0 ? (fault = 1, 0) : x % y) \
  BINARY_MAP(prelu_##SUFFIX, U, U, ((void)y, x)) \
  BINARY_MAP(shift_left_##SUFFIX, U, U, y >= BITS ? 0 : (uint64_t)x << y) \
  BINARY_MAP(shift_right_##SUFFIX, U, U, y >= BITS ? 0 : x >> y)

FLOAT_MAPS(f32, float)
FLOAT_MAPS(f64, double)
SIGNED_MAPS(s8, int8_t, uint8_t, 8)
SIGNED_MAPS(s16, int16_t, uint16_t, 16)
SIGNED_MAPS(s32, int32_t, uint32_t, 32)
SIGNED_MAPS(s64, int64_t, uint64_t, 64)
UNSIGNED_MAPS(u8, uint8_t, 8)
UNSIGNED_MAPS(u16, uint16_t, 16)
UNSIGNED_MAPS(u32, uint32_t, 32)
UNSIGNED_MAPS(u64, uint64_t, 64)
BINARY_MAP(and_bool, uint8_t, uint8_t, x &&y)
BINARY_MAP(or_bool, uint8_t, uint8_t, x || y)
BINARY_MAP(xor_bool, uint8_t, uint8_t, !x != !y)
BINARY_MAP(equal_bool, uint8_t, uint8_t, !x == !y)

#define FLOATS(NAME) [CKERNELS_F32] = NAME##_f32, [CKERNELS_F64] = NAME##_f64
#define SIGNED(NAME) \
  [CKERNELS_S8] = NAME##_s8, [CKERNELS_S16] = NAME##_s16, [CKERNELS_S32] = NAME##_s32, [CKERNELS_S64] = NAME##_s64
#define UNSIGNED(NAME) \
  [CKERNELS_U8] = NAME##_u8, [CKERNELS_U16] = NAME##_u16, [CKERNELS_U32] = NAME##_u32, [CKERNELS_U64] = NAME##_u64
/// Signed integers by the functions of unsigned ones: the bits of the result are the same.
#define WRAPPING(NAME) \
  [CKERNELS_S8] = NAME##_u8, [CKERNELS_S16] = NAME##_u16, [CKERNELS_S32] = NAME##_u32, [CKERNELS_S64] = NAME##_u64, \
  UNSIGNED(NAME)

static const ckernels_map table[CKERNELS_BINARY_COUNT][CKERNELS_ELEMENT_COUNT] = {
  [CKERNELS_ADD] = {FLOATS(add), WRAPPING(add)},
  [CKERNELS_SUB] = {FLOATS(sub), WRAPPING(sub)},
  [CKERNELS_MUL] = {FLOATS(mul), WRAPPING(mul)},
  [CKERNELS_DIV] = {FLOATS(div), SIGNED(div), UNSIGNED(div)},
  [CKERNELS_MIN] = {FLOATS(min), SIGNED(min), UNSIGNED(min)},
  [CKERNELS_MAX] = {FLOATS(max), SIGNED(max), UNSIGNED(max)},
  [CKERNELS_MOD] = {FLOATS(mod), SIGNED(mod), UNSIGNED(mod)},
  [CKERNELS_FMOD] = {FLOATS(fmod), SIGNED(fmod), UNSIGNED(mod)},
  [CKERNELS_PRELU] = {FLOATS(prelu), SIGNED(prelu), UNSIGNED(prelu)},
  [CKERNELS_AND] = {WRAPPING(and), [CKERNELS_BOOL] = and_bool},
  [CKERNELS_OR] = {WRAPPING(or), [CKERNELS_BOOL] = or_bool},
  [CKERNELS_XOR] = {WRAPPING(xor), [CKERNELS_BOOL] = xor_bool},
  [CKERNELS_SHIFT_LEFT] = {SIGNED(shift_left), UNSIGNED(shift_left)},
  [CKERNELS_SHIFT_RIGHT] = {SIGNED(shift_right), UNSIGNED(shift_right)},
  [CKERNELS_EQUAL] = {FLOATS(equal), SIGNED(equal), UNSIGNED(equal), [CKERNELS_BOOL] = equal_bool},
  [CKERNELS_LESS] = {FLOATS(less), SIGNED(less), UNSIGNED(less)},
  [CKERNELS_LESS_OR_EQUAL] = {FLOATS(less_or_equal), SIGNED(less_or_equal), UNSIGNED(less_or_equal)},
  [CKERNELS_GREATER] = {FLOATS(greater), SIGNED(greater), UNSIGNED(greater)},
  [CKERNELS_GREATER_OR_EQUAL] = {FLOATS(greater_or_equal), SIGNED(greater_or_equal), UNSIGNED(greater_or_equal)},
  [CKERNELS_POW] =
    {
      [CKERNELS_F32] = ckernels_pow_f32,
      [CKERNELS_F64] = ckernels_pow_f64,
      [CKERNELS_S32] = ckernels_pow_s32,
      [CKERNELS_S64] = ckernels_pow_s64,
    },
};

ckernels_map ckernels_binary_map(ckernels_binary function, ckernels_element type, ckernels_isa isa) {
  if (function >= CKERNELS_BINARY_COUNT || type >= CKERNELS_ELEMENT_COUNT) return NULL;
  const ckernels_map fast = ckernels_maps(isa)->binary[function];
  return type == CKERNELS_F32 && fast ? fast : table[function][type];
}
