import Foundation

/// A self-signed certificate with its key, made by openssl in a folder of its own.
final class TestCertificate: Sendable {
  let file: String
  let key: String
  private let folder: String

  /// - Parameters:
  ///   - name: whom it is for; 127.0.0.1 besides where it is `localhost`.
  ///   - isExpired: whether it ended in 2020.
  init(name: String = "localhost", isExpired: Bool = false) throws {
    folder = NSTemporaryDirectory() + "certificate-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    file = folder + "/certificate.pem"
    key = folder + "/key.pem"
    let new = [
      "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-subj", "/CN=\(name)",
    ]
    if isExpired {
      // `openssl req` makes none that has ended; an authority can.
      let settings = """
        [ca]
        default_ca=own
        [own]
        database=index.txt
        new_certs_dir=.
        serial=serial
        default_md=sha256
        policy=any
        [any]
        commonName=supplied
        """
      for (name, text) in [("ca.cnf", settings), ("index.txt", ""), ("serial", "01\n")] {
        try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
      }
      let dates = ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"]
      guard RedfishService.run("openssl", ["req", "-new", "-out", "request.pem"] + new, in: folder),
        RedfishService.run(
          "openssl",
          [
            "ca", "-batch", "-selfsign", "-notext", "-config", "ca.cnf", "-keyfile", key, "-in", "request.pem", "-out",
            file,
          ]
            + dates, in: folder)
      else { throw CocoaError(.featureUnsupported) }
    } else {
      let alternatives = name == "localhost" ? ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"] : []
      guard
        RedfishService.run("openssl", ["req", "-x509", "-days", "2", "-out", file] + new + alternatives, in: folder)
      else {
        throw CocoaError(.featureUnsupported)
      }
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// `sha256//...` of its public key, as openssl computes it.
  func pin() throws -> String {
    let script =
      "openssl x509 -in '\(file)' -pubkey -noout | tee '\(folder)/public.pem' | openssl pkey -pubin -outform der "
      + "| openssl dgst -sha256 -binary | openssl base64 -A > '\(folder)/pin'"
    guard RedfishService.run("sh", ["-c", script]) else { throw CocoaError(.featureUnsupported) }
    return "sha256//" + (try String(contentsOfFile: folder + "/pin", encoding: .utf8))
  }

  /// A file with its public key alone, which ``pin()`` makes.
  var publicKey: String { folder + "/public.pem" }
}
