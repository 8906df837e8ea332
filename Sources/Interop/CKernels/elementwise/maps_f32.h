// The FP32 functions of one instruction-set level, on whole vectors.

/// `expression` in x. Four vectors a turn, so that long chains of operations overlap.
#define VECTOR_UNARY(NAME, expression) \
  static int NAME(MAP_PARAMETERS) { \
    MAP_UNUSED; \
    const float alpha = (float)arguments->alpha, beta = (float)arguments->beta, gamma = (float)arguments->gamma; \
    (void)alpha, (void)beta, (void)gamma; \
    const float *const values = src[0]; \
    float *const out = dst; \
    ptrdiff_t i = 0; \
    _Pragma("clang loop unroll_count(4)") for (; i + LANES <= count; i += LANES) { \
      const lanes_f32 x = load(values + i); \
      store(out + i, (expression)); \
    } \
    if (i < count) { \
      const lanes_f32 x = load_part(values + i, count - i); \
      store_part(out + i, (expression), count - i); \
    } \
    return 0; \
  }

/// One shape of operands of VECTOR_BINARY: how a whole vector and the rest of x and y are had.
#define VECTOR_BINARY_LOOP(expression, full_x, part_x, full_y, part_y) \
  { \
    ptrdiff_t i = 0; \
    _Pragma("clang loop unroll_count(4)") for (; i + LANES <= count; i += LANES) { \
      const lanes_f32 x = full_x, y = full_y; \
      store(out + i, (expression)); \
    } \
    if (i < count) { \
      const lanes_f32 x = part_x, y = part_y; \
      store_part(out + i, (expression), count - i); \
    } \
  }

/// `expression` in x and y.
#define VECTOR_BINARY(NAME, expression) \
  static int NAME(MAP_PARAMETERS) { \
    MAP_UNUSED; \
    const float *const a = src[0], *const b = src[1]; \
    float *const out = dst; \
    if (step[0] && step[1]) { \
      VECTOR_BINARY_LOOP( \
        expression, load(a + i), load_part(a + i, count - i), load(b + i), load_part(b + i, count - i)) \
    } else if (step[0]) { \
      const lanes_f32 scalar = *b; \
      VECTOR_BINARY_LOOP(expression, load(a + i), load_part(a + i, count - i), scalar, scalar) \
    } else { \
      const lanes_f32 scalar = *a; \
      if (step[1]) { \
        VECTOR_BINARY_LOOP(expression, scalar, scalar, load(b + i), load_part(b + i, count - i)) \
      } else { \
        const lanes_f32 other = *b; \
        VECTOR_BINARY_LOOP(expression, scalar, scalar, other, other) \
      } \
    } \
    return 0; \
  }

VECTOR_UNARY(map_abs, magnitude_of(x))
VECTOR_UNARY(map_neg, -x)
VECTOR_UNARY(map_sign, x > 0.0f ? (lanes_f32)1.0f : x < 0.0f ? (lanes_f32)-1.0f : x)
VECTOR_UNARY(map_relu, at_least(x, (lanes_f32)0.0f))
VECTOR_UNARY(map_floor, __builtin_elementwise_floor(x))
VECTOR_UNARY(map_ceil, __builtin_elementwise_ceil(x))
VECTOR_UNARY(map_round, __builtin_elementwise_roundeven(x))
VECTOR_UNARY(map_sqrt, __builtin_elementwise_sqrt(x))
VECTOR_UNARY(map_reciprocal, 1.0f / x)
VECTOR_UNARY(map_exp, exp_of(x))
VECTOR_UNARY(map_log, log_of(x))
VECTOR_UNARY(map_erf, erf_of(x))
VECTOR_UNARY(map_tanh, tanh_of(x))
VECTOR_UNARY(map_sigmoid, sigmoid_of(x))
VECTOR_UNARY(map_gelu, gelu_of(x))
// tanh(u) = 2 sigmoid(2u) - 1, so x (1 + tanh(u)) / 2 is x sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3). The bounds
// on the factors keep infinity times zero away.
VECTOR_UNARY(map_gelu_tanh, at_least(x, (lanes_f32)-3e38f) *
                              sigmoid_of(x * 1.59576912f * multiply_add(x * x, (lanes_f32)0.044715f, (lanes_f32)1.0f)))
