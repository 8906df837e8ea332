import Engines
import FoundationEssentials
import Glibc
import ModelGraph
import NumericFormats
import Records
import Tensors
import Workloads

/// What many short-lived workers of one model would all make anew: its parameters and its INT8 ranges.
///
/// The first worker of a sweep leaves them in the run's folder, the others read them, which takes a tenth of the time. Each
/// reads into memory of its own, so that its pages lie where it is bound. Whoever finds nothing, or something else,
/// makes its own.
struct SharedLoads {
  /// The run's folder; nil where nothing is shared.
  let folder: String?

  private struct Header: Codable, Hashable {
    let workload: String
    let parameters: [String]
  }

  /// The parameters of `graph`.
  func parameters(of workload: any Workload, for graph: ModelGraph) throws -> ParameterStore {
    guard let folder, Self.isWorthwhile(graph) else { return try workload.parameters(for: graph) }
    let header = Header(
      workload: workload.name, parameters: graph.parameters.map { "\($0.name) \($0.type.byteCount)" })
    let path = "\(folder)/parameters"
    if let store = read(path, header, graph) { return store }
    let store = try workload.parameters(for: graph)
    write(store, header, path)
    return store
  }

  /// The ranges that `key` names, or what `measure` finds, left for the others.
  func calibration(_ key: String, measure: () throws -> Calibration) throws -> Calibration {
    guard let folder else { return try measure() }
    struct Entry: Codable {
      let key: String
      let calibration: Calibration
    }
    let url = URL(fileURLWithPath: "\(folder)/ranges")
    if let data = try? Data(contentsOf: url), let entry = try? JSONDecoder().decode(Entry.self, from: data),
      entry.key == key
    {
      return entry.calibration
    }
    let calibration = try measure()
    try? JSONEncoder().encode(Entry(key: key, calibration: calibration)).write(to: url, options: .atomic)
    return calibration
  }

  /// Small models are made faster than files are read; beyond 2 GB a file may not fit where temporary files lie.
  private static func isWorthwhile(_ graph: ModelGraph) -> Bool {
    (1_000_000...500_000_000).contains(graph.parameterCount)
  }

  private func read(_ path: String, _ header: Header, _ graph: ModelGraph) -> ParameterStore? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let reader = LineReader(descriptor: descriptor, limit: 1 << 20)
    guard let line = reader.next(), let found = try? JSONDecoder().decode(Header.self, from: Data(line)),
      found == header
    else { return nil }
    var offset = line.count + 1
    return try? ParameterStore(
      graph.parameters.map { parameter in
        try Tensor(parameter.type) { bytes in
          guard Self.fill(bytes, from: descriptor, at: offset) else {
            throw WorkerError(reason: "\(path) is cut short")
          }
          offset += bytes.count
        }
      })
  }

  private static func fill(_ bytes: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int) -> Bool {
    var done = 0
    while done < bytes.count, let base = bytes.baseAddress {
      let count = pread(descriptor, base + done, bytes.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// Leaves a store. Nothing is lost where that fails: the next worker makes its own.
  private func write(_ store: ParameterStore, _ header: Header, _ path: String) {
    guard let line = try? JSONEncoder().encode(header) else { return }
    // Under a name of its own first, so that a worker that dies meanwhile leaves nothing that looks whole.
    let own = "\(path).\(getpid())"
    let descriptor = open(own, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    let channel = EventChannel(descriptor: descriptor)
    let isWritten: Void? = try? {
      try channel.write([UInt8](line) + [UInt8(ascii: "\n")])
      for tensor in store.tensors { try channel.write(tensor.bytes) }
    }()
    close(descriptor)
    if isWritten == nil || rename(own, path) != 0 { unlink(own) }
  }
}
