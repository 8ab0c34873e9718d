//! A frame that is filled by streaming stores and published by a flag.
//!
//! The documentation of `_mm_stream_si64` and `_mm_stream_si128` asks for `_mm_sfence` before
//! anybody accesses the memory again, by the same thread too. A `Release` store is no such fence.
//!
//! The variants are compiled as ../build_ir.py says; for no-sfence:
//!
//!   rustc --crate-type=lib --edition=2021 --emit=llvm-ir -O -Cdebuginfo=line-tables-only
//!     -Ccodegen-units=1 -Cpanic=abort --remap-path-prefix "$PWD=." --cfg 'variant="no-sfence"'
//!     -o models/programs/rust_copy/ir/no-sfence.ll models/programs/rust_copy/rust_copy.rs

#![no_std]

use core::arch::x86_64::{__m128i, _mm_loadu_si128, _mm_sfence, _mm_stream_si128, _mm_stream_si64};
use core::ffi::{c_char, CStr};
use core::sync::atomic::{AtomicBool, Ordering};

extern "C" {
    /// For the checker: names the next fence. ../ordercheck.h has it, and others.
    fn ordercheck_label(name: *const c_char);
}

const BLOCK: usize = size_of::<__m128i>();

fn drain(label: &CStr) {
    unsafe {
        ordercheck_label(label.as_ptr());
        _mm_sfence();
    }
}

/// Copies blocks of 16 bytes.
///
/// # Safety
/// `dst` is aligned to 16 bytes; both are valid for `blocks` blocks and do not overlap.
unsafe fn stream_blocks(dst: *mut u8, src: *const u8, blocks: usize) {
    for k in 0..blocks {
        unsafe {
            let block = _mm_loadu_si128(src.add(k * BLOCK).cast());
            _mm_stream_si128(dst.add(k * BLOCK).cast(), block);
        }
    }
}

/// Copies a frame and its sequence number behind it, then tells readers that it is there.
///
/// # Safety
/// As for `stream_blocks`, with 8 more bytes behind the blocks of `dst`.
#[no_mangle]
pub unsafe extern "C" fn publish_frame(
    dst: *mut u8,
    src: *const u8,
    blocks: usize,
    sequence: i64,
    ready: &AtomicBool,
) {
    unsafe {
        stream_blocks(dst, src, blocks);
        _mm_stream_si64(dst.add(blocks * BLOCK).cast(), sequence);
    }
    if cfg!(not(any(variant = "no-sfence", variant = "sfence-late"))) {
        drain(c"sfence");
    }
    ready.store(true, Ordering::Release);
    if cfg!(variant = "sfence-late") {
        drain(c"sfence");
    }
}
