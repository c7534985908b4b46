package io.dynamodblake.parquet;

/** How much memory the columns of one file hold, in bytes. They tell when they grow or shrink. */
class MemoryGauge {
  private long bytes;
  private long finished;

  /** Memory of any kind but finished pages. */
  void add(long more) {
    bytes += more;
  }

  /** Memory of finished pages, which is also what they take in the file. */
  void addFinished(long more) {
    bytes += more;
    finished += more;
  }

  long bytes() {
    return bytes;
  }

  long finished() {
    return finished;
  }
}
