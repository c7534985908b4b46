package io.dynamodblake.lake.restore;

import io.dynamodblake.flatten.ItemCheck;
import io.dynamodblake.flatten.ItemDefectException;
import io.dynamodblake.flatten.ItemEncoder;
import io.dynamodblake.lake.input.RowInput;
import io.dynamodblake.lake.input.RowPlaces;
import io.dynamodblake.spark.convert.RowColumns;
import io.dynamodblake.spark.run.DefectCounts;
import io.dynamodblake.spark.run.LookAhead;
import io.dynamodblake.spark.write.PackedLines;
import io.dynamodblake.type.LineWriter;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.XXH64;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Tuple2;

/**
 * The work of one task that reads rows: each becomes an item and is checked while it is written,
 * and leaves as a packed line, as the hash of its key, or as a defect that is counted. Memory is
 * that of one {@link LineWindow}, whatever the rows are.
 */
final class ItemPacker extends LookAhead<Tuple2<Integer, byte[]>> implements AutoCloseable {
  private final PackPlan plan;
  private final Iterator<InternalRow> rows;
  private final ItemEncoder encoder;
  private final LineWriter line;
  private final ItemCheck check;
  private final RowColumns source;
  private final PackedLines.Packer packer;
  private final LineWindow window;
  private final KeyPackets keys;
  private final SetAsideLines setAside;
  private final ArrayDeque<Tuple2<Integer, byte[]>> ready = new ArrayDeque<>();
  private final ItemFindings findings = new ItemFindings();

  private long bucket; // a fraction of 2^64 of all buckets
  private boolean packing = true;
  private boolean ended;
  private int pathOrdinal = -1; // the same in all rows of a task
  private UTF8String path;
  private int file;

  /**
   * @param partition number of the task among those that read
   * @param rows as {@link RowInput#rows} has them, with places
   */
  ItemPacker(PackPlan plan, int partition, Iterator<InternalRow> rows) {
    this.plan = plan;
    this.rows = rows;
    this.encoder = ItemEncoder.forSchema(plan.schema());
    this.source = plan.sources().make();
    this.line = plan.format().newWriter(plan.header());
    this.check = new ItemCheck(plan.keys(), line);
    this.packer = new PackedLines.Packer(plan.compression());
    this.window = new LineWindow(packer, plan.sizes().packBytes(), partition + 1L);
    this.keys = new KeyPackets(plan, this::send);
    this.setAside = new SetAsideLines(plan.schema(), plan.places());
    this.bucket = XXH64.hashLong(partition, 0);
  }

  @Override
  protected boolean advance() {
    while (ready.isEmpty() && !ended) {
      if (rows.hasNext()) {
        InternalRow row = rows.next();
        if (pathOrdinal < 0) {
          pathOrdinal = row.numFields() - RowInput.PLACE_COLUMNS;
        }
        read(row);
      } else {
        end();
      }
    }
    return !ready.isEmpty();
  }

  @Override
  protected Tuple2<Integer, byte[]> take() {
    return ready.poll();
  }

  private void send(int partition, byte[] record) {
    ready.add(new Tuple2<>(partition, record));
  }

  private void read(InternalRow row) {
    findings.row();
    plan.progress().item();
    source.row(row);
    long place = place(row);
    String defect = defect(row);
    if (defect != null) {
      refuse(defect, place);
      return;
    }
    byte[] key = check.key();
    long high = XXH64.hashUnsafeBytes(key, Platform.BYTE_ARRAY_OFFSET, key.length, plan.seed());
    long low = XXH64.hashUnsafeBytes(key, Platform.BYTE_ARRAY_OFFSET, key.length, ~plan.seed());
    if (plan.repeatedKeys().contains(high, low)) {
      refuse(DefectCounts.SAME_KEY, place);
      return;
    }
    keys.add(high, low, place);
    if (packing) {
      if (!window.hasRoom(line.length())) {
        pack();
      }
      window.add(line.bytes(), line.length(), high, low);
    }
  }

  private String defect(InternalRow row) {
    int ordinal = pathOrdinal + 2;
    if (!row.isNullAt(ordinal)) {
      return row.getString(ordinal);
    }
    line.reset();
    try {
      encoder.encode(source.columns(), check);
      return check.defect() != null ? check.defect() : line.defect();
    } catch (ItemDefectException e) {
      return e.getMessage();
    }
  }

  private void refuse(String defect, long place) {
    findings.defect(defect, place);
    if (plan.setAside()) {
      send(plan.setAsidePartition(), setAside.line(place, defect, source.columns()));
    } else {
      packing = false; // nothing of this run will be written
    }
  }

  private long place(InternalRow row) {
    if (!row.isNullAt(pathOrdinal)) {
      UTF8String now = row.getUTF8String(pathOrdinal);
      if (!now.equals(path)) {
        path = now.copy();
        file = plan.places().file(now.toString());
      }
    }
    boolean known = !row.isNullAt(pathOrdinal + 1);
    return RowPlaces.place(file, known ? row.getLong(pathOrdinal + 1) : RowPlaces.NO_ROW);
  }

  private void pack() {
    window.pack(
        packed -> {
          // the golden ratio: however many there are, they are spread evenly over all buckets
          bucket += 0x9E3779B97F4A7C15L;
          int chosen = (int) ((bucket >>> 33) * plan.buckets() >>> 31);
          findings.packed(PackedLines.lines(packed), packed.length);
          send(plan.bucketPartition(chosen), packed);
        });
  }

  private void end() {
    ended = true;
    pack();
    keys.end(findings);
    close();
  }

  /** Frees memory outside of the heap; also where not all rows were read. */
  @Override
  public void close() {
    packer.close();
  }
}
