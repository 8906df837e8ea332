/// What names one sample of a running test in answers: its place in the sequence of all samples issued, from 0
/// (LoadGen's response id and `seq_id`).
public typealias ResponseID = UInt64

/// One sample of a query, as a system sees it.
public struct QuerySample: Hashable, Sendable {
  /// What the answer has to name.
  public let id: ResponseID
  /// Which sample of the library.
  public let index: Int32

  /// Makes a sample of a query.
  public init(id: ResponseID, index: Int32) {
    self.id = id
    self.index = index
  }
}

/// What is tested: takes queries and answers them, now or later, from any thread (MLPerf's SUT).
///
/// A class protocol: calls through it never allocate, wherever they are compiled.
public protocol SystemUnderTest: AnyObject {
  /// What the logs call it.
  var name: String { get }

  /// Takes the samples of a query. Every one has to be answered once through `responses`, within this call or after it.
  ///
  /// Called on the measured thread. A system that does its work here, instead of handing it on, delays what is issued next;
  /// in the Server scenario that counts against it. `samples` is valid only during the call. Offline calls this again and
  /// again for parts of its one query.
  ///
  /// - Throws: ``SystemFault`` where it cannot take the query. The test goes on; the samples count as failed.
  func issue(_ samples: UnsafeBufferPointer<QuerySample>, to responses: ResponseCollector) throws(SystemFault)

  /// No more queries will come: whatever was held back to be answered together has to be answered now.
  func flush()

  /// Nobody waits for answers any more. When this returns, no sample of the library is being read, as far as that can be
  /// had in bounded time.
  func abandon()

  /// How many samples have to wait in it so that it is never idle: twice what it works on at a time. Offline keeps so many.
  var appetite: Int { get }
}

extension SystemUnderTest {
  /// Enough for a system that works on a few samples at a time.
  public var appetite: Int { 64 }

  /// Nothing to do for a system that answers within the call.
  public func abandon() {}
}

/// Why a system did not answer.
public struct SystemFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// What went wrong, without a full stop.
  public let reason: String

  /// Makes a fault.
  public init(reason: String) { self.reason = reason }

  /// The reason.
  public var description: String { reason }
}

/// Where samples come from (MLPerf's QSL).
public protocol SampleLibrary: AnyObject {
  /// What the logs call it.
  var name: String { get }
  /// All samples that there are.
  var totalSampleCount: Int { get }
  /// How many fit into memory, so that performance mode draws from them.
  var performanceSampleCount: Int { get }
  /// Brings samples into memory, before the clock starts.
  func load(_ samples: [Int32]) throws
  /// They are not needed any more.
  func unload(_ samples: [Int32])
}

/// A library without contents, for systems that need none.
public final class NamedLibrary: SampleLibrary {
  /// What the logs call it.
  public let name: String
  /// All samples that there are.
  public let totalSampleCount: Int
  /// As many as are loaded.
  public let performanceSampleCount: Int

  /// Makes a library.
  public init(name: String, totalSampleCount: Int, performanceSampleCount: Int) {
    self.name = name
    self.totalSampleCount = totalSampleCount
    self.performanceSampleCount = performanceSampleCount
  }

  /// Nothing to do.
  public func load(_ samples: [Int32]) {}
  /// Nothing to do.
  public func unload(_ samples: [Int32]) {}
}
