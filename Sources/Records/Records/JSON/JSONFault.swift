/// Why a text is no JSON, or none that is read here.
struct JSONFault: Error, Hashable {
  /// What is wrong, as a clause.
  let reason: String
  /// The byte at which it was seen, from 0.
  let offset: Int
}
