import CLinux
import FoundationEssentials
import Glibc
import Records

/// The other side of ``Executor``: a process that measures one round and says what came of it.
///
/// Must run on the process's main thread, from its very start: it pins itself before it loads anything.
public enum Worker {
  /// The longest request in bytes.
  private static let requestLimit = 1 << 20 + CalibrationFile.sizeLimit + AssignmentFile.sizeLimit

  /// Reads one request from `input`, does it, and writes events to `output`. Returns the process's exit code.
  public static func run(input: Int32 = 0, output: Int32 = 1) -> Int32 {
    // The kernel kills the worker with its parent, so that `kill -9` of a run leaves nothing behind.
    _ = clinux_die_with_parent()
    // A reader that has gone is an error of write, not the end of the process in the middle of a word.
    signal(SIGPIPE, SIG_IGN)
    // Ctrl-C reaches the whole process group; the run decides what becomes of its worker.
    signal(SIGINT, SIG_IGN)
    let channel = EventChannel(descriptor: output)
    do {
      let lines = LineReader(descriptor: input, limit: requestLimit)
      guard let line = lines.next() else {
        throw WorkerError(
          reason: "A worker expects one line of JSON on its standard input; it is started by assay run, not by hand")
      }
      let request = try JSONDecoder().decode(WorkerRequest.self, from: Data(line))
      try channel.send(.started(pid: getpid()))
      switch request {
      case .probe(let core): try channel.send(.probed(ComputeBridge.blasState(requestedCore: core)))
      case .round(let request): try measure(request, lines, channel)
      case .attribution(let request):
        try requireParent(request.parent)
        try pin(to: request.pus)
        try AttributionRound(request: request, channel: channel).run()
      }
      return 0
    } catch is EventChannel.Closed {
      return 1
    } catch {
      try? channel.send(.failed(sentence(error)))
      return 1
    }
  }

  private static func measure(_ request: RoundRequest, _ lines: LineReader, _ channel: EventChannel) throws {
    try requireParent(request.parent)
    if let fault = request.fault { try misbehave(fault, channel) }
    try pin(to: request.pus)
    switch request.cell.measurement {
    case .performance(let scenario):
      let cell = try LoadedCell(request: request, scenario: scenario, channel: channel)
      guard request.serves else {
        return try channel.send(.result(cell.measure(round: request.round, minDuration: request.minDuration)))
      }
      try channel.send(.ready(secondsPerQuery: cell.secondsPerQuery))
      while let line = lines.next() {
        let window = try JSONDecoder().decode(WindowRequest.self, from: Data(line))
        try channel.send(
          .result(cell.measure(round: window.round, minDuration: window.minDuration, begin: window.begin)))
      }
    case .fidelity: try channel.send(.result(FidelityRound(request: request, channel: channel).run()))
    }
  }

  /// The parent may have gone before the kernel was asked to watch it.
  private static func requireParent(_ parent: Int32) throws(WorkerError) {
    guard parent == getppid() else { throw WorkerError(reason: "The run that started this worker has gone") }
  }

  /// Restricts the whole process to the placement's PUs; threads that start later inherit it, and memory that they touch
  /// first is local to them.
  private static func pin(to pus: [Int]) throws {
    let cpus = pus.map { Int32(clamping: $0) }
    let status = clinux_set_affinity(cpus, Int32(clamping: cpus.count))
    guard status == 0 else {
      throw WorkerError(
        reason: "The system refuses to pin this process to PUs \(pus) (error \(-status)); see assay topology")
    }
  }

  static func misbehave(_ fault: RoundRequest.Fault, _ channel: EventChannel) throws {
    switch fault {
    case .crash:
      signal(SIGSEGV, SIG_DFL)
      raise(SIGSEGV)
    case .hang: while true { sleep(1000) }
    case .exit: exit(9)
    case .garbage: try channel.write(Array("this is no event\n".utf8))
    // Later, when there are threads.
    case .stray: break
    }
  }

  private static func sentence(_ error: any Error) -> String {
    let text = error is DecodingError ? "The worker cannot read its request: \(error)" : "\(error)"
    return String(text.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(1000))
  }
}

/// Why a worker has no result.
struct WorkerError: Error, CustomStringConvertible {
  let reason: String
  var description: String { reason + "." }
}

/// Writes events as lines of JSON.
struct EventChannel {
  let descriptor: Int32

  /// Nobody listens any more.
  struct Closed: Error {}

  func send(_ event: WorkerEvent) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try write([UInt8](encoder.encode(event)) + [UInt8(ascii: "\n")])
  }

  func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var offset = 0
    while offset < bytes.count, let base = bytes.baseAddress {
      let count = Glibc.write(descriptor, base + offset, bytes.count - offset)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Closed() }
      offset += count
    }
  }
}
