import Foundation
import Glibc

/// A TLS server that shows no certificate: openssl's own, with ciphers that need none.
final class AnonymousServer: Sendable {
  let port: Int
  private let process = Process()
  private let log: String

  init() throws {
    // A port that was free a moment ago; openssl cannot choose one itself and say which.
    port = try Self.freePort()
    log = NSTemporaryDirectory() + "anonymous-" + UUID().uuidString
    guard FileManager.default.createFile(atPath: log, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "openssl", "s_server", "-nocert", "-tls1_2", "-cipher", "aNULL:@SECLEVEL=0", "-accept",
      "127.0.0.1:\(port)",
    ]
    process.standardInput = Pipe()
    process.standardOutput = FileHandle(forWritingAtPath: log)
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<500 where !output.contains("ACCEPT") { usleep(10_000) }
    guard output.contains("ACCEPT") else { throw CocoaError(.executableLoad) }
  }

  deinit {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: log)
  }

  /// What clients sent, and what the server says of itself.
  var output: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

  private static func freePort() throws -> Int {
    let daemon = try PTDaemonStandIn()
    daemon.end()
    return Int(daemon.port)
  }
}
