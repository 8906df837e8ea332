import CLinux
import Glibc

/// Lines to and from a PTDaemon, none of them without an end: neither in length nor in time.
final class PTDaemonConnection {
  /// A line that is longer is nonsense; samples of many channels take some hundred bytes.
  static let longestLine = 4096

  /// The daemon, at the beginning of a sentence.
  var name: String { "The PTDaemon at \(address)" }
  /// Where it is.
  let address: NetworkAddress
  private let socket: CInt
  private var received: [UInt8] = []

  /// Connects.
  init(_ address: NetworkAddress, patience: Double) throws(MeterFault) {
    self.address = address
    socket = clinux_tcp_connect(address.host, address.port, Self.nanoseconds(patience))
    guard socket >= 0 else {
      throw MeterFault(
        "No PTDaemon answers at \(address) (\(Self.words(socket))): start it there, or give the right --ptdaemon HOST:PORT."
      )
    }
  }

  deinit { if socket >= 0 { clinux_tcp_close(socket) } }

  /// Sends a command.
  func send(_ command: String, patience: Double) throws(MeterFault) {
    let bytes = Array("\(command)\r\n".utf8)
    let status = clinux_tcp_send(socket, bytes, bytes.count, Self.nanoseconds(patience))
    guard status == 0 else {
      throw MeterFault("\(name) could not be sent \"\(ForeignText.shown(command))\" (\(Self.words(status))).")
    }
  }

  /// Receives a line, without its end.
  ///
  /// - Parameter deadline: the last moment for its end, nanoseconds of `clinux_clock_ns`.
  func line(until deadline: Int64) throws(MeterFault) -> String {
    while true {
      if let end = received.firstIndex(of: 10) {
        var line = received[..<end]
        if line.last == 13 { line.removeLast() }
        let text = String(decoding: line, as: UTF8.self)
        received.removeSubrange(...end)
        return text
      }
      guard received.count <= Self.longestLine else {
        throw MeterFault("\(name) sends lines without an end, so it is not a PTDaemon or not a sound one.")
      }
      try receive(until: deadline)
    }
  }

  private func receive(until deadline: Int64) throws(MeterFault) {
    let left = deadline - clinux_clock_ns()
    var count: Int64 = -Int64(ETIMEDOUT)
    let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, length in
      if left > 0, let base = buffer.baseAddress { count = clinux_tcp_receive(socket, base, buffer.count, left) }
      length = Int(max(0, count))
    }
    if count > 0 {
      received += bytes
    } else if count == 0 {
      throw MeterFault(
        "\(name) closed the connection\(received.isEmpty ? "" : " in the middle of a line"): look at its "
          + "log, and whether another client uses it.")
    } else if count == -Int64(ETIMEDOUT) {
      throw MeterFault(
        "\(name) did not answer in time\(received.isEmpty ? "" : " (only a part of a line)"): look at its log, "
          + "and whether another client uses it.")
    } else {
      throw MeterFault(
        "The connection to the PTDaemon at \(address) failed (\(Self.words(CInt(truncatingIfNeeded: count)))).")
    }
  }

  static func nanoseconds(_ seconds: Double) -> Int64 { Int64((min(max(seconds, 0), 3600) * 1e9).rounded()) }

  private static func words(_ status: CInt) -> String {
    Int(status) == CLINUX_TCP_UNKNOWN_HOST ? "unknown host" : String(cString: strerror(-status))
  }
}
