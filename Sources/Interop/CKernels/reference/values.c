#include "values.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

static float nearest_bf16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  if (isnan(value)) {
    bits |= 0x00400000;
  } else {
    const uint32_t discarded = bits & 0xffff, last_kept = bits >> 16 & 1;
    if (discarded > 0x8000 || (discarded == 0x8000 && last_kept)) bits += 0x10000;
  }
  bits &= 0xffff0000;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// clamp(rne(value * (1 / scale)), low, high); + 0 turns the -0 of small negative values into +0.
static float nearest_integer(float value, float scale, float low, float high) {
  const float reciprocal = 1 / scale;
  const float scaled = value * reciprocal;
  if (isnan(scaled)) return scaled;
  return fminf(fmaxf(rintf(scaled), low), high) + 0.0f;
}

float ckernels_reference_format(ckernels_format format, float value) {
  switch (format.kind) {
  case CKERNELS_FORMAT_FP32:
    return value;
  case CKERNELS_FORMAT_BF16:
    return nearest_bf16(value);
  case CKERNELS_FORMAT_U8:
    return nearest_integer(value, format.scale, (float)-format.zero_point, (float)(255 - format.zero_point));
  case CKERNELS_FORMAT_S8:
    return nearest_integer(value, format.scale, format.zero_point ? -(float)format.zero_point : -127,
      format.zero_point ? (float)format.zero_point : 127);
  }
  return value;
}

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

/// min(max(x, low), high); NaN stays.
static double clamped(double x, double low, double high) {
  const double raised = x < low ? low : x;
  return raised > high ? high : raised;
}

static double activated(const ckernels_epilogue *epilogue, double value) {
  const double alpha = epilogue->alpha, beta = epilogue->beta;
  switch (epilogue->activation) {
  case CKERNELS_ACTIVATION_NONE:
    return value;
  case CKERNELS_ACTIVATION_RELU:
    return value < 0 ? 0 : value;
  case CKERNELS_ACTIVATION_GELU:
    // The limit at minus infinity, where the product would be inf * 0.
    return value == -INFINITY ? -0.0 : 0.5 * value * erfc(-value * M_SQRT1_2);
  case CKERNELS_ACTIVATION_GELU_TANH:
    // 0.5 (1 + tanh(u)) is sigmoid(2 u), which does not lose the lower tail.
    return value == -INFINITY
             ? -0.0
             : value * sigmoid(2 * M_2_SQRTPI * M_SQRT1_2 * (value + 0.044715 * value * value * value));
  case CKERNELS_ACTIVATION_SIGMOID:
    return sigmoid(value);
  case CKERNELS_ACTIVATION_TANH:
    return tanh(value);
  case CKERNELS_ACTIVATION_SILU:
    return value == -INFINITY ? -0.0 : value * sigmoid(value);
  case CKERNELS_ACTIVATION_HARD_SIGMOID:
    return clamped(alpha * value + beta, 0, 1);
  case CKERNELS_ACTIVATION_HARD_SWISH:
    return value * clamped(value / 6 + 0.5, 0, 1);
  case CKERNELS_ACTIVATION_LEAKY_RELU:
    return value < 0 ? alpha * value : value;
  case CKERNELS_ACTIVATION_CLIP:
    return clamped(value, alpha, beta);
  }
  return value;
}

float ckernels_reference_epilogue(
  const ckernels_epilogue *epilogue, double sum, float scale, float bias, float residual) {
  double value = sum * scale + bias;
  if (epilogue->residual) value += (double)residual * epilogue->residual_scale;
  return ckernels_stored(epilogue->format, activated(epilogue, value));
}
