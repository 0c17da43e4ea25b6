import CKCase
import KCaseClient
import KCaseSystem

@implementation @_cdecl("kcase_resume")
public func kcase_resume(
    _ client: OpaquePointer?, _ options_json: UnsafePointer<CChar>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> OpaquePointer? {
    uncanceled {
        Handle.make(error) { () throws(InvalidInput) in
            guard let client = Handle<Client>.object(client) else { throw .nullClient }
            return try Batch.make(resuming: client, try ResumeOptions(options_json))
        }
    }
}

@implementation @_cdecl("kcase_history")
public func kcase_history(
    _ journal: UnsafePointer<CChar>?, _ filter_json: UnsafePointer<CChar>?
) -> OpaquePointer? {
    uncanceled { Handle.make(JournalCalls.history(journal, filter_json)) }
}

@implementation @_cdecl("kcase_journal_head")
public func kcase_journal_head(_ journal: UnsafePointer<CChar>?) -> OpaquePointer? {
    uncanceled { Handle.make(JournalCalls.head(journal)) }
}

@implementation @_cdecl("kcase_journal_verify")
public func kcase_journal_verify(
    _ journal: UnsafePointer<CChar>?, _ expected_head_json: UnsafePointer<CChar>?
) -> OpaquePointer? {
    uncanceled { Handle.make(JournalCalls.verify(journal, expected_head_json)) }
}

@implementation @_cdecl("kcase_journal_prune")
public func kcase_journal_prune(
    _ journal: UnsafePointer<CChar>?, _ options_json: UnsafePointer<CChar>?
) -> OpaquePointer? {
    uncanceled { Handle.make(JournalCalls.prune(journal, options_json)) }
}
