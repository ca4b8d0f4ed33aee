import SharingEngine

extension Parameter {
    /// What every answer says of the caller's quota, unless the server limits no rates.
    static let quota = [
        header(
            "RateLimit-Policy", .string(.printable(0...1_000)),
            "How many requests the caller may send at once after a rest (q), and the seconds until all of them are there again (w)."
        ),
        header(
            "RateLimit", .string(.printable(0...1_000)),
            "How many requests the caller may send now (r), and the seconds until its quota is whole again (t)."),
    ]

    static let idempotencyKey = Parameter.header(
        "Idempotency-Key", .string(.printable(1...255)),
        "The same request under the same key is carried out once and answered each time, for seven days. Another request under it is 422."
    )
    static let ifMatch = Parameter.header(
        "If-Match", .string(.entityTags), isFieldList: true,
        """
        The ETag that was read, several of them with commas between, or `*` for any: where the resource has another one by now, or \
        none, nothing is done (412). Weak tags never match.
        """)
    static let ifNoneMatch = Parameter.header(
        "If-None-Match", .string(.entityTags), isFieldList: true,
        "`*`: only where there is no such resource yet; or tags that the resource must not have (412 otherwise).")
    static let ifNoneMatchRead = Parameter.header(
        "If-None-Match", .string(.entityTags), isFieldList: true,
        """
        Tags that the reader has: where the resource has one of them still, the answer is 304 without it. The tag is of the \
        resource's own record alone: where a request or sharing has begun or ended since, the answer is 200 all the same; devices \
        that were issued meanwhile are told by /v1/devices.
        """)
    static let eTag = Parameter.header(
        "ETag", .string(.printable(1...64)),
        "The version of the resource's own record, for If-Match: what happens to other records, and the language, do not change it."
    )
    static let location = Parameter.header("Location", .string(.printable(1...200)), "Where the new resource is.")
    static let cacheControl = Parameter.header(
        "Cache-Control", .string(.printable(1...100)), "For how long the answer holds.")
    static let link = Parameter.header(
        "Link", .string(.text(1...2_000)), "The next page, with `rel=\"next\"` (RFC 8288); absent on the last one.")

    static let user = Parameter.path("user", .identifier, "A login name.")
    static let device = Parameter.path("device", .identifier, "A device.")
    static let request = Parameter.path("request", .uuid, "A share request.")

    static let webhook = Parameter.path("webhook", .uuid, "A webhook.")

    static let limit = Parameter.query(
        "limit", .integer(1...Int64(ShareRequestFilter.maximumLimit)), "Elements of a page, at most; 100 unless told.")
}
