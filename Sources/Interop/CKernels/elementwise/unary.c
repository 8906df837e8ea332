// Functions of one operand for every type but vectors of FP32: floats in FP64 with libm, integers.
#include "../operators/tables.h"
#include "maps.h"
#include <float.h>

/// Not below the least finite number, so that minus infinity times a factor of 0 gives the limit -0; NaN stays.
#define FINITE_BELOW(x) ((x) < -DBL_MAX ? -DBL_MAX : (x))
/// From the side where the exponential does not overflow.
#define SIGMOID(x) ((x) < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-(x))))
#define CLAMPED(x, low, high) ((x) < (low) ? (low) : (x) > (high) ? (high) : (x))
#define SOFTPLUS(x) (((x) > 0 ? (x) : 0) + log1p(exp(-fabs(x))))

/// One function for FP64 and, computed in FP64 and rounded once, for FP32. The parameter is a double called v.
#define FLOAT_MAPS(NAME, expression) \
  static double NAME##_of(double v, double alpha, double beta, double gamma) { \
    (void)alpha, (void)beta, (void)gamma; \
    return (expression); \
  } \
  UNARY_MAP(NAME##_f32, float, float, NAME##_of(x, alpha, beta, gamma)) \
  UNARY_MAP(NAME##_f64, double, double, NAME##_of(x, alpha, beta, gamma))

FLOAT_MAPS(absolute, fabs(v))
FLOAT_MAPS(negate, -v)
FLOAT_MAPS(sign, v > 0 ? 1 : v < 0 ? -1 : v)
FLOAT_MAPS(relu, v < 0 ? 0 : v)
FLOAT_MAPS(round_down, floor(v))
FLOAT_MAPS(round_up, ceil(v))
FLOAT_MAPS(round_even, __builtin_roundeven(v))
FLOAT_MAPS(root, sqrt(v))
FLOAT_MAPS(reciprocal, 1 / v)
FLOAT_MAPS(exponential, exp(v))
FLOAT_MAPS(logarithm, log(v))
FLOAT_MAPS(error_function, erf(v))
FLOAT_MAPS(hyperbolic_tangent, tanh(v))
FLOAT_MAPS(sigmoid, v != v ? v : SIGMOID(v))
FLOAT_MAPS(sine, sin(v))
FLOAT_MAPS(cosine, cos(v))
FLOAT_MAPS(tangent, tan(v))
FLOAT_MAPS(arc_sine, asin(v))
FLOAT_MAPS(arc_cosine, acos(v))
FLOAT_MAPS(arc_tangent, atan(v))
FLOAT_MAPS(hyperbolic_sine, sinh(v))
FLOAT_MAPS(hyperbolic_cosine, cosh(v))
FLOAT_MAPS(area_sine, asinh(v))
FLOAT_MAPS(area_cosine, acosh(v))
FLOAT_MAPS(area_tangent, atanh(v))
FLOAT_MAPS(gelu, 0.5 * FINITE_BELOW(v) * erfc(-v * M_SQRT1_2))
FLOAT_MAPS(gelu_tanh, FINITE_BELOW(v) * SIGMOID(2 * M_2_SQRTPI * M_SQRT1_2 * (v + 0.044715 * v * v * v)))
FLOAT_MAPS(swish, FINITE_BELOW(v) * SIGMOID(alpha * v))
FLOAT_MAPS(hard_swish, FINITE_BELOW(v) * CLAMPED(v / 6 + 0.5, 0, 1))
FLOAT_MAPS(mish, FINITE_BELOW(v) * tanh(SOFTPLUS(v)))
FLOAT_MAPS(softplus, SOFTPLUS(v))
FLOAT_MAPS(softsign, v / (1 + fabs(v)))
FLOAT_MAPS(hard_sigmoid, CLAMPED(alpha *v + beta, 0, 1))
FLOAT_MAPS(leaky_relu, v < 0 ? alpha * v : v)
FLOAT_MAPS(elu, v > 0 ? v : alpha * expm1(v))
FLOAT_MAPS(celu, v > 0 ? v : alpha * expm1(v / alpha))
FLOAT_MAPS(selu, gamma *(v > 0 ? v : alpha * expm1(v)))
FLOAT_MAPS(thresholded_relu, v > alpha ? v : 0)
FLOAT_MAPS(shrink, v<-alpha ? v + beta : v> alpha ? v - beta : 0)
FLOAT_MAPS(divide_by, v / alpha)

/// The comparisons of floats; they give a bool.
#define FLOAT_TESTS(SUFFIX, T) \
  UNARY_MAP(is_nan_##SUFFIX, T, uint8_t, x != x) \
  UNARY_MAP(is_inf_##SUFFIX, T, uint8_t, (alpha != 0 && x == HUGE_VAL) || (beta != 0 && x == -HUGE_VAL))
FLOAT_TESTS(f32, float)
FLOAT_TESTS(f64, double)

/// U has the width of T and wraps; the least integer's magnitude is itself.
#define SIGNED_MAPS(SUFFIX, T, U) \
  UNARY_MAP(abs_##SUFFIX, T, T, x < 0 ? (U)(0 - (U)x) : (U)x) \
  UNARY_MAP(neg_##SUFFIX, U, U, 0 - x) \
  UNARY_MAP(sign_##SUFFIX, T, T, (x > 0) - (x < 0)) \
  UNARY_MAP(relu_##SUFFIX, T, T, x < 0 ? 0 : x)
#define UNSIGNED_MAPS(SUFFIX, U) \
  UNARY_MAP(same_##SUFFIX, U, U, x) \
  UNARY_MAP(sign_##SUFFIX, U, U, x > 0) \
  UNARY_MAP(not_##SUFFIX, U, U, ~x)
SIGNED_MAPS(s8, int8_t, uint8_t)
SIGNED_MAPS(s16, int16_t, uint16_t)
SIGNED_MAPS(s32, int32_t, uint32_t)
SIGNED_MAPS(s64, int64_t, uint64_t)
UNSIGNED_MAPS(u8, uint8_t)
UNSIGNED_MAPS(u16, uint16_t)
UNSIGNED_MAPS(u32, uint32_t)
UNSIGNED_MAPS(u64, uint64_t)
UNARY_MAP(not_bool, uint8_t, uint8_t, !x)

#define FLOATS(NAME) {[CKERNELS_F32] = NAME##_f32, [CKERNELS_F64] = NAME##_f64}
#define SIGNED(NAME) \
  [CKERNELS_S8] = NAME##_s8, [CKERNELS_S16] = NAME##_s16, [CKERNELS_S32] = NAME##_s32, [CKERNELS_S64] = NAME##_s64
#define UNSIGNED(NAME) \
  [CKERNELS_U8] = NAME##_u8, [CKERNELS_U16] = NAME##_u16, [CKERNELS_U32] = NAME##_u32, [CKERNELS_U64] = NAME##_u64

static const ckernels_map table[CKERNELS_UNARY_COUNT][CKERNELS_ELEMENT_COUNT] = {
  [CKERNELS_ABS] = {[CKERNELS_F32] = absolute_f32, [CKERNELS_F64] = absolute_f64, SIGNED(abs), UNSIGNED(same)},
  [CKERNELS_NEG] = {[CKERNELS_F32] = negate_f32, [CKERNELS_F64] = negate_f64, SIGNED(neg)},
  [CKERNELS_SIGN] = {[CKERNELS_F32] = sign_f32, [CKERNELS_F64] = sign_f64, SIGNED(sign), UNSIGNED(sign)},
  [CKERNELS_RELU] = {[CKERNELS_F32] = relu_f32, [CKERNELS_F64] = relu_f64, SIGNED(relu), UNSIGNED(same)},
  [CKERNELS_FLOOR] = FLOATS(round_down),
  [CKERNELS_CEIL] = FLOATS(round_up),
  [CKERNELS_ROUND] = FLOATS(round_even),
  [CKERNELS_SQRT] = FLOATS(root),
  [CKERNELS_RECIPROCAL] = FLOATS(reciprocal),
  [CKERNELS_EXP] = FLOATS(exponential),
  [CKERNELS_LOG] = FLOATS(logarithm),
  [CKERNELS_ERF] = FLOATS(error_function),
  [CKERNELS_TANH] = FLOATS(hyperbolic_tangent),
  [CKERNELS_SIGMOID] = FLOATS(sigmoid),
  [CKERNELS_SIN] = FLOATS(sine),
  [CKERNELS_COS] = FLOATS(cosine),
  [CKERNELS_TAN] = FLOATS(tangent),
  [CKERNELS_ASIN] = FLOATS(arc_sine),
  [CKERNELS_ACOS] = FLOATS(arc_cosine),
  [CKERNELS_ATAN] = FLOATS(arc_tangent),
  [CKERNELS_SINH] = FLOATS(hyperbolic_sine),
  [CKERNELS_COSH] = FLOATS(hyperbolic_cosine),
  [CKERNELS_ASINH] = FLOATS(area_sine),
  [CKERNELS_ACOSH] = FLOATS(area_cosine),
  [CKERNELS_ATANH] = FLOATS(area_tangent),
  [CKERNELS_GELU] = FLOATS(gelu),
  [CKERNELS_GELU_TANH] = FLOATS(gelu_tanh),
  [CKERNELS_SWISH] = FLOATS(swish),
  [CKERNELS_HARD_SWISH] = FLOATS(hard_swish),
  [CKERNELS_MISH] = FLOATS(mish),
  [CKERNELS_SOFTPLUS] = FLOATS(softplus),
  [CKERNELS_SOFTSIGN] = FLOATS(softsign),
  [CKERNELS_HARD_SIGMOID] = FLOATS(hard_sigmoid),
  [CKERNELS_LEAKY_RELU] = FLOATS(leaky_relu),
  [CKERNELS_ELU] = FLOATS(elu),
  [CKERNELS_CELU] = FLOATS(celu),
  [CKERNELS_SELU] = FLOATS(selu),
  [CKERNELS_THRESHOLDED_RELU] = FLOATS(thresholded_relu),
  [CKERNELS_SHRINK] = FLOATS(shrink),
  [CKERNELS_NOT] =
    {
      [CKERNELS_S8] = not_u8,
      [CKERNELS_S16] = not_u16,
      [CKERNELS_S32] = not_u32,
      [CKERNELS_S64] = not_u64,
      UNSIGNED(not ),
      [CKERNELS_BOOL] = not_bool,
    },
  [CKERNELS_IS_NAN] = FLOATS(is_nan),
  [CKERNELS_IS_INF] = FLOATS(is_inf),
  [CKERNELS_DIVIDE_BY] = FLOATS(divide_by),
};

ckernels_map ckernels_unary_map(ckernels_unary function, ckernels_element type, ckernels_isa isa, int exact) {
  if (function >= CKERNELS_UNARY_COUNT || type >= CKERNELS_ELEMENT_COUNT) return NULL;
  const ckernels_map fast = ckernels_maps(isa)->unary[function];
  return type == CKERNELS_F32 && fast && !exact ? fast : table[function][type];
}
