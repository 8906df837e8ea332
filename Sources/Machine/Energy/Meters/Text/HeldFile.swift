import Glibc

/// A file with one whole number that is read again and again, and stays open: opening costs several times as much as reading.
///
/// Files of /sys write their text anew whenever they are read from the beginning, and cannot be read any more (ENODEV) when
/// what they belong to has gone (Linux, fs/kernfs/file.c). Ordinary files that were removed can be, so whoever holds one has to
/// look again now and then whether it is still the file of its name.
final class HeldFile {
  private let file: CInt

  /// Opens it; nil where that cannot be.
  init?(_ path: String) {
    file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
  }

  deinit { if file >= 0 { close(file) } }

  /// The number now; nil where there is none, whatever the reason.
  func number() -> UInt64? {
    withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { buffer in
      let length = pread(file, buffer.baseAddress, buffer.count, 0)
      guard length > 0, length < buffer.count else { return nil }
      var number: UInt64 = 0
      var digits = 0
      for byte in buffer[..<length] {
        guard (48...57).contains(byte) else {
          // Nothing but the end of the line may follow.
          return byte == 10 && digits > 0 && digits + 1 == length ? number : nil
        }
        let (product, isTooLarge) = number.multipliedReportingOverflow(by: 10)
        let (sum, isBeyond) = product.addingReportingOverflow(UInt64(byte - 48))
        guard !isTooLarge, !isBeyond else { return nil }
        (number, digits) = (sum, digits + 1)
      }
      return number
    }
  }
}
