// All row-wise kernels on native storage of one instruction-set level. The including file defines LANES, TABLE and
// TABLE_ISA.
#pragma clang diagnostic push
// The operators' functions on floats are not all used here.
#pragma clang diagnostic ignored "-Wunused-function"
// clang-format off: the order matters.
#include "../../operators/lanes.h"
#include "../../operators/transcendental.h"
#include "../../operators/formats.h"
#include "../../operators/bounds.h"
#include "../../operators/windows.h"
#include "../../operators/normalization.h"
// clang-format on
#pragma clang diagnostic pop
// clang-format off: the order matters.
#include "../narrow.h"
#include "../elements.h"
#include "../transpose.h"
#include "reorder.h"
#include "windows.h"
#include "depthwise.h"
#include "normalize.h"
#include "tokens.h"
// clang-format on

const ckernels_row_table TABLE = {
  .isa = TABLE_ISA,
  .reorder = reorder,
  .max_pool = max_pool_rows,
  .global_average = global_average,
  .depthwise = depthwise_rows,
  .layer_norm = layer_norm_rows,
  .masked_softmax = masked_softmax_rows,
  .softmax = softmax_rows,
  .embedding = embedding_rows,
  .mean_pool = mean_pool_rows,
  .l2_normalize = l2_normalize_row,
};
