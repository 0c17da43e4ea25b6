import ArgumentParser

/// How a run tells on standard error that it goes on.
enum ProgressStyle: String, ExpressibleByArgument, CaseIterable {
    /// A line that is drawn again and again if standard error is a terminal; otherwise nothing.
    case auto
    /// A line every ten seconds, or as often as KCASE_PROGRESS_INTERVAL says.
    case text
    case none
}

/// Done, per outcome, rate, time left.
final class Progress {
    private enum Mode {
        case line, text, none
    }

    private static let usualIntervalMilliseconds = 10_000

    private let mode: Mode
    /// Between two lines, or between two times that the line is drawn.
    private let intervalMilliseconds: Int
    private let began = monotonicMilliseconds()
    private var lastShown: Int
    private var isDrawn = false
    private let columns = Console.terminal.columns

    init(_ style: ProgressStyle) throws(Failure) {
        switch style {
        case .auto: mode = Console.terminal.isTerminal ? .line : .none
        case .text: mode = .text
        case .none: mode = .none
        }
        intervalMilliseconds = mode == .line ? 100 : try Progress.interval()
        lastShown = began
    }

    private static func interval() throws(Failure) -> Int {
        guard let text = Environment.value(ProgramVariable.progressInterval) else {
            return usualIntervalMilliseconds
        }
        do {
            return try Milliseconds(parsing: text).count
        } catch {
            throw Failure("\(ProgramVariable.progressInterval): \(error)")
        }
    }

    /// How long the program may wait before it should call show() again; -1: as long as it likes.
    var millisecondsToNext: Int {
        switch mode {
        case .none: -1
        case .line: max(0, lastShown + intervalMilliseconds * 5 - monotonicMilliseconds())
        case .text: max(0, lastShown + intervalMilliseconds - monotonicMilliseconds())
        }
    }

    func show(_ summary: Summary) {
        let now = monotonicMilliseconds()
        guard mode != .none, now - lastShown >= intervalMilliseconds else { return }
        lastShown = now
        let text = describe(summary, milliseconds: now - began)
        if mode == .text {
            Console.complain(text)
        } else {
            Console.write("\r\u{1B}[K" + text.prefix(max(10, columns - 1)))
            isDrawn = true
        }
    }

    /// Takes the line away, so that something else can be written.
    func erase() {
        if isDrawn { Console.write("\r\u{1B}[K") }
        isDrawn = false
    }

    private func describe(_ summary: Summary, milliseconds: Int) -> String {
        let done = summary.done
        // How many there will be is not always known before.
        let isCounted = summary.cases > 0
        var parts = [isCounted ? "\(grouped(done)) of \(grouped(summary.cases))" : "\(grouped(done)) so far"]
        parts += summary.tally.map { "\(grouped($0.count)) \($0.outcome.name)" }
        if milliseconds >= 1000, done > 0 {
            parts.append("\(grouped(done * 1000 / milliseconds))/s")
            if isCounted {
                let left = (summary.cases - done) * (milliseconds / 1000) / done
                parts.append("\(duration(seconds: left)) left")
            }
        }
        return parts.joined(separator: ", ")
    }
}
