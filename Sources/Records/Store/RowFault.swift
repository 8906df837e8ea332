import GRDB

/// A row that no history has: somebody changed the file.
struct RowFault: Error {
  /// What cannot be, as a clause.
  let what: String
}

extension Row {
  /// The value of a column that must have one. GRDB's own subscripts end the process where the type is another one.
  func required<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
    guard let value: Value = try optional(column) else { throw RowFault(what: "a row has no \(column)") }
    return value
  }

  /// The value of a column that may be empty.
  func optional<Value: DatabaseValueConvertible>(_ column: String) throws -> Value? {
    guard let stored = self[column] as DatabaseValue?, !stored.isNull else { return nil }
    guard let value = Value.fromDatabaseValue(stored) else { throw RowFault(what: "a \(column) has another type") }
    return value
  }

  /// The same for numbers, which must be finite.
  func number(_ column: String) throws -> Double? {
    guard let value: Double = try optional(column) else { return nil }
    guard value.isFinite else { throw RowFault(what: "a \(column) is not finite") }
    return value
  }
}
