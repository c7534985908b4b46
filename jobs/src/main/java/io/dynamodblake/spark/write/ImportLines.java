package io.dynamodblake.spark.write;

import io.dynamodblake.flatten.ByteSlice;
import io.dynamodblake.flatten.ItemCheck;
import io.dynamodblake.flatten.ItemDefectException;
import io.dynamodblake.flatten.ItemEncoder;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.convert.ForeignColumns;
import io.dynamodblake.spark.convert.ForeignSource;
import io.dynamodblake.spark.convert.RowSource;
import io.dynamodblake.spark.run.FileJob;
import io.dynamodblake.spark.run.KeyRuns;
import io.dynamodblake.spark.run.KeySort;
import io.dynamodblake.type.LineWriter;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.XXH64;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The two halves of a write, with a shuffle between them: rows become checked lines, and sorted
 * lines become files. The shuffle goes by a hash of the key, so that items with the same key meet,
 * and neither the files nor the order in them has to do with where DynamoDB keeps an item.
 *
 * @param highSeed of one of the two hashes; another for each job, so that nobody can prepare keys
 *     that collide
 * @param lowSeed of the other one
 */
record ImportLines(
    ForeignColumns columns,
    List<KeyAttribute> keys,
    ImportFormat format,
    ImportCompression compression,
    long fileBytes,
    long mostLines,
    long highSeed,
    long lowSeed)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What is shuffled: hash of the key, the line or else what is wrong, and the place. */
  static final KeySort SHUFFLED =
      new KeySort(
          KeySort.KEY
              .add("line", DataTypes.StringType)
              .add("defect", DataTypes.StringType)
              .add("place", DataTypes.LongType),
          2);

  private static final int LINE_ORDINAL = 2;
  private static final int DEFECT_ORDINAL = 3;
  private static final int PLACE_ORDINAL = 4;

  /** What a task that wrote files has to say. */
  record Written(ImportFile[] files, RowFindings findings, long rows) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** Makes lines of the rows of one partition. What it returns is valid until its next row. */
  Iterator<InternalRow> encode(int partition, Iterator<InternalRow> rows) {
    return new Encoder(partition, rows);
  }

  private final class Encoder implements Iterator<InternalRow> {
    private final int partition;
    private final Iterator<InternalRow> rows;
    private final ItemEncoder encoder = ItemEncoder.forSchema(columns.schema());
    private final ForeignSource source = columns.newSource();
    private final LineWriter writer = format.newWriter(CsvHeader.NONE);
    private final ItemCheck check = new ItemCheck(keys, writer);
    private final GenericInternalRow shuffled = new GenericInternalRow(SHUFFLED.type().length());
    private long row;

    Encoder(int partition, Iterator<InternalRow> rows) {
      this.partition = partition;
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public InternalRow next() {
      source.row(rows.next());
      writer.reset();
      String defect;
      try {
        encoder.encode(source, check);
        defect = check.defect();
      } catch (ItemDefectException e) {
        defect = e.getMessage();
      }
      long place = RowFindings.place(partition, row++);
      if (defect != null) {
        shuffled.setLong(0, place);
        shuffled.setLong(1, 0);
        shuffled.update(LINE_ORDINAL, null);
        shuffled.update(DEFECT_ORDINAL, UTF8String.fromString(defect));
      } else {
        if (keys.isEmpty()) {
          hash(writer.bytes(), writer.length());
        } else {
          byte[] key = check.key();
          hash(key, key.length);
        }
        shuffled.update(LINE_ORDINAL, UTF8String.fromBytes(writer.bytes(), 0, writer.length()));
        shuffled.update(DEFECT_ORDINAL, null);
      }
      shuffled.setLong(PLACE_ORDINAL, place);
      return shuffled;
    }

    private void hash(byte[] bytes, int length) {
      shuffled.setLong(
          0, XXH64.hashUnsafeBytes(bytes, Platform.BYTE_ARRAY_OFFSET, length, highSeed));
      shuffled.setLong(
          1, XXH64.hashUnsafeBytes(bytes, Platform.BYTE_ARRAY_OFFSET, length, lowSeed));
    }
  }

  /**
   * Writes the lines of one partition, which come sorted by their hash. Where anything is wrong, no
   * more is written, but all is counted.
   */
  Written write(Iterator<InternalRow> lines, FileJob.TaskFiles files) throws IOException {
    RowFindings findings = new RowFindings();
    RowSource source = RowSource.forRows();
    ByteSlice line = new ByteSlice();
    long rows = 0;
    KeyRuns runs = new KeyRuns();
    long place = -1; // of the item before
    boolean repeated = false;
    try (ImportFilesWriter writer =
        new ImportFilesWriter(files, format, compression, mostLines, fileBytes)) {
      while (lines.hasNext()) {
        InternalRow row = lines.next();
        rows++;
        long here = row.getLong(PLACE_ORDINAL);
        if (!row.isNullAt(DEFECT_ORDINAL)) {
          findings.defect(row.getUTF8String(DEFECT_ORDINAL).toString(), here);
          continue;
        }
        boolean same = !keys.isEmpty() && !runs.begins(row);
        if (same) {
          findings.sameKey(!repeated, place, here);
        }
        repeated = same;
        place = here;
        if (findings.isEmpty()) {
          source.row(row);
          source.textAt(LINE_ORDINAL, line);
          writer.line(line.bytes(), line.offset(), line.length());
        }
      }
      return new Written(writer.finish().toArray(ImportFile[]::new), findings, rows);
    }
  }
}
