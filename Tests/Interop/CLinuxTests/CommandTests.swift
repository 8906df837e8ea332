import CLinux
import Glibc
import Testing

@Suite("Command")
struct CommandTests {
  /// Starts a program; the variables are set over those of the tests.
  private func start(_ words: [String], variables: [String] = []) throws -> clinux_command {
    func withTexts(_ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> CInt) -> CInt {
      let copies = texts.map { strdup($0) }
      defer { for copy in copies { free(copy) } }
      return (copies.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { $0.baseAddress.map(body) ?? -1 }
    }
    var command = clinux_command()
    let status = withTexts(words) { words in withTexts(variables) { clinux_command_start(words, $0, &command) } }
    try #require(status == 0)
    return command
  }

  /// What a descriptor gives until a text has come, or its end.
  private func read(_ file: CInt, until text: String? = nil) -> String {
    var bytes: [UInt8] = []
    for _ in 0..<20_000 {
      var piece = [UInt8](repeating: 0, count: 65536)
      let length = Glibc.read(file, &piece, piece.count)
      if length == 0 { break }
      if length > 0 { bytes += piece.prefix(length) } else { usleep(1000) }
      if let text, String(decoding: bytes, as: UTF8.self).contains(text) { break }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("A program inherits the environment, and a variable that is set is there once")
  func environment() throws {
    setenv("CLINUX_TEST_KEPT", "kept", 1)
    setenv("CLINUX_TEST", "old", 1)
    setenv("CLINUX_TEST_LONGER", "longer", 1)
    var command = try start(["/usr/bin/env"], variables: ["CLINUX_TEST=new = x", "CLINUX_TEST_ADDED="])
    let lines = read(command.output).split(separator: "\n").filter { $0.hasPrefix("CLINUX_TEST") }
    #expect(
      lines.sorted() == [
        "CLINUX_TEST=new = x", "CLINUX_TEST_ADDED=", "CLINUX_TEST_KEPT=kept", "CLINUX_TEST_LONGER=longer",
      ])
    clinux_command_end(&command, 1_000_000_000)
  }

  @Test("A program inherits no secrets, but gets those that are meant for it")
  func secrets() throws {
    // None that another test looks at.
    for name in ["A_USER", "A_PASSWORD", "B_TOKEN", "C_USERS"] { setenv("ASSAY_CLINUX_\(name)", "inherited", 1) }
    setenv("CLINUX_ASSAY_TOKEN", "inherited", 1)
    var command = try start(["/usr/bin/env"], variables: ["ASSAY_CLINUX_D_TOKEN=given"])
    let lines = read(command.output).split(separator: "\n").filter { line in
      ["ASSAY_CLINUX_", "CLINUX_ASSAY_"].contains { line.hasPrefix($0) }
    }
    #expect(
      lines.sorted() == [
        "ASSAY_CLINUX_C_USERS=inherited", "ASSAY_CLINUX_D_TOKEN=given", "CLINUX_ASSAY_TOKEN=inherited",
      ])
    clinux_command_end(&command, 1_000_000_000)
  }

  @Test("What is no program cannot be started, and leaves nothing open")
  func refused() {
    var command = clinux_command()
    func start(_ words: [UnsafePointer<CChar>?]) -> CInt {
      words.withUnsafeBufferPointer { words in
        [nil].withUnsafeBufferPointer { none in
          words.baseAddress.flatMap { words in none.baseAddress.map { clinux_command_start(words, $0, &command) } } ?? 0
        }
      }
    }
    #expect("/nowhere/program".withCString { start([$0, nil]) } == -ENOENT)
    #expect("/etc/passwd".withCString { start([$0, nil]) } == -EACCES)
    #expect(start([nil]) == -EINVAL)
    // It was never started, so that nothing is to be ended.
    clinux_command_end(&command, 1_000_000_000)
  }

  @Test("How a program ends is known as long as it is not forgotten", arguments: [("exit 3", 3), ("kill -15 $$", 143)])
  func status(script: String, status: CInt) throws {
    var command = try start(["/bin/sh", "-c", "read -r line; \(script)"])
    _ = read(command.output)
    for _ in 0..<10_000 where clinux_command_status(&command) == -1 { usleep(1000) }
    #expect(clinux_command_status(&command) == status)
    #expect(clinux_command_status(&command) == status)
    clinux_command_end(&command, 1_000_000_000)
    #expect(command.process == -1 && command.output == -1)
    clinux_command_end(&command, 1_000_000_000)
  }

  @Test("Programs that want to live on are killed with what they started, and those that clean up may")
  func end() throws {
    var stubborn = try start(["/bin/sh", "-c", "trap '' TERM; (trap '' TERM; sleep 1000) & echo ready; sleep 1000"])
    #expect(read(stubborn.output, until: "ready") == "ready\n")
    let group = stubborn.process
    #expect(clinux_command_status(&stubborn) == -1)
    clinux_command_end(&stubborn, 50_000_000)
    for _ in 0..<10_000 where kill(-group, 0) == 0 { usleep(1000) }
    #expect(kill(-group, 0) == -1 && errno == ESRCH)

    var ends: [CInt] = [-1, -1]
    try #require(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    // The other end is no descriptor of a program, but has a name.
    let name = "/proc/\(getpid())/fd/\(ends[1])"
    var tidy = try start(
      ["/bin/sh", "-c", "trap 'sleep 0.1; echo tidied > \(name); exit' TERM; echo ready; while :; do sleep 0.01; done"])
    #expect(read(tidy.output, until: "ready") == "ready\n")
    clinux_command_end(&tidy, 20_000_000_000)
    #expect(read(ends[0], until: "tidied") == "tidied\n")
  }
}
