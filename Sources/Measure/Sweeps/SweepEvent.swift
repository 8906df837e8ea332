/// Something that happened in a sweep; all of them in order are its whole state.
public enum SweepEvent: Codable, Hashable, Sendable {
  /// A visit ended.
  case visit(SweepVisitResult)
  /// A canary took so many seconds.
  case canary(seconds: Double)
  /// So many seconds of the budget went elsewhere, for example into looking at the machine.
  case pause(seconds: Double)
}
