package io.dynamodblake.testing;

import java.lang.management.ManagementFactory;

/** How much memory was asked for: the same on a busy machine, unlike a time. */
public final class AllocatedBytes {
  private AllocatedBytes() {}

  /** Returns the bytes that the present thread has ever allocated. */
  public static long ofThisThread() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
