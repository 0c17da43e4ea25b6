import CSystem
import KCaseSystem

/// A socket of a session's that libcurl sends requests over.
final class Connection {
    let own: OwnDescriptor
    /// What libcurl waits for, and what the poller does. The poller is told less often: a kept connection
    /// stays in it.
    var isWanted = false
    var polled: (readable: Bool, writable: Bool)?
    var hadRequest = false
    /// Whether it speaks HTTP/2, where each answer names its request; nil before the first answer.
    var isMultiplexed: Bool?

    /// How often something came over it.
    var arrivals: UInt = 0
    /// How often something had come before its first request was sent.
    var arrivalsBeforeRequests: UInt = 0
    /// Until libcurl closes it. After that, its descriptor may be another's.
    var isOpen = true
    private var isBroken = false

    init(_ own: OwnDescriptor) { self.own = own }

    var descriptor: Int32 { own.number }

    /// Whether a request may be sent over it. Not where it is broken, or somebody closed it behind the
    /// library's back: its descriptor may be another's by now. And not where something waits to be read that
    /// was not asked for, an answer that came twice, say: libcurl would take it for the answer to the next
    /// request, and it is about another case.
    ///
    /// Over HTTP/1.1, libcurl sends no second request before the first was answered: where it is about to,
    /// this is HTTP/2.
    var isFit: Bool {
        !isBroken && own.isOurs
            && (!hadRequest || isMultiplexed != false || kc_ioctl_unread_bytes(descriptor) <= 0)
    }

    /// A request over it was lost: perhaps the whole connection is.
    func doubt() {
        if isOpen, own.isOurs, kc_recv_has_ended(descriptor) != 0 { end() }
    }

    /// Nothing came over it for long, while it should have.
    ///
    /// libcurl would go on with it: over HTTP/2 it uses a connection for as long as requests are under way,
    /// and does not look at it. What is ended in this way, libcurl learns.
    func end() {
        guard isOpen, !isBroken, own.isOurs else { return }
        isBroken = true
        kc_shutdown(descriptor)
    }

    /// What comes over it has no end: nothing of it is read any more.
    func cutOff() {
        guard isOpen, own.isOurs else { return }
        isBroken = true
        kc_disconnect(descriptor)
    }
}