VECTOR_UNARY(map_swish, at_least(x, (lanes_f32)-3e38f) * sigmoid_of(x * alpha))
VECTOR_UNARY(map_hard_swish,
  at_least(x, (lanes_f32)-3e38f) * unit_clamp(multiply_add(x, (lanes_f32)0.166666667f, (lanes_f32)0.5f)))
VECTOR_UNARY(map_mish, mish_of(x))
VECTOR_UNARY(map_softplus, softplus_of(x))
VECTOR_UNARY(map_softsign, x / (1.0f + magnitude_of(x)))
VECTOR_UNARY(map_hard_sigmoid, unit_clamp(multiply_add(x, (lanes_f32)alpha, (lanes_f32)beta)))
VECTOR_UNARY(map_leaky_relu, x < 0.0f ? x * alpha : x)
VECTOR_UNARY(map_elu, x > 0.0f ? x : alpha * expm1_of_negative(at_most(x, (lanes_f32)0.0f)))
VECTOR_UNARY(map_celu, x > 0.0f ? x : alpha * expm1_of_negative(at_most(x / alpha, (lanes_f32)0.0f)))
VECTOR_UNARY(map_selu, gamma *(x > 0.0f ? x : alpha * expm1_of_negative(at_most(x, (lanes_f32)0.0f))))
VECTOR_UNARY(map_thresholded_relu, x > alpha ? x : (lanes_f32)0.0f)
VECTOR_UNARY(map_divide_by, x / alpha)

VECTOR_BINARY(map_add, x + y)
VECTOR_BINARY(map_sub, x - y)
VECTOR_BINARY(map_mul, x *y)
VECTOR_BINARY(map_div, x / y)
VECTOR_BINARY(map_min, minimum_of(x, y))
VECTOR_BINARY(map_max, maximum_of(x, y))
VECTOR_BINARY(map_prelu, x < 0.0f ? x * y : x)

/// min(max(x, low), high) with the bounds as scalars.
static int map_clip(MAP_PARAMETERS) {
  MAP_UNUSED;
  const float *const values = src[0];
  const lanes_f32 low = *(const float *)src[1], high = *(const float *)src[2];
  float *const out = dst;
  VECTOR_BINARY_LOOP(minimum_of(maximum_of(x, y), high), load(values + i), load_part(values + i, count - i), low, low)
  return 0;
}

const ckernels_map_table MAP_TABLE = {
  .unary =
    {
      [CKERNELS_ABS] = map_abs,
      [CKERNELS_NEG] = map_neg,
      [CKERNELS_SIGN] = map_sign,
      [CKERNELS_RELU] = map_relu,
      [CKERNELS_FLOOR] = map_floor,
      [CKERNELS_CEIL] = map_ceil,
      [CKERNELS_ROUND] = map_round,
      [CKERNELS_SQRT] = map_sqrt,
      [CKERNELS_RECIPROCAL] = map_reciprocal,
      [CKERNELS_EXP] = map_exp,
      [CKERNELS_LOG] = map_log,
      [CKERNELS_ERF] = map_erf,
      [CKERNELS_TANH] = map_tanh,
      [CKERNELS_SIGMOID] = map_sigmoid,
      [CKERNELS_GELU] = map_gelu,
      [CKERNELS_GELU_TANH] = map_gelu_tanh,
      [CKERNELS_SWISH] = map_swish,
      [CKERNELS_HARD_SWISH] = map_hard_swish,
      [CKERNELS_MISH] = map_mish,
      [CKERNELS_SOFTPLUS] = map_softplus,
      [CKERNELS_SOFTSIGN] = map_softsign,
      [CKERNELS_HARD_SIGMOID] = map_hard_sigmoid,
      [CKERNELS_LEAKY_RELU] = map_leaky_relu,
      [CKERNELS_ELU] = map_elu,
      [CKERNELS_CELU] = map_celu,
      [CKERNELS_SELU] = map_selu,
      [CKERNELS_THRESHOLDED_RELU] = map_thresholded_relu,
      [CKERNELS_DIVIDE_BY] = map_divide_by,
    },
  .binary =
    {
      [CKERNELS_ADD] = map_add,
      [CKERNELS_SUB] = map_sub,
      [CKERNELS_MUL] = map_mul,
      [CKERNELS_DIV] = map_div,
      [CKERNELS_MIN] = map_min,
      [CKERNELS_MAX] = map_max,
      [CKERNELS_PRELU] = map_prelu,
    },
  .clip = map_clip,
  .softmax = line_softmax,
  .log_softmax = line_log_softmax,
};
