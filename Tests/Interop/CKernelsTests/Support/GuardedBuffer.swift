import Glibc

/// Memory for `count` elements that ends right before a page that nobody may touch, with a known pattern before it.
///
/// A kernel that reads or writes beyond the end kills the test process; one that writes before the start breaks the
/// pattern, which `isIntact` sees. Odd counts of 4-byte elements give starts that are aligned to 4 bytes only.
final class GuardedBuffer<Element: BitwiseCopyable> {
  let elements: UnsafeMutableBufferPointer<Element>
  private let mapping: UnsafeMutableRawBufferPointer
  private let slack: Int
  private static var canary: UInt8 { 0xA5 }

  init(count: Int) {
    let page = sysconf(Int32(_SC_PAGESIZE))
    let bytes = count * MemoryLayout<Element>.stride
    // At least 64 bytes of pattern in front, and one page behind.
    let used = (bytes + 64 + page - 1) / page * page
    let address = mmap(nil, used + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let address, address != UnsafeMutableRawPointer(bitPattern: -1) else {
      preconditionFailure("mmap of \(used + page) bytes failed")
    }
    precondition(mprotect(address + used, page, PROT_NONE) == 0)
    mapping = UnsafeMutableRawBufferPointer(start: address, count: used + page)
    slack = used - bytes
    memset(address, Int32(Self.canary), used)
    let start = (address + slack).bindMemory(to: Element.self, capacity: count)
    elements = UnsafeMutableBufferPointer(start: start, count: count)
  }

  convenience init(_ values: [Element]) {
    self.init(count: values.count)
    _ = elements.update(fromContentsOf: values)
  }

  deinit { munmap(mapping.baseAddress, mapping.count) }

  /// The first element; valid to pass even where there is none.
  var start: UnsafeMutablePointer<Element> { elements.baseAddress! }

  /// Whether nothing was written before the first element.
  var isIntact: Bool { mapping[..<slack].allSatisfy { $0 == Self.canary } }

  var values: [Element] { Array(elements) }
}
