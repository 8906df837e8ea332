/// Which hardware threads of a core an instance takes.
public enum SMTUse: String, Codable, Hashable, Sendable, CaseIterable {
  /// One thread a physical core, the siblings stay idle: the placement word `cores`.
  case cores
  /// All hardware threads of a core before the next core is taken: the placement word `threads`.
  case siblings = "threads"
}
