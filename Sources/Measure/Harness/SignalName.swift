import Glibc

/// Names of signals.
enum SignalName {
  private static let names: [Int32: String] = [
    SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGABRT: "SIGABRT",
    SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGSEGV: "SIGSEGV", SIGPIPE: "SIGPIPE",
    SIGALRM: "SIGALRM", SIGTERM: "SIGTERM", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ", SIGSYS: "SIGSYS",
  ]

  /// The name, with a hint where the signal has a usual cause.
  static func name(of signal: Int32) -> String {
    let name = names[signal] ?? "unnamed"
    return switch signal {
    case SIGKILL: name + ", perhaps for lack of memory"
    case SIGILL: name + ": an instruction that this CPU does not have"
    default: name
    }
  }
}
