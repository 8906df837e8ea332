import CLinux
import Glibc
import Testing

/// Calls a function and says by how much the counter rose. Other threads can only add to it.
private func allocations(during body: () -> Void) -> Int64 {
  let before = clinux_allocation_count()
  body()
  return clinux_allocation_count() - before
}

/// The kinds of allocation that must be seen, each made so that the compiler cannot remove it.
private enum Source: String, CaseIterable, CustomTestStringConvertible {
  case malloc, calloc, realloc, reallocarray, alignedAlloc, posixMemalign, valloc
  case swiftArray, swiftClass, alignedSwiftMemory, strdupInLibc, getlineInLibc

  var testDescription: String { rawValue }

  func allocate() {
    switch self {
    case .malloc: sink(Glibc.malloc(100))
    case .calloc: sink(Glibc.calloc(10, 10))
    case .realloc: sink(Glibc.realloc(nil, 100))
    case .reallocarray: sink(Glibc.reallocarray(nil, 10, 10))
    case .alignedAlloc: sink(aligned_alloc(64, 128))
    case .posixMemalign:
      var pointer: UnsafeMutableRawPointer?
      posix_memalign(&pointer, 64, 100)
      sink(pointer)
    case .valloc: sink(Glibc.valloc(100))
    case .swiftArray:
      var array = [UInt8](repeating: 1, count: Int(getpid() & 7) + 100)
      array.withUnsafeMutableBytes { keep($0.baseAddress) }
    case .swiftClass: keep(Unmanaged.passUnretained(Box(Int(getpid()))).toOpaque())
    case .alignedSwiftMemory:
      let memory = UnsafeMutableRawPointer.allocate(byteCount: Int(getpid() & 7) + 100, alignment: 256)
      keep(memory)
      memory.deallocate()
    case .strdupInLibc: sink(strdup("a string that libc copies"))
    case .getlineInLibc:
      guard let file = fopen("/proc/self/stat", "r") else { return }
      var line: UnsafeMutablePointer<CChar>?
      var capacity = 0
      _ = getline(&line, &capacity, file)
      fclose(file)
      sink(line)
    }
  }

  @inline(never) private func keep(_ pointer: UnsafeMutableRawPointer?) {}
  @inline(never) private func sink(_ pointer: UnsafeMutableRawPointer?) { free(pointer) }
}

private final class Box {
  let value: Int
  init(_ value: Int) { self.value = value }
}

@Suite(
  "Allocations", .serialized,
  .enabled(if: clinux_allocation_count() >= 0, "sanitizers bring their own allocator"))
struct AllocationsTests {
  @Test("Every way to allocate is counted", arguments: Source.allCases)
  fileprivate func counted(source: Source) {
    // 100 calls in a row: what other threads allocate meanwhile could fake one count, hardly a hundred.
    let count = allocations { for _ in 0..<100 { source.allocate() } }
    #expect(count >= 100)
  }

  @Test("Work without allocation leaves the counter alone")
  func quiet() {
    // Other tests allocate at the same time: one window without any of theirs is enough.
    var seen = false
    for _ in 0..<1_000 where !seen {
      seen = allocations { for _ in 0..<100 { _ = clinux_clock_ns() } } == 0
    }
    #expect(seen)
  }

  @Test(
    "posix_memalign returns its error and leaves errno and the result alone",
    arguments: [
      (alignment: 0, size: 64, error: EINVAL), (alignment: 3, size: 64, error: EINVAL),
      (alignment: 4, size: 64, error: EINVAL), (alignment: 48, size: 64, error: EINVAL),
      (alignment: 64, size: Int.max - 4096, error: ENOMEM),
    ])
  func posixMemalignErrors(alignment: Int, size: Int, error: Int32) {
    let marker = UnsafeMutableRawPointer(bitPattern: 0x1230)
    var result = marker
    errno = EXDEV
    let returned = posix_memalign(&result, alignment, size)
    let errnoAfter = errno
    #expect(returned == error)
    #expect(errnoAfter == EXDEV)
    #expect(result == marker)
  }

  @Test("Alignment is as asked for", arguments: [8, 16, 64, 4096, 1 << 20])
  func alignment(alignment: Int) throws {
    var result: UnsafeMutableRawPointer?
    #expect(posix_memalign(&result, alignment, 100) == 0)
    let pointer = try #require(result)
    #expect(Int(bitPattern: pointer) % alignment == 0)
    free(pointer)
  }

  @Test("Oversized requests fail with ENOMEM")
  func oversized() {
    // Not constants, which the compiler would fold away.
    let huge = Int.max - Int(getpid() & 1)
    errno = 0
    #expect(reallocarray(nil, huge, 16) == nil)
    #expect(errno == ENOMEM)
    errno = 0
    #expect(calloc(huge, 16) == nil)
    #expect(errno == ENOMEM)
    errno = 0
    #expect(aligned_alloc(48, 96) == nil)
    #expect(errno == EINVAL)
  }
}
