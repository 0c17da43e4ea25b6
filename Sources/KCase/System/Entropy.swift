import CSystem

#if hasFeature(Embedded)
    /// The standard library seeds its hashing with this function, which glibc has since 2.36 only. This one
    /// is the library's own: it is not exported.
    @_cdecl("arc4random_buf")
    func entropy(_ bytes: UnsafeMutableRawPointer, _ count: Int) {
        kc_getrandom(bytes, count)
    }
#endif
