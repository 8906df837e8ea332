import Foundation
import Glibc
import Synchronization

@testable import Energy

/// Stands for a PTDaemon on 127.0.0.1: it answers as one does, or as its script says.
final class PTDaemonStandIn: Sendable {
  /// What comes back for a command.
  enum Answer: Sendable {
    /// Lines, each with CRLF.
    case lines([String])
    /// Bytes as they are, after which nothing more comes.
    case bytes(String)
    /// Nothing.
    case nothing
    /// Bytes, and the end of the connection.
    case end(String)
    /// The same bytes again and again until the client has had enough.
    case flood(String)
  }

  static let identity =
    "YokogawaWT310E,1000,1,1,1,1,0,1,1,version=1.10.0-c0ffee11-20220101,OS=Windows,mode=power,1,1,1,0,0,cal,x"
  static let start = "Starting untimed measurement, maximum 500000 samples at 1000ms with 0 rampup samples"

  private struct State {
    var script: [String: Answer] = [:]
    var unread: [String] = []
    var commands: [String] = []
    var uncertainty = "Uncertainty,0.004,0.003,0.005,1,0,1,0"
    var open = 0
    var isEnding = false
  }

  let port: UInt16
  private let listener: CInt
  private let state = Mutex(State())
  private let ended = DispatchSemaphore(value: 0)

  /// Listens, with samples that are there at once.
  init(_ samples: [String] = [PTDaemonStandIn.sample(60, at: 0)], script: [String: Answer] = [:]) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let status = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, size) == 0 && listen(listener, 4) == 0 ? getsockname(listener, address, &size) : -1
      }
    }
    guard status == 0 else { throw MeterFault("The stand-in cannot listen.") }
    port = UInt16(bigEndian: address.sin_port)
    state.withLock {
      $0.unread = samples
      $0.script = script
    }
    Thread.detachNewThread { [self] in serve() }
  }

  /// Ends it, and waits until its thread has.
  func end() {
    state.withLock { $0.isEnding = true }
    shutdown(listener, Int32(SHUT_RDWR))
    ended.wait()
    close(listener)
  }

  /// Settings that find it, with little patience.
  func settings(patience: Double = 2) -> PTDaemonSettings {
    PTDaemonSettings(address: NetworkAddress(host: "127.0.0.1", port: port), patience: patience)
  }

  /// A line of a sample, so many seconds after noon of a day by the daemon's clock.
  static func sample(_ watts: Double, at seconds: Double) -> String {
    sample("\(watts)", at: seconds)
  }

  static func sample(_ watts: String, at seconds: Double) -> String {
    let milliseconds = Int((seconds * 1000).rounded()) + 12 * 3_600_000
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (day, rest) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
    let fraction = String(1000 + rest % 1000).dropFirst()
    let clock = "\(two(rest / 3_600_000)):\(two(rest / 60_000 % 60)):\(two(rest / 1000 % 60)).\(fraction)"
    return "Time,01-\(two(10 + day))-2023 \(clock),Watts,\(watts),Volts,247.9,Amps,0.19,PF,0.4855"
  }

  func add(_ samples: String...) { state.withLock { $0.unread += samples } }
  func answer(_ command: String, _ answer: Answer?) { state.withLock { $0.script[command] = answer } }
  func set(uncertainty: String) { state.withLock { $0.uncertainty = uncertainty } }

  /// What clients said.
  var commands: [String] { state.withLock { $0.commands } }

  /// Whether, soon, no client is connected any more.
  func isLeft() -> Bool {
    for _ in 0..<500 {
      if state.withLock({ $0.open == 0 }) { return true }
      usleep(10_000)
    }
    return false
  }

  private func serve() {
    while true {
      let client = accept(listener, nil, nil)
      guard client >= 0 else { break }
      state.withLock { $0.open += 1 }
      talk(client)
      close(client)
      state.withLock { $0.open -= 1 }
    }
    ended.signal()
  }

  private func talk(_ client: CInt) {
    var received: [UInt8] = []
    var isSilent = false
    while !state.withLock({ $0.isEnding }) {
      var entry = pollfd(fd: client, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, 50) > 0 else { continue }
      var bytes = [UInt8](repeating: 0, count: 1024)
      let count = recv(client, &bytes, bytes.count, 0)
      guard count > 0 else { return }
      received += bytes[..<count]
      while let end = received.firstIndex(of: 10) {
        let command = String(decoding: received[..<end].filter { $0 != 13 }, as: UTF8.self)
        received.removeSubrange(...end)
        switch isSilent ? .nothing : answer(to: command) {
        case .lines(let lines): write(lines.map { $0 + "\r\n" }.joined(), to: client)
        case .bytes(let text):
          write(text, to: client)
          isSilent = true
        case .nothing: isSilent = true
        case .end(let text):
          write(text, to: client)
          return
        case .flood(let text):
          for _ in 0..<100_000 { guard write(text, to: client) else { return } }
        }
      }
    }
  }

  @discardableResult
  private func write(_ text: String, to client: CInt) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.isEmpty || send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  private func answer(to command: String) -> Answer {
    state.withLock { state in
      state.commands.append(command)
      let word = String(command.prefix { $0 != "," })
      if let answer = state.script[word] { return answer }
      switch word {
      case "Hello": return .lines(["Hello, PTDaemon here!"])
      case "Identify": return .lines([Self.identity])
      case "RR": return .lines(["Ranges,0,2.000000,1,300.000000"])
      case "SR": return .lines(["Range \(command.split(separator: ",")[1]) changed"])
      case "Go": return .lines([Self.start])
      case "Stop": return .lines(["Stopping untimed measurement"])
      case "Uncertainty": return .lines([state.uncertainty])
      case "RL":
        guard !state.unread.isEmpty else { return .lines(["No unread samples available"]) }
        defer { state.unread = [] }
        return .lines(["Last \(state.unread.count) samples"] + state.unread)
      default: return .lines(["Unknown command"])
      }
    }
  }
}
