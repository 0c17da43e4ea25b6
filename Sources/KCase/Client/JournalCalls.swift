import KCaseDriver
import KCaseJSON
import KCaseJournal
import KCaseProtocol
import KCaseShared
import KCaseSystem

/// What is asked of a journal, with or without a client.
package enum JournalCalls {
    private static let optionBytesMax = 4096
    private static let pathBytesMax = 4096

    package static func history(
        _ path: UnsafePointer<CChar>?, _ filter: UnsafePointer<CChar>?
    ) -> CallResult {
        perform(path) { path throws(InvalidInput) in
            let filter = try HistoryFilter(filter, outcomes: Outcome.all.map { $0.name })
            return with(path) { journal throws(JournalError) in
                let page = try journal.history(filter)
                return result(
                    "The journal was read.",
                    [("records", page.records), ("next", page.next.map { decimal($0) } ?? "null")])
            }
        }
    }

    package static func head(_ path: UnsafePointer<CChar>?) -> CallResult {
        perform(path) { path throws(InvalidInput) in
            with(path) { journal throws(JournalError) in
                result(
                    "Keep this head where whoever can write the journal cannot.",
                    [("head", try journal.head())])
            }
        }
    }

    package static func verify(
        _ path: UnsafePointer<CChar>?, _ expected: UnsafePointer<CChar>?
    ) -> CallResult {
        perform(path) { path throws(InvalidInput) in
            let expected = try ExpectedHead.read(expected)
            return with(path) { journal throws(JournalError) in
                let found = try journal.verify(expected)
                guard let json = found.json() else { return .outOfResources }
                return result(
                    found.summary, [("verification", json), ("head", try journal.head())],
                    isIntact: found.isIntact)
            }
        }
    }

    package static func prune(
        _ path: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?
    ) -> CallResult {
        perform(path) { path throws(InvalidInput) in
            let before = try time(options)
            return with(path) { journal throws(JournalError) in
                let count = try journal.prune(before: before)
                return result(
                    decimal(count) + " entries were removed.",
                    [("pruned", decimal(count)), ("head", try journal.head())])
            }
        }
    }

    private static func time(_ options: UnsafePointer<CChar>?) throws(InvalidInput) -> WallTime {
        let reader = try ObjectReader.optional(
            GivenText(options), name: "options", bytesMax: optionBytesMax, keys: ["before"])
        guard let reader, let text = try reader.text("before", bytesMax: optionBytesMax) else {
            throw InvalidInput("before: is required")
        }
        guard let time = Array(text.utf8).withUnsafeBufferPointer({ StampText.parse($0) }) else {
            throw InvalidInput("before: must be a time such as \"2026-11-23T15:04:05Z\"")
        }
        return time
    }

    // MARK: - Parts

    private static func perform(
        _ path: UnsafePointer<CChar>?, _ body: (String) throws(InvalidInput) -> CallResult
    ) -> CallResult {
        do throws(InvalidInput) {
            guard JSONInfo.version != nil else {
                throw InvalidInput("libjansson.so.4 could not be loaded on this machine")
            }
            guard let path else { throw InvalidInput("journal: must not be NULL") }
            let length = boundedLength(path, bytesMax: pathBytesMax)
            guard (1...pathBytesMax).contains(length) else {
                throw InvalidInput("journal", "must be a path of 1 to " + decimal(pathBytesMax) + " bytes")
            }
            let bytes = UnsafeRawBufferPointer(start: path, count: length)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw InvalidInput("journal: is not valid UTF-8")
            }
            return try body(text)
        } catch {
            return CallResult(error)
        }
    }

    /// The file must be there. Reading one on a network's file system does no harm.
    private static func with(
        _ path: String, _ body: (Journal) throws(JournalError) -> CallResult
    ) -> CallResult {
        do throws(JournalError) {
            let settings = JournalSettings(path: path, isNetworkAllowed: true)
            let lease = try JournalLease.make(settings, mayMake: false)
            return try body(lease.journal)
        } catch {
            if let shortage = error.shortage { return CallResult(InvalidInput(shortage)) }
            return CallResult(
                Verdict(
                    outcome: .failed, reason: .journal, evidence: .journal,
                    message: "The journal cannot be read or written: " + error.text + ".",
                    isRetriable: true))
        }
    }

    private static func result(
        _ message: String, _ members: CallResult.Additional, isIntact: Bool = true
    ) -> CallResult {
        CallResult(
            Verdict(
                outcome: isIntact ? .ok : .failed, reason: isIntact ? nil : .journal, evidence: .journal,
                message: message, isSettled: isIntact),
            additional: members)
    }
}

extension InvalidInput {
    /// A journal that cannot be used.
    init(_ error: JournalError) {
        if let shortage = error.shortage {
            self.init(shortage)
        } else {
            self.init("journal", error.text)
        }
    }
}

/// What a batch is told that takes up unfinished intents.
package struct ResumeOptions {
    var mode: JournaledBatch.Resume.Mode
    var batch: BatchOptions

    package init(_ text: UnsafePointer<CChar>?) throws(InvalidInput) {
        mode = .finish
        batch = try BatchOptions(nil)
        guard
            let reader = try ObjectReader.optional(
                GivenText(text), name: "options", bytesMax: BatchOptions.bytesMax,
                keys: BatchOptions.keys + ["mode"])
        else { return }
        mode = try reader.choice("mode", [("finish", .finish), ("verify", .verify)]) ?? mode
        try batch.take(reader)
    }
}

extension Batch {
    /// A batch of the intents of the client's service that are unfinished and whose owners are gone. nil
    /// where memory or descriptors are lacking.
    package static func make(resuming client: Client, _ options: ResumeOptions) throws(InvalidInput) -> Batch?
    {
        let process = client.processState()
        guard let ledger = process.ledger else { throw InvalidInput("client: has no journal") }
        do throws(JournalError) {
            let resume = JournaledBatch.Resume(
                options.mode, last: try ledger.lastEntry(), interruptMark: process.interruptCount)
            return make(client, options.batch, resume: resume)
        } catch {
            throw InvalidInput(error)
        }
    }
}
