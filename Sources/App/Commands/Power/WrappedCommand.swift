import Energy
import Glibc
import Synchronization

/// A command that runs with this process's own streams, and what it took.
struct WrappedCommand {
  /// When it was started, by the monitor's clock.
  let begin: Int64
  /// When it had ended.
  let end: Int64
  /// As a shell tells it: the command's own code, or 128 and the signal that ended it.
  let exitCode: Int32
  /// Seconds that it and those of its children for which it waited computed, in user mode and in the kernel.
  let user: Double
  /// Seconds in the kernel.
  let system: Double

  /// The command while it runs, for signals that are passed on; 0 before and after.
  private static let running = Atomic<pid_t>(0)

  /// Runs a command and waits for it. Interrupts, which the terminal sends to it too, are its own business meanwhile; other
  /// signals that end a process are passed on to it, and what it took until then is told.
  ///
  /// - Throws: ``CommandFailure`` where it cannot be started.
  init(_ words: [String]) throws {
    var defaults = sigset_t()
    sigemptyset(&defaults)
    // This process ignores them for its own files' sake.
    for number in [SIGPIPE, SIGXFSZ] { sigaddset(&defaults, number) }
    var old: [(CInt, sighandler_t?)] = []
    for number in [SIGINT, SIGQUIT] {
      let handler = signal(number, SIG_IGN)
      old.append((number, handler))
      // What was ignored before, as below nohup, stays so.
      if !Self.isIgnored(handler) { sigaddset(&defaults, number) }
    }
    for number in [SIGTERM, SIGHUP] {
      let handler = signal(number) { number in
        let process = WrappedCommand.running.load(ordering: .relaxed)
        if process > 0 { kill(process, number) }
      }
      old.append((number, handler))
      if Self.isIgnored(handler) { signal(number, SIG_IGN) }
    }
    defer { for (number, handler) in old { signal(number, handler) } }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    let variables = Self.environment()
    defer { for variable in variables { free(variable) } }
    var process: pid_t = 0
    let begin = PowerMonitor.now
    let error = posix_spawnp(&process, words[0], nil, &attributes, &arguments, variables)
    guard error == 0 else {
      // As env(1), nice(1) and shells have it.
      throw CommandFailure(
        "\(words[0]) cannot be started: \(String(cString: strerror(error))).", exitCode: error == ENOENT ? 127 : 126)
    }
    Self.running.store(process, ordering: .relaxed)
    defer { Self.running.store(0, ordering: .relaxed) }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, 0, &usage) < 0, errno == EINTR {}
    self.begin = begin
    end = PowerMonitor.now
    let signalNumber = status & 0x7f
    exitCode = signalNumber == 0 ? (status >> 8) & 0xff : 128 + signalNumber
    user = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
    system = Double(usage.ru_stime.tv_sec) + Double(usage.ru_stime.tv_usec) / 1e6
  }

  private static func isIgnored(_ handler: sighandler_t?) -> Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// This process's variables without the secrets of meters, ended by nil.
  private static func environment() -> [UnsafeMutablePointer<CChar>?] {
    var kept: [UnsafeMutablePointer<CChar>?] = []
    var next = environ
    while let variable = next.pointee {
      let name = String(cString: variable).prefix { $0 != "=" }
      if !Credentials.variables.contains(String(name)) { kept.append(strdup(variable)) }
      next += 1
    }
    return kept + [nil]
  }
}
