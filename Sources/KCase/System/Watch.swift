import CSystem

/// Waits for descriptors, for a bell, and for a time: epoll.
///
/// It can itself be waited for, by way of its descriptor.
final class Watch {
    struct Event {
        let descriptor: Int32
        let isReadable: Bool
        let isWritable: Bool
    }

    let descriptor: Int32
    private let bell: Bell
    /// What the last sleep brought; `taken` of it was handed out.
    private let events = UnsafeMutablePointer<kc_event>.allocate(capacity: Int(KC_EVENTS_MAX))
    private var count = 0
    private var taken = 0
    /// Whether the bell rang, since that was asked last.
    private var wasRung = false
    /// Made when first needed; -1 before.
    private var timer: Int32 = -1
    private var alarm: Milliseconds?

    /// nil for want of a descriptor.
    static func make(hearing bell: Bell) -> Watch? {
        let descriptor = kc_watch()
        guard descriptor >= 0 else { return nil }
        let watch = Watch(descriptor, bell)
        return bell.descriptor >= 0 && kc_watch_set(descriptor, bell.descriptor, KC_EACH_RING, 0) == 0
            ? watch : nil
    }

    private init(_ descriptor: Int32, _ bell: Bell) {
        self.descriptor = descriptor
        self.bell = bell
        events.initialize(repeating: kc_event(), count: Int(KC_EVENTS_MAX))
    }

    deinit {
        if timer >= 0 { _ = kc_close(timer) }
        _ = kc_close(descriptor)
        events.deallocate()
    }

    /// False for want of memory.
    func wait(for other: Int32, readable: Bool, writable: Bool, isKnown: Bool) -> Bool {
        let wanted = (readable ? KC_READABLE : 0) | (writable ? KC_WRITABLE : 0)
        return kc_watch_set(descriptor, other, wanted, isKnown ? 1 : 0) == 0
    }

    /// Must be called before the other descriptor is closed: a child process may have it, too, and it would be heard
    /// of for as long as the child lives.
    func forget(_ other: Int32) { kc_watch_forget(descriptor, other) }

    /// Sleeps for at most so many milliseconds.
    func sleep(for time: Milliseconds) {
        taken = 0
        count = Int(kc_watch_wait(descriptor, events, Int32(clamping: max(time, 0))))
    }

    /// Whether the last sleep brought anything.
    var hasEvents: Bool { count > 0 }

    /// What the last sleep brought, one at a time.
    func next() -> Event? {
        while taken < count {
            let event = events[taken]
            taken += 1
            switch event.descriptor {
            case bell.descriptor: wasRung = true
            case timer: setAlarm(nil)
            default:
                // An error or an end is something to be read.
                return Event(
                    descriptor: event.descriptor, isReadable: event.events & ~KC_WRITABLE != 0,
                    isWritable: event.events & KC_WRITABLE != 0)
            }
        }
        return nil
    }

    /// Whether the bell rang since this was asked last.
    func takeRing() -> Bool {
        defer { wasRung = false }
        return wasRung
    }

    /// Makes the watch's own descriptor readable from a moment on, too. False for want of a descriptor.
    @discardableResult
    func setAlarm(_ moment: Milliseconds?) -> Bool {
        if moment == alarm, timer >= 0 { return true }
        if timer < 0 {
            timer = kc_timer()
            guard timer >= 0, kc_watch_set(descriptor, timer, KC_READABLE, 0) == 0 else { return false }
        }
        kc_timer_set(timer, moment ?? -1)
        alarm = moment
        return true
    }
}
