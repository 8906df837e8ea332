// Broadcasting: walks the rows of a dense result and the places of its operands.
#include "ckernels_elementwise.h"

enum { INPUTS = 3, RANK = CKERNELS_MAX_RANK };

int ckernels_map_range(const ckernels_map_plan *plan, ptrdiff_t begin, ptrdiff_t end) {
  if (begin >= end) return 0;
  const ptrdiff_t last = plan->rank - 1;
  // Where the first element lies in each dimension, and each operand's element for it.
  ptrdiff_t position[RANK], offset[INPUTS] = {0}, step[INPUTS] = {0};
  ptrdiff_t rest = begin;
  for (ptrdiff_t dim = last; dim >= 0; dim--) {
    position[dim] = rest % plan->extents[dim];
    rest /= plan->extents[dim];
    for (ptrdiff_t i = 0; i < plan->inputs; i++) offset[i] += position[dim] * plan->strides[i * plan->rank + dim];
  }
  for (ptrdiff_t i = 0; last >= 0 && i < plan->inputs; i++) step[i] = plan->strides[i * plan->rank + last];

  int fault = 0;
  char *dst = (char *)plan->dst + begin * plan->dst_bytes;
  while (begin < end) {
    const ptrdiff_t row = last < 0 ? 1 : plan->extents[last] - position[last];
    const ptrdiff_t count = row < end - begin ? row : end - begin;
    const void *src[INPUTS] = {0};
    for (ptrdiff_t i = 0; i < plan->inputs; i++) src[i] = (const char *)plan->src[i] + offset[i] * plan->src_bytes[i];
    fault |= plan->function(&plan->arguments, src, step, dst, count);
    begin += count;
    dst += count * plan->dst_bytes;
    if (begin == end) break;
    // The row is complete: back to its start, then one further in the dimension above, with carries.
    for (ptrdiff_t i = 0; i < plan->inputs; i++) offset[i] -= position[last] * step[i];
    position[last] = 0;
    for (ptrdiff_t dim = last - 1; dim >= 0; dim--) {
      const ptrdiff_t *const strides = plan->strides + dim;
      if (++position[dim] < plan->extents[dim]) {
        for (ptrdiff_t i = 0; i < plan->inputs; i++) offset[i] += strides[i * plan->rank];
        break;
      }
      position[dim] = 0;
      for (ptrdiff_t i = 0; i < plan->inputs; i++) offset[i] -= (plan->extents[dim] - 1) * strides[i * plan->rank];
    }
  }
  return fault;
}
