#include <string.h>

#include "nest.h"

#define ELEMENT uint8_t
#define NAME(x) x##_8
#include "copies.h"
#define ELEMENT uint16_t
#define NAME(x) x##_16
#include "copies.h"
#define ELEMENT uint32_t
#define NAME(x) x##_32
#include "copies.h"
#define ELEMENT uint64_t
#define NAME(x) x##_64
#include "copies.h"

void ckernels_copy_strided(ptrdiff_t element_bytes, ptrdiff_t rank, const ptrdiff_t *extents,
  const ptrdiff_t *src_strides, const ptrdiff_t *dst_strides, const void *src, void *dst, ptrdiff_t begin,
  ptrdiff_t end) {
  switch (element_bytes) {
  case 1:
    return copy_strided_8(rank, extents, src_strides, dst_strides, src, dst, begin, end);
  case 2:
    return copy_strided_16(rank, extents, src_strides, dst_strides, src, dst, begin, end);
  case 4:
    return copy_strided_32(rank, extents, src_strides, dst_strides, src, dst, begin, end);
  case 8:
    return copy_strided_64(rank, extents, src_strides, dst_strides, src, dst, begin, end);
  }
}

void ckernels_copy_indexed(ptrdiff_t element_bytes, ptrdiff_t rank, const ptrdiff_t *extents, const ptrdiff_t *tables,
  ptrdiff_t run_begin, ptrdiff_t run_end, const void *fill, const void *src, void *dst, ptrdiff_t begin,
  ptrdiff_t end) {
  switch (element_bytes) {
  case 1:
    return copy_indexed_8(rank, extents, tables, run_begin, run_end, fill, src, dst, begin, end);
  case 2:
    return copy_indexed_16(rank, extents, tables, run_begin, run_end, fill, src, dst, begin, end);
  case 4:
    return copy_indexed_32(rank, extents, tables, run_begin, run_end, fill, src, dst, begin, end);
  case 8:
    return copy_indexed_64(rank, extents, tables, run_begin, run_end, fill, src, dst, begin, end);
  }
}
