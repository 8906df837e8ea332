// The elementwise parts of recurrent layers.
#include "ckernels_general_recurrent.h"
#include "ckernels_operators.h"
#include "levels.h"
#include <math.h>

#pragma STDC FP_CONTRACT OFF

enum {
  /// Values whose exponentials are held at the same time.
  SPAN = 512
};

static double gate_value(ckernels_gate gate, double x) {
  const double alpha = gate.alpha, beta = gate.beta;
  switch (gate.kind) {
  case CKERNELS_GATE_RELU:
    return x < 0 ? 0 : x;
  case CKERNELS_GATE_TANH:
    return tanh(x);
  case CKERNELS_GATE_SIGMOID:
    return 1 / (1 + exp(-x));
  case CKERNELS_GATE_AFFINE:
    return alpha * x + beta;
  case CKERNELS_GATE_LEAKY_RELU:
    return x < 0 ? alpha * x : x;
  case CKERNELS_GATE_THRESHOLDED_RELU:
    return x >= alpha ? x : 0;
  case CKERNELS_GATE_SCALED_TANH:
    return alpha * tanh(beta * x);
  case CKERNELS_GATE_HARD_SIGMOID: {
    const double line = alpha * x + beta;
    return line < 0 ? 0 : line > 1 ? 1 : line;
  }
  case CKERNELS_GATE_ELU:
    return x < 0 ? alpha * expm1(x) : x;
  case CKERNELS_GATE_SOFTSIGN:
    return x / (1 + fabs(x));
  case CKERNELS_GATE_SOFTPLUS:
    return (x > 0 ? x : 0) + log1p(exp(-fabs(x)));
  }
  return x;
}

INLINE void clip_values(float clip, float *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) {
    const float value = x[i] < -clip ? -clip : x[i];
    x[i] = value > clip ? clip : value;
  }
}

/// dst = the exponents that sigmoid (-x) or tanh (-2 |x|) needs.
INLINE void gate_exponents(const float *x, float *dst, ptrdiff_t count, int is_tanh) {
  if (is_tanh) {
    for (ptrdiff_t i = 0; i < count; i++) dst[i] = -2 * __builtin_fabsf(x[i]);
  } else {
    for (ptrdiff_t i = 0; i < count; i++) dst[i] = -x[i];
  }
}

/// x = sigmoid or tanh of x from the exponentials.
INLINE void gate_quotients(const float *exponentials, float *x, ptrdiff_t count, int is_tanh) {
  if (!is_tanh) {
    for (ptrdiff_t i = 0; i < count; i++) x[i] = 1 / (1 + exponentials[i]);
    return;
  }
  for (ptrdiff_t i = 0; i < count; i++) {
    const float value = x[i], square = value * value;
    // Near 0 the quotient cancels; tanh's Taylor series up to x^9 has an error below 2e-8 there.
    float series = 0.0218694886f;
    series = series * square - 0.0539682540f;
    series = series * square + 0.133333333f;
    series = series * square - 0.333333333f;
    series = series * square * value + value;
    const float quotient = __builtin_copysignf((1 - exponentials[i]) / (1 + exponentials[i]), value);
    x[i] = square < 0.09f ? series : quotient;
  }
}

FOR_ALL_LEVELS(clip_values, (float clip, float *x, ptrdiff_t count), (clip, x, count))
FOR_ALL_LEVELS(gate_exponents, (const float *x, float *dst, ptrdiff_t count, int is_tanh), (x, dst, count, is_tanh))
FOR_ALL_LEVELS(gate_quotients, (const float *exponentials, float *x, ptrdiff_t count, int is_tanh),
  (exponentials, x, count, is_tanh))

void ckernels_apply_gate(ckernels_isa isa, ckernels_gate gate, float *x, ptrdiff_t count) {
  if (gate.clip < INFINITY) ckernels_clip_values(isa, gate.clip, x, count);
  const int is_tanh = gate.kind == CKERNELS_GATE_TANH;
  if (isa == CKERNELS_ISA_GENERIC || !(is_tanh || gate.kind == CKERNELS_GATE_SIGMOID)) {
    for (ptrdiff_t i = 0; i < count; i++) x[i] = (float)gate_value(gate, x[i]);
    return;
  }
  const ckernels_operator_table *operators = ckernels_operators(isa);
  for (ptrdiff_t start = 0; start < count; start += SPAN) {
    const ptrdiff_t length = count - start < SPAN ? count - start : SPAN;
    float exponentials[SPAN];
    ckernels_gate_exponents(isa, x + start, exponentials, length, is_tanh);
    operators->exponential(exponentials, exponentials, length);
    ckernels_gate_quotients(isa, exponentials, x + start, length, is_tanh);
  }
}

void ckernels_add_biases(
  float *rows, ptrdiff_t stride, ptrdiff_t row_count, ptrdiff_t count, const float *first, const float *second) {
  for (ptrdiff_t r = 0; r < row_count; r++, rows += stride) {
    for (ptrdiff_t i = 0; i < count; i++) rows[i] += first[i] + (second ? second[i] : 0);
  }
}

void ckernels_lstm_step(ckernels_isa isa, const ckernels_gate functions[3], int couples, float *gates,
  const float *peepholes, float *cell, float *hidden, ptrdiff_t size) {
  float *input = gates, *output = gates + size, *forget = gates + 2 * size, *candidate = gates + 3 * size;
  if (peepholes) {
    for (ptrdiff_t i = 0; i < size; i++) input[i] += peepholes[i] * cell[i];
    for (ptrdiff_t i = 0; i < size; i++) forget[i] += peepholes[2 * size + i] * cell[i];
  }
  ckernels_apply_gate(isa, functions[0], input, size);
  if (couples) {
    for (ptrdiff_t i = 0; i < size; i++) forget[i] = 1 - input[i];
  } else {
    ckernels_apply_gate(isa, functions[0], forget, size);
  }
  ckernels_apply_gate(isa, functions[1], candidate, size);
  for (ptrdiff_t i = 0; i < size; i++) cell[i] = forget[i] * cell[i] + input[i] * candidate[i];
  if (peepholes) {
    for (ptrdiff_t i = 0; i < size; i++) output[i] += peepholes[size + i] * cell[i];
  }
  ckernels_apply_gate(isa, functions[0], output, size);
  // ONNX asks to clip the input of every activation; ONNX Runtime clips that of the gates only, and models were checked
  // against it. So does this.
  ckernels_gate last = functions[2];
  last.clip = INFINITY;
  __builtin_memcpy(hidden, cell, (size_t)size * sizeof *hidden);
  ckernels_apply_gate(isa, last, hidden, size);
  for (ptrdiff_t i = 0; i < size; i++) hidden[i] *= output[i];
}

void ckernels_gru_reset(const float *reset, const float *hidden, float *dst, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) dst[i] = reset[i] * hidden[i];
}

void ckernels_gru_reset_product(
  const float *reset, const float *product, const float *bias, float *candidate, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) candidate[i] += reset[i] * (product[i] + (bias ? bias[i] : 0));
}

void ckernels_gru_update(const float *update, const float *candidate, float *hidden, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) hidden[i] = (1 - update[i]) * candidate[i] + update[i] * hidden[i];
}
