import CHTTPGet
import FoundationEssentials
import Glibc

/// Asks a Redfish service for documents, over one connection.
final class RedfishClient {
  /// A document is no longer.
  static let longestDocument = 1 << 20
  /// Redirections to the same server that are followed, such as that to a slash at the end.
  static let mostRedirections = 3

  /// The service.
  let url: RedfishURL
  private let settings: RedfishSettings
  private let credentials: Credentials?
  private let client: OpaquePointer
  private var body: [UInt8]

  /// - Throws: ``MeterFault`` where the settings make no sense or the secrets cannot be read. Nothing is sent yet.
  init(_ settings: RedfishSettings) throws(MeterFault) {
    guard !RedfishURL.holdsCredentials(settings.url) else {
      throw MeterFault(
        "The Redfish URL holds a user or a password, which everybody on this machine can see: put them into a file or the "
          + "environment instead, and write https://HOST.")
    }
    guard let url = RedfishURL(settings.url) else {
      throw MeterFault(
        "\"\(ForeignText.shown(settings.url, limit: 80))\" is not the URL of a Redfish service: write https://HOST, or the "
          + "complete URL of a chassis.")
    }
    guard url.scheme == "https" || url.isLoopback || settings.allowsPlainHTTP else {
      throw MeterFault(
        "\(url.origin) would send the password in the clear: write https://, or allow plain HTTP if the way there is safe."
      )
    }
    self.url = url
    self.settings = settings
    credentials = try Credentials.read(settings.credentials)
    let pin = try settings.pin.map { text throws(MeterFault) in try RedfishPin(text).text }
    let nanoseconds = Int64(min(max(settings.patience, 0.001), 600) * 1e9)
    let credentials = credentials
    let made = Self.withCString(credentials?.user?.revealed) { user in
      Self.withCString(credentials?.password?.revealed) { password in
        Self.withCString(credentials?.token?.revealed) { token in
          Self.withCString(pin) { pin in
            Self.withCString(settings.authorities) { authorities in
              var access = chttpget_access(
                user: user, password: password, token: token, pin: pin, authorities: authorities,
                nanoseconds: nanoseconds)
              return chttpget_create(&access)
            }
          }
        }
      }
    }
    guard let made else { throw MeterFault("libcurl could not be prepared for \(url.origin).") }
    client = made
    body = [UInt8](repeating: 0, count: Self.longestDocument)
  }

  deinit { chttpget_destroy(client) }

  /// Gets a document.
  ///
  /// - Parameter path: of the service's own server.
  func document(_ path: String) throws(MeterFault) -> RedfishDocument {
    guard let document = try optionalDocument(path) else {
      throw MeterFault("\(url.origin)\(path) does not exist (404).")
    }
    return document
  }

  /// The same for one that a service may link to without having it: nil where it does not exist.
  func optionalDocument(_ path: String) throws(MeterFault) -> RedfishDocument? {
    var path = path
    for _ in 0...Self.mostRedirections {
      let place = url.origin + path
      var answer = chttpget_answer()
      body.withUnsafeMutableBytes { buffer in
        guard let base = buffer.baseAddress else { return }
        chttpget_get(client, place, base, buffer.count, &answer)
      }
      try check(answer, place)
      if (300..<400).contains(answer.status) {
        path = try redirection(answer, place)
        continue
      }
      if answer.status == 404 { return nil }
      try check(status: Int(answer.status), place)
      guard let document = try? JSONDecoder().decode(RedfishDocument.self, from: Data(body[..<answer.length])) else {
        throw MeterFault("\(place) answers with what is no JSON object, so it is not a Redfish service.")
      }
      return document
    }
    throw MeterFault("\(url.origin)\(path) redirects again and again.")
  }

  private func redirection(_ answer: chttpget_answer, _ place: String) throws(MeterFault) -> String {
    let text = withUnsafeBytes(of: answer.redirect) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    // Credentials are for this server alone. libcurl writes them into a redirection without a host.
    guard let target = RedfishURL(RedfishURL.withoutCredentials(text)), target.origin == url.origin else {
      throw MeterFault(
        "\(place) redirects to another server, which is not followed: give that one's URL if you trust it.")
    }
    return target.path
  }

  private func check(_ answer: chttpget_answer, _ place: String) throws(MeterFault) {
    let reason: String
    switch answer.outcome {
    case CHTTPGET_ANSWERED: return
    case CHTTPGET_UNKNOWN_HOST: reason = "\(url.origin) has an unknown host name."
    case CHTTPGET_NO_CONNECTION:
      reason = "\(url.origin) cannot be connected to (\(String(cString: strerror(answer.error))))."
    case CHTTPGET_TIMEOUT:
      reason = "\(place) did not answer within \(PowerTrace.text(settings.patience)) s."
    case CHTTPGET_NOT_TRUSTED: reason = notTrusted(answer.verification)
    case CHTTPGET_OTHER_KEY:
      reason =
        "\(url.origin) has another public key than the pinned one: it is another machine, or its certificate was renewed."
    case CHTTPGET_BAD_FILE:
      reason = "The authorities in \(ForeignText.shown(settings.authorities ?? "", limit: 120)) cannot be read."
    case CHTTPGET_NO_TLS: reason = "\(url.origin) does not speak TLS 1.2 or later."
    case CHTTPGET_CUT_SHORT: reason = "\(place) ended the connection in the middle of its answer."
    case CHTTPGET_TOO_LONG: reason = "\(place) answers with more than 1 MiB, which is no Redfish document."
    case CHTTPGET_NOT_HTTP: reason = "\(place) answers with what is no HTTP."
    default:
      let words = answer.words.map { String(cString: $0) } ?? "unknown error"
      reason = "\(place) cannot be asked (\(ForeignText.shown(words, limit: 80)))."
    }
    throw MeterFault(reason)
  }

  /// - Parameter verdict: OpenSSL's, of its x509_vfy.h.
  private func notTrusted(_ verdict: Int) -> String {
    let cause =
      switch verdict {
      case 9, 10: "has a certificate that is not valid today"
      case 18, 19: "has a certificate that it made itself"
      // libcurl looks at the name before it asks for the verdict, which is then still 1.
      case 0, 1, 62, 64: "has a certificate for another name"
      default: "has a certificate that no trusted authority vouches for"
      }
    let place = "\(url.host.contains(":") ? "[\(url.host)]" : url.host):\(url.port)"
    return
      "\(url.origin) \(cause): fetch it with `openssl s_client -connect \(place) </dev/null >bmc.pem`, compare it with what "
      + "the controller's own console shows, and pin it with --redfish-pin bmc.pem."
  }

  private func check(status: Int, _ place: String) throws(MeterFault) {
    let reason: String
    switch status {
    case 200..<300: return
    case 401:
      reason =
        credentials.map { "\(place) does not know the user or the password (401): correct \($0.origin)." }
        ?? "\(place) wants a user and a password (401): set \(RedfishSettings.environmentPrefix)_USER and "
        + "\(RedfishSettings.environmentPrefix)_PASSWORD, or name a file with lines user= and password= by "
        + "--redfish-credentials."
    case 403: reason = "\(place) is not for this user (403): give it the role ReadOnly."
    case 429, 500..<600: reason = "\(place) failed (\(status)): the controller is busy or broken; try again."
    default: reason = "\(place) answers with the HTTP status \(status)."
    }
    throw MeterFault(reason)
  }

  private static func withCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    guard let text else { return body(nil) }
    return text.withCString { body($0) }
  }
}
