import Foundation
import Testing

@testable import Store

private typealias Sample = HistorySample

@Suite struct ReadOnlyTests {
  /// Runs `body` as somebody whom permissions bind: this thread as `nobody` where the process is root.
  private static func asPlainUser(_ body: @escaping @Sendable () throws -> Void) throws {
    guard geteuid() == 0 else { return try body() }
    let result = Box()
    let thread = Thread {
      // Of this thread alone; with another user than root the rights over files go too (capabilities(7)).
      guard let symbol = dlsym(nil, "setfsuid") else { return }
      let setfsuid = unsafeBitCast(symbol, to: (@convention(c) (uid_t) -> CInt).self)
      _ = setfsuid(65_534)
      result.outcome = Result { try body() }
      _ = setfsuid(0)
      result.done.signal()
    }
    thread.start()
    result.done.wait()
    try result.outcome?.get()
  }

  private final class Box: @unchecked Sendable {
    var outcome: Result<Void, any Error>?
    let done = DispatchSemaphore(value: 0)
  }

  @Test func whatIsReadOnlyCanBeReadAndIsNotWritten() throws {
    try Sample.withPath { path in
      _ = try HistoryStore(path: path, for: .writing).add(Sample.record(1))
      let before = try Sample.bytes(path)
      let folder = (path as NSString).deletingLastPathComponent
      chmod(path, 0o444)
      chmod(folder, 0o555)
      defer { chmod(folder, 0o755) }
      try Self.asPlainUser {
        let total = try HistoryStore(path: path, for: .reading).records().total
        #expect(total == 1)
        let error = Sample.fault { _ = try HistoryStore(path: path, for: .writing).add(Sample.record(2)) }
        #expect(error?.kind == .cannotWrite && error?.exitCode == 73)
        #expect(error?.reason.hasPrefix("the history or its folder is read-only") == true, "\(error?.reason ?? "")")
        let new = Sample.fault { _ = try HistoryStore(path: "\(folder)/new.sqlite", for: .writing) }
        #expect(new?.kind == .cannotWrite && new?.exitCode == 73)
        #expect(new?.reason.contains("cannot be made in \(folder)") == true, "\(new?.reason ?? "")")
      }
      #expect(try Sample.bytes(path) == before)
    }
  }

  @Test func whatMayNotBeReadIsTold() throws {
    try Sample.withPath { path in
      _ = try HistoryStore(path: path, for: .writing).add(Sample.record(1))
      chmod(path, 0)
      try Self.asPlainUser {
        let error = Sample.fault { _ = try HistoryStore(path: path, for: .reading).records() }
        #expect(error?.kind == .cannotWrite)
        #expect(error?.reason.contains("check the permissions") == true, "\(error?.reason ?? "")")
      }
    }
  }
}
