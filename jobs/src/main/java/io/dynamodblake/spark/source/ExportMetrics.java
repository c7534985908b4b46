package io.dynamodblake.spark.source;

import io.dynamodblake.spark.read.RecordCursor;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomSumMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/** The metrics of a scan, as Spark's UI shows them. */
public final class ExportMetrics {
  private static final String ITEMS = "itemsRead";
  private static final String BAD_RECORDS = "badRecords";
  private static final String RESCUED = "rescuedValues";
  private static final String STORED_BYTES = "storedBytes";
  private static final String BYTES = "decompressedBytes";

  private ExportMetrics() {}

  static CustomMetric[] all() {
    return new CustomMetric[] {
      new ItemsRead(),
      new BadRecordsMet(),
      new RescuedValues(),
      new StoredBytes(),
      new DecompressedBytes()
    };
  }

  /** What one task has to say. */
  static CustomTaskMetric[] ofTask(RecordCursor cursor, long rescued) {
    return new CustomTaskMetric[] {
      new TaskMetric(ITEMS, cursor.records()),
      new TaskMetric(BAD_RECORDS, cursor.badRecords()),
      new TaskMetric(RESCUED, rescued),
      new TaskMetric(STORED_BYTES, cursor.storedBytes()),
      new TaskMetric(BYTES, cursor.bytes())
    };
  }

  private record TaskMetric(String name, long value) implements CustomTaskMetric {}

  // Spark makes these by name, hence public with a public constructor without arguments

  /** Lines read as items, or as changes. */
  public static final class ItemsRead extends CustomSumMetric {
    @Override
    public String name() {
      return ITEMS;
    }

    @Override
    public String description() {
      return "items read";
    }
  }

  /** Lines that are none. */
  public static final class BadRecordsMet extends CustomSumMetric {
    @Override
    public String name() {
      return BAD_RECORDS;
    }

    @Override
    public String description() {
      return "bad records";
    }
  }

  /** Values that did not fit their column; counted where {@code ddb_rescued} is read. */
  public static final class RescuedValues extends CustomSumMetric {
    @Override
    public String name() {
      return RESCUED;
    }

    @Override
    public String description() {
      return "rescued values";
    }
  }

  /** Bytes of data files as they are stored. */
  public static final class StoredBytes extends CustomSumMetric {
    @Override
    public String name() {
      return STORED_BYTES;
    }

    @Override
    public String description() {
      return "compressed bytes read";
    }
  }

  /** Bytes of data files after decompression. */
  public static final class DecompressedBytes extends CustomSumMetric {
    @Override
    public String name() {
      return BYTES;
    }

    @Override
    public String description() {
      return "decompressed bytes read";
    }
  }
}
