import CKCase
import KCaseClient
import KCaseSystem

@implementation @_cdecl("kcase_webhook_parse")
public func kcase_webhook_parse(
    _ body: UnsafePointer<CChar>?, _ body_bytes: Int32, _ headers_json: UnsafePointer<CChar>?,
    _ secrets_json: UnsafePointer<CChar>?, _ options_json: UnsafePointer<CChar>?
) -> OpaquePointer? {
    uncanceled {
        Handle.make(
            WebhookCall.parse(
                body, body_bytes, headers: GivenText(headers_json), secrets: GivenText(secrets_json),
                options: GivenText(options_json)))
    }
}
