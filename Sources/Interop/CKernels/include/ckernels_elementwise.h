#pragma once
#include "ckernels_types.h"

/// Element types of tensors. A bool is one byte that is 0 or not; results are 0 or 1.
typedef enum ckernels_element {
  CKERNELS_F32,
  CKERNELS_F64,
  CKERNELS_F16,
  CKERNELS_BF16,
  CKERNELS_S8,
  CKERNELS_S16,
  CKERNELS_S32,
  CKERNELS_S64,
  CKERNELS_U8,
  CKERNELS_U16,
  CKERNELS_U32,
  CKERNELS_U64,
  CKERNELS_BOOL,
  CKERNELS_ELEMENT_COUNT
} ckernels_element;

/// Functions of one operand. alpha, beta and gamma are the arguments below.
typedef enum ckernels_unary {
  CKERNELS_ABS,
  CKERNELS_NEG,
  CKERNELS_SIGN,
  CKERNELS_RELU,
  CKERNELS_FLOOR,
  CKERNELS_CEIL,
  CKERNELS_ROUND,
  CKERNELS_SQRT,
  CKERNELS_RECIPROCAL,
  CKERNELS_EXP,
  CKERNELS_LOG,
  CKERNELS_ERF,
  CKERNELS_TANH,
  CKERNELS_SIGMOID,
  CKERNELS_SIN,
  CKERNELS_COS,
  CKERNELS_TAN,
  CKERNELS_ASIN,
  CKERNELS_ACOS,
  CKERNELS_ATAN,
  CKERNELS_SINH,
  CKERNELS_COSH,
  CKERNELS_ASINH,
  CKERNELS_ACOSH,
  CKERNELS_ATANH,
  /// x * Phi(x), and its form by tanh.
  CKERNELS_GELU,
  CKERNELS_GELU_TANH,
  /// x * sigmoid(alpha x).
  CKERNELS_SWISH,
  CKERNELS_HARD_SWISH,
  CKERNELS_MISH,
  CKERNELS_SOFTPLUS,
  CKERNELS_SOFTSIGN,
  /// clamp(alpha x + beta, 0, 1).
  CKERNELS_HARD_SIGMOID,
  CKERNELS_LEAKY_RELU,
  CKERNELS_ELU,
  CKERNELS_CELU,
  CKERNELS_SELU,
  CKERNELS_THRESHOLDED_RELU,
  /// x + beta below -alpha, x - beta above alpha, else 0.
  CKERNELS_SHRINK,
  /// Every bit inverted; of a bool its opposite.
  CKERNELS_NOT,
  /// To bool. Infinity counts if positive where alpha is not 0, if negative where beta is not 0.
  CKERNELS_IS_NAN,
  CKERNELS_IS_INF,
  /// x / alpha.
  CKERNELS_DIVIDE_BY,
  CKERNELS_UNARY_COUNT
} ckernels_unary;

/// Functions of two operands of one type. Integers wrap; an integer division by zero gives 0 and is reported.
typedef enum ckernels_binary {
  CKERNELS_ADD,
  CKERNELS_SUB,
  CKERNELS_MUL,
  CKERNELS_DIV,
  /// NaN where either operand is.
  CKERNELS_MIN,
  CKERNELS_MAX,
  /// The remainder with the divisor's sign, and the one with the dividend's.
  CKERNELS_MOD,
  CKERNELS_FMOD,
  /// x for x >= 0, else slope * x.
  CKERNELS_PRELU,
  CKERNELS_AND,
  CKERNELS_OR,
  CKERNELS_XOR,
  /// By a negative amount or at least the type's width: what shifting on and on would give.
  CKERNELS_SHIFT_LEFT,
  CKERNELS_SHIFT_RIGHT,
  /// To bool.
  CKERNELS_EQUAL,
  CKERNELS_LESS,
  CKERNELS_LESS_OR_EQUAL,
  CKERNELS_GREATER,
  CKERNELS_GREATER_OR_EQUAL,
  /// The exponent has the type that the arguments name. A zero integer to a negative power is reported as a division.
  CKERNELS_POW,
  CKERNELS_BINARY_COUNT
} ckernels_binary;

/// Numbers that a function takes besides its operands.
typedef struct ckernels_map_arguments {
  double alpha, beta, gamma;
  /// The exponent's type, for CKERNELS_POW.
  ckernels_element exponent;
} ckernels_map_arguments;

/// Computes `count` elements of dst from up to three operands, each of which advances by its step (0 or 1 elements).
/// dst may be an operand whose step is 1 and whose elements have dst's size. Returns 1 where an integer was divided by
/// zero, else 0.
typedef int (*ckernels_map)(
  const ckernels_map_arguments *arguments, const void *const *src, const ptrdiff_t *step, void *dst, ptrdiff_t count);

/// The function for a type, or NULL. `isa` chooses the FP32 ones; `exact` those that compute in FP64 with libm and
/// round once.
ckernels_map ckernels_unary_map(ckernels_unary function, ckernels_element type, ckernels_isa isa, int exact);
ckernels_map ckernels_binary_map(ckernels_binary function, ckernels_element type, ckernels_isa isa);

/// min(max(x, src[1]), src[2]), NaN where any is; NULL for types without order.
ckernels_map ckernels_clip_map(ckernels_element type, ckernels_isa isa);

/// src[1] where the byte of src[0] is not 0, else src[2]; elements of 1, 2, 4 or 8 bytes.
ckernels_map ckernels_where_map(ptrdiff_t element_bytes);

/// Converts one type to another. Floats round to nearest even, and beyond the range to infinity; floats to integers
/// truncate and clamp, NaN gives 0; integers to integers keep the low bits; bool is 1 for whatever is not 0.
ckernels_map ckernels_cast_map(ckernels_element from, ckernels_element to);

/// Copies elements of 1, 2, 4 or 8 bytes.
ckernels_map ckernels_copy_map(ptrdiff_t element_bytes);

/// A function applied over broadcast operands. dst is dense with `rank` extents, outermost first; strides holds `rank`
/// element strides for each operand, one operand after the other. Rank at most 62, extents at least 1; the last
/// dimension's strides are 0 or 1.
typedef struct ckernels_map_plan {
  ckernels_map function;
  ckernels_map_arguments arguments;
  ptrdiff_t inputs, rank;
  const ptrdiff_t *extents, *strides;
  const void *src[3];
  ptrdiff_t src_bytes[3];
  void *dst;
  ptrdiff_t dst_bytes;
} ckernels_map_plan;

/// Computes elements begin ..< end of dst. Returns 1 where an integer was divided by zero, else 0.
int ckernels_map_range(const ckernels_map_plan *plan, ptrdiff_t begin, ptrdiff_t end);
