import CSystem
import KCaseSystem

/// libcurl wakes a session through a pair of sockets of its own, and older versions leave them to be
/// inherited by every program that the host starts. They cannot be asked for; but each wake-up leaves one
/// more byte to be read at one end and as much more unsent at the other, and that tells the two from
/// everything else in the process.
enum WakeUpPair {
    /// How far above the first free descriptor they are looked for: others may be opened meanwhile.
    private static let reach: Int32 = 64

    /// Makes a session, and its pair such that no other program inherits it; gives both. If the pair is not
    /// found for certain, nothing is touched.
    static func make<Handle>(
        _ make: () -> Handle?, wake: (Handle) -> Void, drain: (Handle) -> Void
    ) -> (handle: Handle, pair: [OwnDescriptor])? {
        let first = kc_eventfd_next_descriptor()
        guard let session = make() else { return nil }
        guard first >= 0 else { return (session, []) }
        let candidates = (first..<(first + reach)).filter { kc_fcntl_is_inheritable($0) != 0 }
        let atFirst = candidates.map(Fill.init)
        wake(session)
        let afterOne = candidates.map(Fill.init)
        wake(session)
        let afterTwo = candidates.map(Fill.init)
        drain(session)
        let ends = candidates.indices.filter { Fill.isReader(atFirst[$0], afterOne[$0], afterTwo[$0]) }
        let starts = candidates.indices.filter { Fill.isWriter(atFirst[$0], afterOne[$0], afterTwo[$0]) }
        guard ends.count == 1, starts.count == 1 else { return (session, []) }
        let pair = (ends + starts).map { index in
            kc_fcntl_close_on_exec(candidates[index])
            return OwnDescriptor(marking: candidates[index])
        }
        return (session, pair)
    }

    /// What a descriptor holds: -1 where it is no socket.
    private struct Fill {
        let unread: Int32
        let unsent: Int32

        init(_ descriptor: Int32) {
            unread = kc_ioctl_unread_bytes(descriptor)
            unsent = kc_ioctl_unsent_bytes(descriptor)
        }

        static func isReader(_ first: Fill, _ second: Fill, _ third: Fill) -> Bool {
            first.unread >= 0 && second.unread == first.unread + 1 && third.unread == first.unread + 2
        }

        /// How much a byte counts for is the kernel's affair, but it is the same each time.
        static func isWriter(_ first: Fill, _ second: Fill, _ third: Fill) -> Bool {
            let step = second.unsent - first.unsent
            return first.unsent >= 0 && step > 0 && third.unsent - second.unsent == step
        }
    }
}
