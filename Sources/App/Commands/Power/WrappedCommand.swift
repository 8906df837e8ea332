import Energy
import Glibc

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

  /// Runs a command and waits for it. Interrupts are the command's business meanwhile.
  ///
  /// - Throws: ``CommandFailure`` where it cannot be started.
  init(_ words: [String]) throws {
    let old = [SIGINT, SIGQUIT].map { ($0, signal($0, SIG_IGN)) }
    defer { for (number, handler) in old { signal(number, handler) } }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for (number, _) in old { sigaddset(&defaults, number) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    let begin = PowerMonitor.now
    let error = posix_spawnp(&process, words[0], nil, &attributes, &arguments, environ)
    guard error == 0 else {
      // As env(1), nice(1) and shells have it.
      throw CommandFailure(
        "\(words[0]) cannot be started: \(String(cString: strerror(error))).", exitCode: error == ENOENT ? 127 : 126)
    }
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
}
