#pragma once
#include "ckernels_types.h"

/// The activation functions of recurrent layers, by ONNX's definitions.
typedef enum ckernels_gate_kind {
  CKERNELS_GATE_RELU = 0,
  CKERNELS_GATE_TANH,
  CKERNELS_GATE_SIGMOID,
  CKERNELS_GATE_AFFINE,
  CKERNELS_GATE_LEAKY_RELU,
  CKERNELS_GATE_THRESHOLDED_RELU,
  CKERNELS_GATE_SCALED_TANH,
  CKERNELS_GATE_HARD_SIGMOID,
  CKERNELS_GATE_ELU,
  CKERNELS_GATE_SOFTSIGN,
  CKERNELS_GATE_SOFTPLUS,
} ckernels_gate_kind;

/// An activation function and its parameters; inputs are held to -clip ... clip first (infinity for none).
typedef struct ckernels_gate {
  ckernels_gate_kind kind;
  float alpha, beta, clip;
} ckernels_gate;

/// x[i] = gate(x[i]). libm in FP64 at level 0; above, sigmoid and tanh have an absolute error of at most 3e-7.
void ckernels_apply_gate(ckernels_isa isa, ckernels_gate gate, float *x, ptrdiff_t count);

/// rows[r * stride + i] += first[i] + second[i]; `second` NULL is 0.
void ckernels_add_biases(
  float *rows, ptrdiff_t stride, ptrdiff_t row_count, ptrdiff_t count, const float *first, const float *second);

/// One step of one sequence of an LSTM of `size` units. `gates` (4, size) holds the products of input, output, forget
/// and cell gate and is overwritten; `peepholes` (3, size) those of input, output and forget gate or NULL. `couples`:
/// the forget gate is 1 - input gate.
void ckernels_lstm_step(ckernels_isa isa, const ckernels_gate functions[3], int couples, float *gates,
  const float *peepholes, float *cell, float *hidden, ptrdiff_t size);

/// dst[i] = reset[i] * hidden[i].
void ckernels_gru_reset(const float *reset, const float *hidden, float *dst, ptrdiff_t count);
/// candidate[i] += reset[i] * (product[i] + bias[i]); `bias` NULL is 0.
void ckernels_gru_reset_product(
  const float *reset, const float *product, const float *bias, float *candidate, ptrdiff_t count);
/// hidden[i] = (1 - update[i]) * candidate[i] + update[i] * hidden[i].
void ckernels_gru_update(const float *update, const float *candidate, float *hidden, ptrdiff_t count);
