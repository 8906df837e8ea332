import Foundation
import Glibc
import Tensors

/// A safetensors file from a stranger: 8 bytes of header length, a JSON header, then the tensors' bytes.
///
/// Everything that the header says is checked against the size of the file before anything is read by it, and no more
/// memory is used than the header's own size, which is capped. Format: https://github.com/huggingface/safetensors.
public struct SafetensorsFile: ~Copyable {
  /// The path it was opened by.
  public let path: String
  /// Every tensor that the header declares.
  public let entries: [String: SafetensorsEntry]

  private let descriptor: Int32

  /// The largest header that is read: 100 MB, the limit of the format's own reader.
  public static let headerLimit = 100_000_000

  /// Opens a file and checks its header.
  ///
  /// - Throws: ``SafetensorsError`` where the file cannot be read or the header is not sound.
  public init(path: String) throws(SafetensorsError) {
    func fail(_ code: SafetensorsError.Code, _ reason: String) -> SafetensorsError {
      SafetensorsError(code: code, path: path, reason: reason)
    }
    // Not blocking, so that a pipe in the file's place cannot hang the open.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw fail(.unreadable, String(cString: strerror(errno))) }
    do throws(SafetensorsError) {
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw fail(.unreadable, "it is not a regular file")
      }
      let size = Int(status.st_size)
      guard size >= 8 else { throw fail(.truncated, "it has \(size) bytes and not even the 8 of a header length") }
      let lengthBytes = try Self.read(descriptor, path: path, offset: 0, count: 8)
      let length = lengthBytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard length <= UInt64(Self.headerLimit) else {
        throw fail(.malformed, "its header claims \(length) bytes, more than the limit of \(Self.headerLimit)")
      }
      let headerSize = Int(length)
      guard headerSize <= size - 8 else {
        throw fail(.truncated, "its header claims \(length) bytes and the file ends after \(size)")
      }
      let header = try Self.read(descriptor, path: path, offset: 8, count: headerSize)
      entries = try Self.parse(header, path: path, dataOffset: 8 + headerSize, dataSize: size - 8 - headerSize)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Reads a tensor as FP32; F32, F16 and BF16 convert exactly.
  ///
  /// - Parameters:
  ///   - name: The tensor's name.
  ///   - shape: The shape that it must have.
  ///   - values: Receives the values row-major; holds `shape.count` of them.
  /// - Throws: ``SafetensorsError`` where the tensor is missing, differs, or the file shrank meanwhile.
  public func read(
    _ name: String, shape: Shape, into values: UnsafeMutableBufferPointer<Float>
  ) throws(SafetensorsError) {
    guard let entry = entries[name] else { throw fail(.missingTensor, "it has no tensor \(name)") }
    guard entry.shape == shape, values.count == shape.count else {
      throw fail(.unexpectedTensor, "tensor \(name) is \(entry.shape) and should be \(shape)")
    }
    let decode: (UInt16) -> Float
    switch entry.elementType {
    case "F32":
      try Self.read(descriptor, path: path, offset: entry.byteOffset, into: UnsafeMutableRawBufferPointer(values))
      return
    case "F16": decode = Self.float(fromHalf:)
    case "BF16": decode = { Float(bitPattern: UInt32($0) << 16) }
    default:
      throw fail(.unexpectedTensor, "tensor \(name) holds \(entry.elementType) and should hold F32, F16 or BF16")
    }
    // In pieces, so that a large tensor does not need its size twice.
    var done = 0
    while done < values.count {
      let count = min(values.count - done, 32768)
      let bytes = try Self.read(descriptor, path: path, offset: entry.byteOffset + 2 * done, count: 2 * count)
      for i in 0..<count { values[done + i] = decode(UInt16(bytes[2 * i]) | UInt16(bytes[2 * i + 1]) << 8) }
      done += count
    }
  }

  /// The FP32 value of IEEE 754 binary16 bits.
  static func float(fromHalf bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let (exponent, fraction) = (UInt32(bits >> 10 & 0x1F), UInt32(bits & 0x3FF))
    switch exponent {
    case 0:
      let magnitude = Float(fraction) * 0x1p-24
      return sign == 0 ? magnitude : -magnitude
    case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  private func fail(_ code: SafetensorsError.Code, _ reason: String) -> SafetensorsError {
    SafetensorsError(code: code, path: path, reason: reason)
  }

  private static func parse(
    _ header: [UInt8], path: String, dataOffset: Int, dataSize: Int
  ) throws(SafetensorsError) -> [String: SafetensorsEntry] {
    let declarations: [String: HeaderValue]
    do {
      declarations = try JSONDecoder().decode([String: HeaderValue].self, from: Data(header))
    } catch {
      throw SafetensorsError(
        code: .malformed, path: path,
        reason: "its header is not a JSON object of tensors with dtype, shape and data_offsets")
    }
    do throws(InvalidEntry) {
      var entries: [String: SafetensorsEntry] = [:]
      for (name, value) in declarations where name != "__metadata__" {
        guard case .tensor(let declaration) = value else { throw InvalidEntry("\(name.prefix(80)) is not a tensor") }
        entries[name] = try SafetensorsEntry(name: name, declaration, dataOffset: dataOffset, dataSize: dataSize)
      }
      return entries
    } catch {
      throw SafetensorsError(code: .malformed, path: path, reason: error.reason)
    }
  }

  private static func read(
    _ descriptor: Int32, path: String, offset: Int, count: Int
  ) throws(SafetensorsError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var failure: SafetensorsError?
    bytes.withUnsafeMutableBytes { buffer in
      do throws(SafetensorsError) {
        try read(descriptor, path: path, offset: offset, into: buffer)
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Fills a buffer from an offset, however many calls that takes.
  private static func read(
    _ descriptor: Int32, path: String, offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(SafetensorsError) {
    var done = 0
    while done < buffer.count, let base = buffer.baseAddress {
      let got = pread(descriptor, base + done, buffer.count - done, off_t(offset + done))
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else {
        throw SafetensorsError(code: .unreadable, path: path, reason: String(cString: strerror(errno)))
      }
      guard got > 0 else {
        throw SafetensorsError(code: .truncated, path: path, reason: "it ends after \(offset + done) bytes")
      }
      done += got
    }
  }
}

/// A value of the header's object: a tensor, or the metadata, whose content does not matter.
private enum HeaderValue: Decodable {
  case tensor(SafetensorsDeclaration)
  case metadata

  init(from decoder: any Decoder) throws {
    if decoder.codingPath.last?.stringValue == "__metadata__" {
      _ = try [String: String](from: decoder)
      self = .metadata
    } else {
      self = .tensor(try SafetensorsDeclaration(from: decoder))
    }
  }
}
