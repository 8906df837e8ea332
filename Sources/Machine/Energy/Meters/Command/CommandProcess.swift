import CLinux
import Glibc

/// A program that runs beside us, and whose lines are read as they come.
///
/// It is started by posix_spawn on the meter's own thread, not with swift-subprocess: that is asynchronous, so its tasks
/// would run on threads of the pool, which may be on the PUs that are measured, and a plain thread would have to wait for
/// them all the same.
final class CommandProcess {
  /// What a look at the program found.
  struct Look {
    /// The lines that it has completed.
    var lines: [String] = []
    /// Whether nobody can print any more.
    var isOver = false
    /// Whether it prints more than anybody can want to read.
    var isFlood = false
    /// Whether it printed a line longer than ``CommandProcess/lineLimit``.
    var isEndless = false
  }

  /// The longest line, bytes.
  static let lineLimit = 256
  /// The most that is read at a look, bytes: what a pipe holds, which is much more than readings take.
  static let lookLimit = 65536
  /// Seconds that a program gets to end when it is asked to.
  private static let farewell = 0.5

  /// Keeps a second process in the program's group, which kills the group when descriptor 3 closes, thus when we end,
  /// however we do: `clinux_die_with_parent` would end only the program itself, and not what it has started.
  private static let guardedRun = """
    trap '' HUP INT TERM; (exec >/dev/null 2>&1; read -r life <&3; kill -KILL 0) & watcher=$!; \
    trap - HUP INT TERM; exec 3<&-; \
    "$@"; status=$?; kill -KILL $watcher; wait $watcher 2>/dev/null; exit $status
    """

  private(set) var command = clinux_command()
  private var output = LineCutter(limit: lineLimit)
  private var errors = LineCutter(limit: 4096)
  private var isOutputOpen = true
  private var areErrorsOpen = true
  private var lastErrorLine = ""
  private let secret: Secret?
  private var seconds = 0.0

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - words: its path or its name, which is looked for along PATH, and its arguments.
  ///   - variables: what is set in its environment over what we inherited.
  ///   - secret: what is never told of what it says.
  init(_ words: [String], variables: [String: String] = [:], secret: Secret? = nil) throws(MeterFault) {
    self.secret = secret
    let status = Self.withTexts(["/bin/sh", "-c", Self.guardedRun, "sh"] + words) { arguments in
      Self.withTexts(variables.map { "\($0.key)=\($0.value)" }) { clinux_command_start(arguments, $0, &command) }
    }
    guard status == 0 else {
      let program = words.first ?? ""
      let runs = program == "/bin/sh" ? "" : ", which runs \(ForeignText.shown(program)),"
      throw MeterFault("/bin/sh\(runs) cannot be started (\(String(cString: strerror(-status)))).")
    }
  }

  deinit { end() }

  /// Ends it and whatever it started. What it printed cannot be read any more.
  func end() {
    seconds = max(seconds, looked())
    clinux_command_end(&command, Int64(Self.farewell * 1e9))
    seconds = max(seconds, Double(command.computed_ns) / 1e9)
    (isOutputOpen, areErrorsOpen) = (false, false)
  }

  /// Seconds that it and what it started have computed so far.
  ///
  /// What it has waited for is known from the system at its end; what still runs then, from a look just before.
  func computed() -> Double {
    seconds = max(seconds, looked())
    return seconds
  }

  private func looked() -> Double { command.process > 1 ? ProcessTree.seconds(command.process) : 0 }

  /// Calls with a list of texts as C has them, which NULL ends.
  private static func withTexts(_ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> CInt) -> CInt {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return (copies.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer {
      guard let base = $0.baseAddress, !copies.contains(nil) else { return -ENOMEM }
      return body(base)
    }
  }

  /// Takes what was printed since the last look. Where that is no line, waits for one, or for the end, for so many seconds
  /// at most.
  func look(within seconds: Double) -> Look {
    var look = Look()
    var left = Self.lookLimit
    let limit = clinux_clock_ns() + Int64(seconds * 1e9)
    while true {
      readErrors()
      readOutput(&look, &left)
      let wait = limit - clinux_clock_ns()
      guard look.lines.isEmpty, !look.isOver, !look.isFlood, !look.isEndless, wait > 0 else { return look }
      var files = [
        pollfd(fd: command.output, events: Int16(POLLIN), revents: 0),
        // A negative one is passed over.
        pollfd(fd: areErrorsOpen ? command.errors : -1, events: Int16(POLLIN), revents: 0),
      ]
      _ = poll(&files, nfds_t(files.count), CInt(clamping: wait / 1_000_000 + 1))
    }
  }

  /// How it ended, once nobody can print any more: its exit code, or 128 and a signal's number. Waits for so many seconds
  /// at most; nil where it goes on.
  func status(within seconds: Double) -> Int? {
    let limit = clinux_clock_ns() + Int64(seconds * 1e9)
    while true {
      let status = clinux_command_status(&command)
      if status != -1 { return Int(status) }
      if clinux_clock_ns() >= limit { return nil }
      clinux_sleep_ns(1_000_000)
    }
  }

  /// The last thing that it said on its standard error, as a clause: ` (it says "...")`, or nothing.
  var complaint: String {
    readErrors()
    if let rest = errors.finish() { lastErrorLine = rest }
    return clause(lastErrorLine)
  }

  /// A line of its, as a clause in the same way.
  func clause(_ line: String) -> String {
    let hidden = secret?.revealed ?? ""
    let shown = ForeignText.shown(hidden.isEmpty ? line : line.replacing(hidden, with: "..."), limit: 120)
    return shown.isEmpty ? "" : " (it says \"\(shown)\")"
  }

  private func readOutput(_ look: inout Look, _ left: inout Int) {
    while isOutputOpen {
      guard left > 0 else {
        look.isFlood = true
        return
      }
      guard let bytes = Self.read(command.output) else { return }
      left -= bytes.count
      if bytes.isEmpty {
        isOutputOpen = false
        if let rest = output.finish() { look.lines.append(rest) }
      }
      look.lines += output.add(bytes)
      look.isEndless = output.wasTooLong
    }
    look.isOver = true
  }

  private func readErrors() {
    var left = Self.lookLimit
    while areErrorsOpen, left > 0, let bytes = Self.read(command.errors) {
      left -= bytes.count
      if bytes.isEmpty { areErrorsOpen = false }
      if let line = errors.add(bytes).last(where: { !ForeignText.shown($0).isEmpty }) { lastErrorLine = line }
    }
  }

  /// What can be read at once, nothing at the end, and nil where there is nothing yet.
  private static func read(_ file: CInt) -> [UInt8]? {
    var length = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      repeat { length = Glibc.read(file, buffer.baseAddress, buffer.count) } while length < 0 && errno == EINTR
      count = max(length, 0)
    }
    return length < 0 && errno == EAGAIN ? nil : bytes
  }
}
