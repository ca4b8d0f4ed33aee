/// Growing memory for values in wire format: big-endian, unaligned, contiguous.
///
/// Sendable although it holds a raw pointer: it cannot be copied, so whoever holds it is the only one who can reach the memory.
package struct WireBuffer: ~Copyable, @unchecked Sendable {
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    package private(set) var count = 0

    package init(capacity: Int = 256) {
        self.capacity = max(capacity, 16)
        base = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit { base.deallocate() }

    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Makes room for `length` more bytes and returns where they go; all of them must be written.
    @inline(__always)
    mutating func extend(by length: Int) -> UnsafeMutableRawPointer {
        if count + length > capacity { grow(to: count + length) }
        defer { count += length }
        return base + count
    }

    package mutating func reserve(_ length: Int) {
        if count + length > capacity { grow(to: count + length) }
    }

    @inline(never)
    private mutating func grow(to needed: Int) {
        let newCapacity = max(needed, capacity * 2)
        let newBase = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: 16)
        newBase.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = newBase
        capacity = newCapacity
    }

    @inline(__always)
    package mutating func append<Integer: FixedWidthInteger>(_ value: Integer) {
        extend(by: MemoryLayout<Integer>.size).storeBytes(of: value.bigEndian, as: Integer.self)
    }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        let target = extend(by: bytes.count)
        if let source = bytes.baseAddress { target.copyMemory(from: source, byteCount: bytes.count) }
    }

    /// Forgets the content and keeps the memory.
    package mutating func removeAll() { count = 0 }

    /// Writes a value behind a 4-byte length that is filled in afterwards.
    @inline(__always)
    mutating func appendSized(_ body: (inout WireBuffer) -> Void) {
        let start = count
        _ = extend(by: 4)
        body(&self)
        (base + start).storeBytes(of: Int32(truncatingIfNeeded: count - start - 4).bigEndian, as: Int32.self)
    }
}

extension UnsafeRawBufferPointer {
    /// A big-endian integer at `offset`. The caller has checked that it lies inside.
    @inline(__always)
    func bigEndian<Integer: FixedWidthInteger>(at offset: Int = 0, as: Integer.Type = Integer.self) -> Integer {
        Integer(bigEndian: loadUnaligned(fromByteOffset: offset, as: Integer.self))
    }
}
