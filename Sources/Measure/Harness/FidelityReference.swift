import FoundationEssentials
import Records

/// The FP32 outputs that fidelity cells of one workload and engine are held against.
///
/// They are the same for every cell that compares with them, so the first worker of a run leaves them in a folder of the
/// run for those that come after; whoever finds none there, or others, computes them again.
struct FidelityReference: Hashable {
  /// All output elements of each sample.
  var outputs: [[Float]]
  /// What the FP32 model plans to hold.
  var memoryPlan: Round.MemoryPlan

  /// What the outputs depend on within one run.
  struct Key: Codable, Hashable {
    let workload: String
    let engine: String
    let pus: [Int]
    let samples: Int
    let maxISA: String?
  }

  /// What comes before the values in a file.
  private struct Header: Codable {
    let key: Key
    let memoryPlan: Round.MemoryPlan
    let counts: [Int]
  }

  /// Outputs in all that are worth a file: 256 MB.
  private static let limit = 64 << 20

  /// The outputs of `key` that another worker left in `folder`; nil where there are none.
  init?(_ key: Key, in folder: String) {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: Self.path(key, in: folder))),
      let end = data.firstIndex(of: UInt8(ascii: "\n")),
      let header = try? JSONDecoder().decode(Header.self, from: data[..<end]), header.key == key,
      header.counts.count == key.samples, header.counts.allSatisfy({ (0...Self.limit).contains($0) }),
      data.count - end - 1 == header.counts.reduce(0, +) * MemoryLayout<Float>.size
    else { return nil }
    var offset = end + 1
    outputs = header.counts.map { count in
      defer { offset += count * MemoryLayout<Float>.size }
      return data.withUnsafeBytes { bytes in
        (0..<count).map { bytes.loadUnaligned(fromByteOffset: offset + 4 * $0, as: Float.self) }
      }
    }
    memoryPlan = header.memoryPlan
  }

  /// Makes outputs.
  init(outputs: [[Float]], memoryPlan: Round.MemoryPlan) {
    self.outputs = outputs
    self.memoryPlan = memoryPlan
  }

  /// Leaves the outputs in `folder`. Nothing is lost where that fails: the next worker computes them.
  func leave(_ key: Key, in folder: String) {
    let counts = outputs.map(\.count)
    let header = Header(key: key, memoryPlan: memoryPlan, counts: counts)
    guard counts.reduce(0, +) <= Self.limit, var data = try? JSONEncoder().encode(header) else { return }
    data.append(UInt8(ascii: "\n"))
    for output in outputs { output.withUnsafeBytes { data.append(contentsOf: $0) } }
    // Atomic, so that a worker that dies meanwhile leaves nothing or everything.
    try? data.write(to: URL(fileURLWithPath: Self.path(key, in: folder)), options: .atomic)
  }

  /// Names may hold what file names may not; the key inside decides.
  private static func path(_ key: Key, in folder: String) -> String {
    let text = "\(key.workload)/\(key.engine)/\(key.pus)/\(key.samples)/\(key.maxISA ?? "")"
    // FNV-1a.
    let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return "\(folder)/\(String(hash, radix: 16)).outputs"
  }
}

/// A folder for what workers of one run leave each other; it goes with the value.
final class SharedFolder: Sendable {
  /// Where it is; nil where none can be made, and workers then share nothing.
  let path: String?

  init() {
    let path = FileManager.default.temporaryDirectory.path + "/assay-\(UUID().uuidString)"
    let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
    let isMade: Void? = try? FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: false, attributes: attributes)
    self.path = isMade == nil ? nil : path
  }

  deinit { if let path { try? FileManager.default.removeItem(atPath: path) } }
}
