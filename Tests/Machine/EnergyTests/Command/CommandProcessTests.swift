import CLinux
import Glibc
import Testing

@testable import Energy

@Suite("CommandProcess")
struct CommandProcessTests {
  /// All lines that a program prints until it ends, and how it ended.
  private func run(_ words: [String], variables: [String: String] = [:]) throws -> (lines: [String], status: Int?) {
    let process = try CommandProcess(words, variables: variables)
    var lines: [String] = []
    var isOver = false
    while !isOver {
      let look = process.look(within: 20)
      lines += look.lines
      isOver = look.isOver || look.isFlood || look.isEndless
      if look.lines.isEmpty, !isOver { break }
    }
    return (lines, process.status(within: 20))
  }

  @Test(
    "What cannot be started is named once",
    arguments: [("/bin/sh", "/bin/sh cannot"), ("x", "/bin/sh, which runs x, cannot")])
  func tooLong(program: String, beginning: String) {
    // More than the system passes on.
    let reason = #expect(throws: MeterFault.self) {
      try CommandProcess([program, String(repeating: "x", count: 8_000_000)])
    }?.reason
    #expect(reason == "\(beginning) be started (Argument list too long).")
  }

  @Test("A program gets its words and variables as they are, and no shell sees them")
  func words() throws {
    let (lines, status) = try run(
      ["sh", "-c", #"printf '%s\n' "$@"; echo "$METER_TEST"; echo "$HOME""#, "x", "a b", "$HOME;'\"", ""],
      variables: ["METER_TEST": "p w; $(x)", "HOME": "/there"])
    // A last line that is blank is none.
    #expect(lines == ["a b", "$HOME;'\"", "p w; $(x)", "/there"])
    #expect(status == 0)
  }

  @Test(
    "How a program ended is known", arguments: [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), ("/nowhere/x", 127)])
  func status(script: String, status: Int) throws {
    #expect(try run(["sh", "-c", script]).status == status)
  }

  @Test("The last line of a program's errors is told without what would garble a terminal")
  func complaint() throws {
    let process = try CommandProcess(["sh", "-c", #"echo one >&2; printf '\033[1mtwo\n\n' >&2; exec sleep 1000"#])
    #expect(eventually { process.complaint == " (it says \"[1mtwo\")" })
    let quiet = try CommandProcess(["sh", "-c", "echo; exec sleep 1000"])
    _ = quiet.look(within: 0.01)
    #expect(quiet.complaint.isEmpty)
  }

  @Test("A last line without an end is a line; a long one is none, and what follows is")
  func cutting() throws {
    #expect(try run(["printf", "a\\r\\nb"]).lines == ["a", "b"])
    var cutter = LineCutter(limit: 4)
    #expect(cutter.add("12345\n67".utf8) == [] && cutter.wasTooLong)
    #expect(cutter.add("89\n\n1".utf8) == ["6789"])
    #expect(cutter.finish() == "1" && cutter.finish() == nil)
  }

  @Test("A program gets none of our descriptors and no blocked or ignored signals")
  func inheritance() throws {
    // Some library's, not closed on exec.
    let file = open("/dev/null", O_RDONLY)
    defer { close(file) }
    var (all, before) = (sigset_t(), sigset_t())
    sigfillset(&all)
    let handler = signal(SIGPIPE, SIG_IGN)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    let result = Result { (try run(["ls", "/proc/self/fd"]), try run(["cat", "/proc/self/status"])) }
    pthread_sigmask(SIG_SETMASK, &before, nil)
    signal(SIGPIPE, handler)
    let (files, status) = try result.get()
    // Three, and the folder itself.
    #expect(files.lines == ["0", "1", "2", "3"])
    func mask(_ name: String) -> UInt64? {
      status.lines.first { $0.hasPrefix(name) }.flatMap {
        UInt64($0.dropFirst(name.count + 1).drop { $0 == "\t" }, radix: 16)
      }
    }
    #expect(mask("SigBlk") == 0)
    #expect((try #require(mask("SigIgn"))) & (1 << UInt64(SIGPIPE - 1)) == 0)
  }

  @Test("The pipes are closed with the reader")
  func descriptors() throws {
    var process: CommandProcess? = try CommandProcess(["sleep", "1000"])
    let command = try #require(process?.command)
    let pipes = [command.output, command.errors, command.life].compactMap { openFile("\($0)") }
    #expect(Set(pipes).count == 3 && pipes.allSatisfy { $0.hasPrefix("pipe:") })
    process = nil
    #expect(Set(openFiles()).isDisjoint(with: pipes))
  }

  @Test(
    "A program and what it started end with the process that reads them, also where that is killed",
    arguments: ["", "kill -TERM 0;"])
  func orphan(first: String) throws {
    let process = try CommandProcess([
      "sh", "-c", "trap '' TERM HUP; \(first) sleep 1000 & echo $$; echo $!; sleep 1000",
    ])
    var lines: [String] = []
    while lines.count < 2 { lines += process.look(within: 20).lines }
    let pids = lines.compactMap { Int32($0) }
    #expect(pids.count == 2 && pids.allSatisfy(isAlive))
    // What the system does with the descriptors of a process that ends.
    let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
    #expect(dup2(nothing, process.command.life) >= 0)
    close(nothing)
    #expect(eventually { !pids.contains(where: isAlive) })
  }

  @Test("No zombies and no watchers are left by programs that end by themselves")
  func nothingLeft() throws {
    let group: Int32
    do {
      let process = try CommandProcess(["true"])
      group = process.command.process
      while !process.look(within: 20).isOver {}
      #expect(process.status(within: 20) == 0)
    }
    #expect(kill(-group, 0) == -1 && errno == ESRCH)
  }
}
