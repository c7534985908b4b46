package io.dynamodblake.spark.scan;

import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.LookAhead;
import java.util.Arrays;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.DoubleAccumulator;

/**
 * Reads the keys of all items of a live table by parallel Scan, within a cap that all tasks share.
 * Driver only.
 *
 * @param reading whose order is {@link io.dynamodblake.aws.ScanOrder#ofKeys of the keys}
 */
public record KeyScan(TableReading reading) {
  private static final byte LINE_FEED = '\n';

  /**
   * Returns the keys, each as a line of DynamoDB JSON without its line feed. Nothing is read before
   * the lines are asked for, and again each time that they are.
   *
   * @param readUnits gets what the service says was consumed, also by tasks that failed
   */
  public JavaRDD<byte[]> lines(
      JavaSparkContext context, LiveReads.Counter counter, DoubleAccumulator readUnits) {
    return SegmentPages.read(context, reading, counter, pages -> new Lines(pages, readUnits));
  }

  /** The lines of one task. */
  private static final class Lines extends LookAhead<byte[]> {
    private final SegmentPages pages;
    private final DoubleAccumulator readUnits;
    private int begin;

    Lines(SegmentPages pages, DoubleAccumulator readUnits) {
      this.pages = pages;
      this.readUnits = readUnits;
    }

    @Override
    protected boolean advance() {
      while (begin == pages.lines().length()) {
        // also where there are no more pages, and so no lines
        begin = 0;
        if (!pages.next()) {
          return false;
        }
        readUnits.add(pages.readUnits());
      }
      return true;
    }

    @Override
    protected byte[] take() {
      byte[] lines = pages.lines().bytes();
      int end = begin;
      // strings have none: the writer escapes them
      while (lines[end] != LINE_FEED) {
        end++;
      }
      byte[] line = Arrays.copyOfRange(lines, begin, end);
      begin = end + 1;
      return line;
    }
  }
}
