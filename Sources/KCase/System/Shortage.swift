import CSystem

/// What this machine lacks, so that something could not be made.
package enum Shortage {
    case memory
    case descriptors

    /// Where one of the two is lacking: a few descriptors can be had, or they are what is lacking.
    package static var present: Shortage { kc_eventfd_is_lacking() != 0 ? .descriptors : .memory }

    /// As a call of the system's that failed tells; nil if it failed for another cause.
    package init?(errno code: Int32) {
        switch code {
        case ENOMEM, ENOBUFS: self = .memory
        case EMFILE, ENFILE: self = .descriptors
        default: return nil
        }
    }

    /// Whether memory is lacking: the library's own reserve is in use (CLibraries/reserve.c), and the system
    /// still has none.
    package static var isOfMemory: Bool { kc_is_memory_lacking() != 0 }

    /// Whether so much can be had at once.
    package static func hasMemory(_ bytes: Int) -> Bool { kc_malloc_can_give(bytes) != 0 }

    package var text: String {
        switch self {
        case .memory: "this machine lacks memory"
        case .descriptors: "this process has no descriptors left"
        }
    }
}
