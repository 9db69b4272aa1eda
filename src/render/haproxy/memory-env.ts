const mebibyte = 1024 * 1024;

/**
 * Environment of every HAProxy of a stack: what glibc's malloc does with buffers of 256 KiB. By default it maps and unmaps
 * each, or gives the end of the heap back to the kernel, and every page of the next one is a page fault again. With these it
 * keeps what was freed, up to the bound below. musl has no such variables and ignores them.
 */
export const haproxyMemoryEnv: Readonly<Record<string, string>> = {
  // Larger than any buffer: none is mapped on its own.
  MALLOC_MMAP_THRESHOLD_: String(4 * mebibyte),
  // Free memory at the end of the first heap that is kept. HAProxy's own bound on all buffers is 1,152 MiB.
  MALLOC_TRIM_THRESHOLD_: String(128 * mebibyte),
  // A heap grows by so much at once, and a thread's heap that has become empty is kept.
  MALLOC_TOP_PAD_: String(16 * mebibyte),
  // Heaps of threads keep up to 64 MiB each: with one for each thread of a large machine that would be more than the
  // container may have.
  MALLOC_ARENA_MAX: '4',
};
